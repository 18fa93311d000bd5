"""get-shit-done: its `.planning/config.json`."""
