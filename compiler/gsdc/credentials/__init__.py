"""Credentials: detected in texts, reported, and masked in all output."""
