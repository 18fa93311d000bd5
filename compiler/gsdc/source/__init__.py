"""Text with positions: YAML, JSONC, Markdown and plans, each read without losing a byte."""
