"""The guard: asked before an agent starts, it answers from the compiled table whether the model may do the work."""
