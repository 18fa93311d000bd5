"""The list of all readers of installed files, and whose a file is."""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from gsdc.source.tree import fits

if TYPE_CHECKING:
    from gsdc.targets.view_api import Reader

# The modules are named, not imported: a project without a client's files does not pay for its reader. With each stands
# what shows, in a project's folder, that there may be something to read.
READERS: Final = {
    "gsdc.targets.opencode.view": ("opencode.json", "opencode.jsonc", ".opencode", "config.json"),
    "gsdc.targets.gsd.view": (".planning/config.json", ".planning/workstreams"),
    "gsdc.targets.claude_code.view": (
        *(".claude/agents", ".claude/commands", ".claude/skills"),
        *(".claude/settings.json", ".claude/settings.local.json"),
    ),
    "gsdc.targets.overrides.view": ("config", "lib"),
    "gsdc.targets.claude_md.view": ("CLAUDE.md", "AGENTS.md", ".claude/CLAUDE.md"),
}


class Place(NamedTuple):
    """A client's file or folder: the folder of the project that it belongs to, and its path in there."""

    root: str
    path: str


def reader(module: str) -> "Reader":
    """Return the reader in ``module``."""
    return cast("Reader", import_module(module))


def readers_for(root: Path, coming: Iterable[str] = ()) -> Iterator[str]:
    """Yield the modules of the readers that may find something in folder ``root``, or in files ``coming`` to it."""
    folder, coming = str(root), tuple(coming)
    for module, signs in READERS.items():
        if any(os.path.lexists(f"{folder}/{sign}") or _inside(sign, coming) for sign in signs):
            yield module


def _inside(sign: str, paths: Iterable[str]) -> bool:
    return any(path == sign or path.startswith(f"{sign}/") for path in paths)


def recognise(path: str) -> tuple[Place, ...]:
    """Return whose file ``path`` is; nothing where it is no client's.

    A folder before the file's own path is the project: ``shop/.claude/agents/x.md`` belongs to the project in ``shop``.
    Two clients may read one file in two projects: ``.claude/CLAUDE.md`` and ``CLAUDE.md`` in ``.claude``.
    """
    parts = PurePosixPath(path.replace(os.sep, "/")).parts
    places: dict[Place, None] = {}
    for module in READERS:
        for begin in range(len(parts)):
            own = parts[begin:]
            if any(fits(own, pattern) for pattern in _patterns(module)):
                places[Place(str(Path(*parts[:begin])), "/".join(own))] = None
                break
    return tuple(places)


def inside(folder: str) -> Place | None:
    """Return the project of a folder in which clients keep files, and its path there; None for any other folder.

    ``shop/.claude/agents`` is ``.claude/agents`` of ``shop``.
    """
    parts = PurePosixPath(folder.replace(os.sep, "/")).parts
    for begin in range(len(parts)):
        own = parts[begin:]
        if any(_leads(own, pattern) for module in READERS for pattern in _patterns(module)):
            return Place(str(Path(*parts[:begin])), "/".join(own))
    return None


def _leads(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Tell whether ``pattern`` names files below the folder ``parts``."""
    if pattern[0] == "**" or not parts:
        return True
    return len(pattern) > 1 and fnmatchcase(parts[0], pattern[0]) and _leads(parts[1:], pattern[1:])


@cache
def _patterns(module: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(pattern.split("/")) for pattern in reader(module).FILES)
