"""Rules about a policy."""
