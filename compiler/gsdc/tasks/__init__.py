"""The analysis of a plan's tasks: kind, security, complexity, dependencies, batches and estimates, with reasons."""
