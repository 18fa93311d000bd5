"""Override tables of a sub-agent executor."""
