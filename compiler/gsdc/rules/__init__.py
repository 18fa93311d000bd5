"""Rules over a resolved policy: one rule a file, and this list of them."""
