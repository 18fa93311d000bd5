"""The guard: before an agent starts, it checks in the compiled table whether the model may do the work."""
