"""Blocks in CLAUDE.md and AGENTS.md."""
