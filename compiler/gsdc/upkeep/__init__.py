"""Keeping the catalog true: what has ended, what is newer, what sources say otherwise, and the edits that follow."""
