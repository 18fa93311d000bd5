"""The formats of a report: Markdown, JSON and one self-contained HTML page."""
