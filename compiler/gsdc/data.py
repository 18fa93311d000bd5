"""The one way to reach the shipped schemas, templates and profiles."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


@cache
def folder(name: str) -> Path:
    """Return the shipped folder ``name`` ("schemas", "templates" or "profiles").

    Installed, the data lies inside the package; in a checkout it lies at the top of the repository.
    """
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parents[1] / name
