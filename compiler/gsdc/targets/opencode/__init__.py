"""OpenCode: its configuration, and agents in Markdown files."""
