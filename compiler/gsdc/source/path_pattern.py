"""Patterns of the files of a project: ``*`` and ``?`` match inside one name, ``**`` any number of folders.

The work is linear in the pattern for each name of a path, for any pattern: all possible matches are followed in
parallel.
"""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

from gsdc.source.walk import DEEPEST

ANY_FOLDERS: Final = "**"
_WILD: Final = re.compile(r"[*?[]")

Parts = tuple[str, ...]
States = frozenset[int]  # the possible numbers of pattern parts matched so far


def mistake(pattern: str, *, ends_in_folders: bool = False) -> str | None:
    """Return the correction of a ``pattern`` in which ``**`` is only a part of a name; None if it is correct.

    A last ``**`` matches no file, except for a pattern that ``ends_in_folders``: it matches everything in them.
    """
    names = [_apart(name) if ANY_FOLDERS in name and name != ANY_FOLDERS else name for name in pattern.split("/")]
    if names[-1] == ANY_FOLDERS and not ends_in_folders:
        names.append("*")
    written = "/".join(names)
    return written if written != pattern else None


def _apart(name: str) -> str:
    """Return a name that contains ``**`` as it is meant: ``**PLAN.md`` as ``**/*PLAN.md``."""
    before, *rest = re.split(r"\*{2,}", name)
    start = f"{before}*/" if before else ""
    return f"{start}{ANY_FOLDERS}/*{'*'.join(rest)}"


def fits(parts: Parts, pattern: Parts) -> bool:
    """Tell whether ``pattern`` matches a path; both are split into parts. A last ``**`` matches no file."""
    states = _started(pattern)
    for part in parts:
        states = _after(states, part, pattern, is_folder=True)
    return len(pattern) in states


def matching(root: str, pattern: Parts, hidden: Collection[str], shown: str, unvisited: list[str]) -> Iterator[str]:
    """Yield the existing paths from ``root`` that ``pattern`` matches, unordered.

    Names in ``hidden`` are skipped, except in a folder ``shown``. ``**`` follows no symbolic link. Folders that are
    nested too deeply are added to ``unvisited``.
    """
    waiting = [("", _started(pattern), 0, False)]
    while waiting:
        path, states, depth, is_shown = waiting.pop()
        if depth > DEEPEST:
            unvisited.append(path.rstrip("/"))
            continue
        for name, is_folder in _names(root + "/" + path, states, pattern):
            if name in hidden and not is_shown:
                continue
            reached = _after(states, name, pattern, is_folder=is_folder)
            if len(pattern) in reached:
                yield path + name
            if left := reached - {len(pattern)}:
                waiting.append((f"{path}{name}/", left, depth + 1, is_shown or name == shown))


def _names(folder: str, states: States, pattern: Parts) -> Iterable[tuple[str, bool]]:
    """Return the names in a folder that may lead to a match, and whether each is a real folder."""
    if not any(_WILD.search(pattern[state]) for state in states):
        return [(name, False) for name in {pattern[state] for state in states}]
    try:
        with os.scandir(folder) as entries:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError:
        return []


def _started(pattern: Parts) -> States:
    return frozenset(_reached(0, pattern)) if pattern else frozenset({0})


def _after(states: States, name: str, pattern: Parts, *, is_folder: bool) -> States:
    """Return the positions in ``pattern`` after ``name``; ``**`` matches only a real folder."""
    found: set[int] = set()
    for state in states:
        if state == len(pattern):
            continue
        if pattern[state] == ANY_FOLDERS:
            if is_folder:
                found.update(_reached(state, pattern))
        elif pattern[state] == name or fnmatchcase(name, pattern[state]):
            found.update(_reached(state + 1, pattern))
    return frozenset(found)


def _reached(state: int, pattern: Parts) -> Iterator[int]:
    """Yield ``state`` and the later states that follow if a ``**`` matches no folder."""
    yield state
    while state + 1 < len(pattern) and pattern[state] == ANY_FOLDERS:
        state += 1
        yield state
