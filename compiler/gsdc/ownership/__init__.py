"""What of a file is gsdc's: a strategy for each kind of part, with the same few questions for all of them."""
