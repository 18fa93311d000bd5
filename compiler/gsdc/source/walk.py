"""The folders below a folder, one after the other, down to a maximum depth."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.span import Span

# Levels below the start folder. A system limits the length of a path, not its levels: 1,500 are possible.
DEEPEST: Final = 100

UNVISITED = Diagnostic(
    "IN011",
    "deep-folder",
    Severity.WARNING,
    """A folder lies more than 100 levels deep, and its files were not read.

    ## Why is this bad?
    A file that was meant to be checked, and is not, looks clean.

    ## No example
    It takes a hundred folders in each other.
    """,
)

Entries = Sequence["os.DirEntry[str]"]


def walk(
    start: str, unvisited: list[str], enters: Callable[[str, str], bool] = lambda _, __: True
) -> Iterator[tuple[str, Entries]]:
    """Yield each folder below ``start``, itself first, with its entries: its path from there, "" or ending in a slash.

    A folder is visited if ``enters``, given the path of its parent and its name, returns true. Symbolic links are not
    followed, unreadable folders are skipped, and folders nested too deeply are added to ``unvisited``.
    """
    waiting = [("", start, 0)]
    while waiting:
        path, location, depth = waiting.pop()
        try:
            with os.scandir(location) as found:
                entries = tuple(found)
        except OSError:
            continue
        yield path, entries
        inner = [entry for entry in entries if entry.is_dir(follow_symlinks=False) and enters(path, entry.name)]
        if depth == DEEPEST:
            unvisited += (f"{path}{entry.name}" for entry in inner)
        else:
            waiting += ((f"{path}{entry.name}/", entry.path, depth + 1) for entry in inner)


def not_visited(folders: Collection[str], prefix: str = "") -> tuple[Finding, ...]:
    """Return a finding for the folders that a walk skipped, () if there are none; ``prefix`` leads to them."""
    if not folders:
        return ()
    more = f", and {len(folders) - 1} more" if len(folders) > 1 else ""
    message = f"this folder is more than {DEEPEST} levels deep{more}: its files were not read"
    help_ = "move it up, or remove it"
    return (UNVISITED.at(Span(prefix + min(folders), 0, 0), message, help_),)
