"""Wait for file changes, for ``gsdc lint --watch``."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from gsdc.source.tree import COPIES
from gsdc.source.walk import walk
from gsdc.targets.registry import project_marks

_SUFFIXES: Final = (".md", ".yaml", ".yml", ".toml", ".json", ".jsonc", ".mjs", ".js")
_OWN_FOLDER: Final = ".gsdc"
_INTERVAL: Final = 0.5  # seconds

Stamps = dict[str, tuple[int, int]]


def stamps(places: Sequence[str]) -> Stamps:
    """Return the modification time (ns) and the size of each file that lint may read in ``places``."""
    found: Stamps = {}
    for place in places:
        if os.path.isdir(place):  # noqa: PTH112 - with os.scandir, a path is a string throughout
            found.update(_below(place))
        else:
            try:
                stat = os.stat(place)  # noqa: PTH116
            except OSError:
                continue
            found[place] = (stat.st_mtime_ns, stat.st_size)
    return found


def wait_for_change(places: Sequence[str], seen: Stamps) -> None:
    """Return when a file under ``places`` differs from ``seen``: changed, new or deleted."""
    while stamps(places) == seen:
        time.sleep(_INTERVAL)


def _below(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    hidden = project_marks() | {_OWN_FOLDER}

    def enters(_: str, name: str) -> bool:
        return name in hidden or not (name.startswith(".") or name in COPIES)

    for _, entries in walk(folder, [], enters):
        for entry in entries:
            if not entry.name.endswith(_SUFFIXES):
                continue
            with suppress(OSError):  # deleted since the folder was listed
                if not entry.is_dir(follow_symlinks=False):
                    stat = entry.stat()
                    yield entry.path, (stat.st_mtime_ns, stat.st_size)
