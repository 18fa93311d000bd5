"""gsdc: a static configuration compiler and linter for fleets of coding agents."""

__version__ = "0.1.0"
