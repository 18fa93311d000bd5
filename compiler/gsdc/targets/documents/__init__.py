"""What the documents say of a policy, as values for their templates: no number in them is written by hand."""
