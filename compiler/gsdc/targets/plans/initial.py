"""Detect plans in a folder."""

from pathlib import Path

from gsdc.source.tree import PLANNING
from gsdc.targets.api import Initial
from gsdc.targets.plans.emit import DEFAULT_PATHS


def initial(root: Path) -> Initial:
    """Tell whether there is a folder of plans."""
    return Initial({"paths": list(DEFAULT_PATHS)}, (root / PLANNING).is_dir(), f"plans under {PLANNING}/", "gsd")
