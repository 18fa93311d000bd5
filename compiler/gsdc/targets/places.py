"""The owner of a file: the target that reads it, and the folder whose project contains it."""

import os
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from gsdc.source.path_pattern import fits
from gsdc.targets.registry import declarations


class ClientPath(NamedTuple):
    """A client's file or folder: the folder of the project that it belongs to, and its path in there."""

    root: str
    path: str


def recognise(path: str) -> tuple[ClientPath, ...]:
    """Return whose file ``path`` is; nothing if it is not a client's.

    A folder before the file's own path is the project: ``shop/.claude/agents/x.md`` belongs to the project in ``shop``.
    Two clients may read one file in two projects: ``.claude/CLAUDE.md`` and ``CLAUDE.md`` in ``.claude``.
    """
    parts = PurePosixPath(path.replace(os.sep, "/")).parts
    places: dict[ClientPath, None] = {}
    for patterns in _patterns():
        for begin in range(len(parts)):
            own = parts[begin:]
            if any(fits(own, pattern) for pattern in patterns):
                places[ClientPath(str(Path(*parts[:begin])), "/".join(own))] = None
                break
    return tuple(places)


def inside(folder: str) -> ClientPath | None:
    """Return the project of a folder in which clients keep files, and its path there; None for any other folder.

    ``shop/.claude/agents`` is ``.claude/agents`` of ``shop``.
    """
    parts = PurePosixPath(folder.replace(os.sep, "/")).parts
    for begin in range(len(parts)):
        own = parts[begin:]
        if any(_leads(own, pattern) for patterns in _patterns() for pattern in patterns):
            return ClientPath(str(Path(*parts[:begin])), "/".join(own))
    return None


def _leads(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Tell whether ``pattern`` names files below the folder ``parts``."""
    if pattern[0] == "**" or not parts:
        return True
    return len(pattern) > 1 and fnmatchcase(parts[0], pattern[0]) and _leads(parts[1:], pattern[1:])


@cache
def _patterns() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the patterns of the files of each target, in parts."""
    return tuple(tuple(tuple(p.split("/")) for p in declaration.files) for declaration in declarations().values())
