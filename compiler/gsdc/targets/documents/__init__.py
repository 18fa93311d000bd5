"""The contents of the generated documents, as values for templates: every number comes from the policy."""
