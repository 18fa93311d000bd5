"""Files that a CLAUDE.md imports with ``@path``: Claude Code reads them too, so one of them may contain the section.

From Claude Code's documentation ("CLAUDE.md imports"): paths are relative to the file, at most five imports deep, and
ignored in code. Other readers of AGENTS.md do not support imports.
"""

import re
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname, join, normpath
from typing import Final

from gsdc.finding import Rejected
from gsdc.source.lazy_pattern import lazily
from gsdc.source.tree import Tree

_DEEPEST: Final = 5
_CODE: Final = lazily(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_IMPORT: Final = lazily(r"(?:^|(?<=\s))@([^\s@`~/][^\s@`]*)")


def read_once(tree: Tree, paths: Iterable[str]) -> tuple[str, ...]:
    """Return ``paths`` without each CLAUDE.md that imports another one of them."""
    kept: list[str] = []
    paths = tuple(paths)
    for path in paths:
        reached = _reached(tree, path) if _is_claudes(path) else frozenset()
        others = [other for other in paths if other != path and normpath(other) in reached]
        # Of two files of Claude Code that import each other the first one is kept.
        if not any(
            other in kept or not _is_claudes(other) or normpath(path) not in _reached(tree, other) for other in others
        ):
            kept.append(path)
    return tuple(kept)


def _is_claudes(path: str) -> bool:
    return basename(path).upper() == "CLAUDE.MD"


def _reached(tree: Tree, path: str) -> frozenset[str]:
    """Return the files that ``path`` imports, and those that they import."""
    found: set[str] = set()
    latest = {normpath(path)}
    for _ in range(_DEEPEST):
        latest = {other for each in latest for other in _imported(tree, each)} - found
        found |= latest
    return frozenset(found)


def _imported(tree: Tree, path: str) -> Iterator[str]:
    try:
        text = (tree.read(path) or b"").decode("utf-8", "replace")
    except Rejected:  # the writer reports unreadable files
        return
    for found in _IMPORT.finditer(_CODE.sub("", text)):
        other = normpath(join(dirname(path), found[1].rstrip(".,;:!?)")))
        if not other.startswith("../"):
            yield other
