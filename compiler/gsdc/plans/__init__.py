"""Plans together: which files are plans, what is wrong with them, what they cost, what their graph looks like."""
