"""A three-way merge of a text, line by line."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gsdc.source.line_diff import differences, split


class Replacement(NamedTuple):
    """Replaces lines ``start`` to ``end`` of the base with ``lines``."""

    start: int
    end: int
    lines: Sequence[bytes]


def merge_lines(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return ``base`` with both changes, merged by lines; None if they conflict.

    Unlike in git, adjacent lines may both change: a task's attribute is on the line above the task's name.
    """
    if theirs in (base, ours):
        return ours
    lines = split(base)
    hunks = sorted({*replacements(lines, split(ours)), *replacements(lines, split(theirs))})
    if any(_meet(left, right) for left, right in pairwise(hunks)):
        return None
    merged: list[bytes] = []
    position = 0
    for hunk in hunks:
        merged += [*lines[position : hunk.start], *hunk.lines]
        position = hunk.end
    return b"".join([*merged, *lines[position:]])


def _meet(left: Replacement, right: Replacement) -> bool:
    inserted = left.start == left.end or right.start == right.end
    return left.end > right.start or (left.end == right.start and inserted)


def replacements(base: Sequence[bytes], changed: Sequence[bytes]) -> Iterator[Replacement]:
    """Yield what makes the lines ``changed`` of the lines ``base``, in order."""
    for start, end, new_start, new_end in differences(base, changed):
        yield Replacement(start, end, tuple(changed[new_start:new_end]))
