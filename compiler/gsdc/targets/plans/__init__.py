"""Annotated plans."""
