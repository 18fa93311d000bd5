"""Plugins: other packages that bring targets, rules or fleets, found by their entry points.

Importing ``importlib.metadata`` takes longer than most commands do before they start their work. So the entry points of
each installed package are first searched for a group of gsdc's; most machines have none.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

TARGETS: Final = "gsdc.targets"
RULES: Final = "gsdc.rules"
FLEETS: Final = "gsdc.fleets"


@cache
def load_plugins(group: str) -> tuple[tuple[str, Any], ...]:
    """Return the name and the object of each entry point in ``group``, sorted by name.

    Only installed packages count: never what lies in the working folder, which may be anybody's repository. Raises what
    importing a plugin raises: a plugin that is installed and broken is not skipped in silence.
    """
    if not any(f"[{group}]" in text for text in _entry_points()):
        return ()
    from importlib.metadata import distributions

    points = (point for package in distributions(path=list(_folders())) for point in package.entry_points)
    found = {point.name: point for point in points if point.group == group}
    return tuple((name, found[name].load()) for name in sorted(found))


def _folders() -> tuple[str, ...]:
    """Return the folders into which packages are installed."""
    return tuple(folder for folder in dict.fromkeys(sys.path) if folder.endswith(("site-packages", "dist-packages")))


@cache
def _entry_points() -> tuple[str, ...]:
    """Return the text of each installed ``entry_points.txt`` that names a group of gsdc's."""
    return tuple(text for folder in _folders() for text in _texts(folder))


def _texts(folder: str) -> Iterator[str]:
    try:
        names = [name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info"))]  # noqa: PTH208
    except OSError:
        return
    for name in names:
        try:
            with open(os.path.join(folder, name, "entry_points.txt"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
                text = file.read()
        except (OSError, ValueError):
            continue
        if "[gsdc." in text:
            yield text
