"""Detect a sub-agent executor in a folder."""

from pathlib import Path
from typing import Final

from gsdc.policy.project import fleets_shown_by
from gsdc.targets.api import Initial
from gsdc.targets.overrides import EXECUTOR, OVERRIDES, TABLES

_SHOWN_BY: Final = (EXECUTOR, TABLES[0], *OVERRIDES)


def initial(root: Path) -> Initial:
    """Tell whether a table or the executor itself is there."""
    is_present = any((root / name).is_file() for name in _SHOWN_BY)
    [fleet] = fleets_shown_by(root)
    return Initial({"dir": "config"}, is_present, "a sub-agent executor", fleet)
