"""Credentials: found in texts, reported, and hidden from whatever is printed."""
