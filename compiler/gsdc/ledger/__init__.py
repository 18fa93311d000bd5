"""The ledger: what was really used, which budget zone that makes, and what it teaches."""
