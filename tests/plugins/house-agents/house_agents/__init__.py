"""A plugin for gsdc: a client that keeps its models in ``house.json``, a rule, and a fleet."""
