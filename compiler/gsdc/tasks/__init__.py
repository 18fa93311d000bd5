"""What a plan's tasks are: kind, security, complexity, dependencies, batches and estimates, each with its reasons."""
