"""Ownership: which parts of a file belong to gsdc, with one strategy and one interface for each kind of part."""
