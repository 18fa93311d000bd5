"""What of a file is gsdc's, and how that part is merged, reverted and removed."""
