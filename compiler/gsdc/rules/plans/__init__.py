"""One file for each rule on plans."""
