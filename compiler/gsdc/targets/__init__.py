"""Targets: one client a file, each written from a policy and read back."""
