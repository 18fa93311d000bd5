"""Changes to a person's files as one transaction: all of them, or none, whatever stops it."""
