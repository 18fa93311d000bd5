"""Keep the catalog current: retired models, newer releases, differences from sources, and the resulting edits."""
