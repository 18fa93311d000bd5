"""Sets of plans: discovery, checks, costs and graphs."""
