"""Lint: find the problems in a project, and select those to show."""
