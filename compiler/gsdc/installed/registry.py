"""The list of all readers of installed files, and whose a file is."""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple, cast

from gsdc.installed.api import Reader

# The modules are named, not imported: a project without a client's files does not pay for its reader. With each stands
# what shows, in a project's folder, that there may be something to read.
READERS: Final = {
    "gsdc.installed.opencode": ("opencode.json", "opencode.jsonc", ".opencode", "config.json"),
    "gsdc.installed.gsd": (".planning",),
    "gsdc.installed.claude_agents": (".claude",),
    "gsdc.installed.overrides": ("config", "lib"),
    "gsdc.installed.claude_md": ("CLAUDE.md", "AGENTS.md", ".claude"),
}


class Place(NamedTuple):
    """A client's file: the folder of the project that it belongs to, its path in there, and the reader's module."""

    root: str
    path: str
    module: str


def reader(module: str) -> Reader:
    """Return the reader in ``module``."""
    return cast("Reader", import_module(module))


def readers_for(root: Path) -> Iterator[str]:
    """Yield the modules of the readers that may find something in folder ``root``."""
    for module, signs in READERS.items():
        if any(os.path.lexists(root / sign) for sign in signs):
            yield module


def recognise(path: str) -> tuple[Place, ...]:
    """Return whose file ``path`` is, once for each reader; nothing where it is no client's.

    A folder before the file's own path is the project: ``shop/.claude/agents/x.md`` belongs to the project in ``shop``.
    """
    parts = PurePosixPath(path.replace(os.sep, "/")).parts
    places = []
    for module in READERS:
        for begin in range(len(parts)):
            own = parts[begin:]
            if any(_fits(own, pattern) for pattern in _patterns(module)):
                places.append(Place(str(Path(*parts[:begin])), "/".join(own), module))
                break
    return tuple(places)


@cache
def _patterns(module: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(pattern.split("/")) for pattern in reader(module).FILES)


def _fits(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Tell whether a path is one that ``pattern`` names, as ``Tree.glob`` does."""
    if not pattern or not parts:
        return not pattern and not parts
    if pattern[0] == "**":
        return any(_fits(parts[skipped:], pattern[1:]) for skipped in range(len(parts)))
    return fnmatchcase(parts[0], pattern[0]) and _fits(parts[1:], pattern[1:])
