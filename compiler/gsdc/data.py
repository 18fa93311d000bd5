"""Access to the shipped schemas, templates and profiles."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


@cache
def folder(name: str) -> Path:
    """Return the shipped folder ``name`` ("schemas", "templates" or "profiles").

    In an installed package the data is inside the package; in a checkout it is at the top of the repository.
    """
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parents[1] / name
