"""Rules on the files that clients read, one a file."""
