"""Reports as people read them: Markdown, JSON and one self-contained page."""
