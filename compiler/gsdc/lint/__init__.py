"""Lint: what is wrong with a project, and what of that a person wants to see."""
