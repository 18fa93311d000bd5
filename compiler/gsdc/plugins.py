"""Plugins: other packages that provide targets, rules or fleets, found by their entry points.

Importing ``importlib.metadata`` takes longer than most commands need to start. So the entry points of each installed
package are first searched for a gsdc group; most machines have none.
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

    Only installed packages count, never the working folder, which may be an untrusted repository. Raises what importing
    a plugin raises: an installed but broken plugin is not skipped silently.
    """
    if not any(f"[{group}]" in text for text in _entry_points()):
        return ()
    from importlib.metadata import distributions

    points = (point for package in distributions(path=list(_folders())) for point in package.entry_points)
    found = {point.name: point for point in points if point.group == group}
    return tuple((name, found[name].load()) for name in sorted(found))


def _folders() -> tuple[str, ...]:
    """Return the folders that contain installed packages."""
    return tuple(folder for folder in dict.fromkeys(sys.path) if folder.endswith(("site-packages", "dist-packages")))


@cache
def _entry_points() -> tuple[str, ...]:
    """Return the text of each installed ``entry_points.txt`` that names a gsdc group."""
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
