"""The ledger: actual usage, the resulting budget zone, and estimates learned from it."""
