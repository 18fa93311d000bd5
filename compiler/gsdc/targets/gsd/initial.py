"""Detect get-shit-done in a folder."""

from pathlib import Path

from gsdc.targets.api import Initial
from gsdc.targets.gsd import ROOT


def initial(root: Path) -> Initial:
    """Tell whether its configuration exists."""
    return Initial({}, (root / ROOT).is_file(), f"get-shit-done: {ROOT}", "gsd")
