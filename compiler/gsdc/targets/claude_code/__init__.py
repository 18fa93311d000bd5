"""Claude Code: agents in Markdown files, and the settings that override them."""
