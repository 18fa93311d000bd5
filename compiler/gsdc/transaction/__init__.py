"""Change user files in one transaction: all of them or none, whatever interrupts it."""
