"""Targets: each folder is one client, whose files are written from a policy and read back."""
