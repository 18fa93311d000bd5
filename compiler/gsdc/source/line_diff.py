"""The difference of two texts by lines: for patches, and for merging two changed versions."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_LARGEST: Final = 1_000_000  # lines before times lines after: difflib takes 0.1 s for this size


class Hunk(NamedTuple):
    """Lines ``start`` to ``end`` before that become lines ``new_start`` to ``new_end`` after; counted from 0."""

    start: int
    end: int
    new_start: int
    new_end: int


def split(content: bytes) -> list[bytes]:
    """Return the lines of ``content``, each with its line feed: they end there and nowhere else."""
    lines = content.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def differences(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[Hunk]:
    """Yield the differences of two texts by lines, in order.

    Lines that occur once on both sides are anchors for the rest (as in patience diff): difflib alone takes time
    quadratic in the changed lines.
    """
    start = new_start = 0
    for anchor, new_anchor in (*_anchors(before, after), (len(before), len(after))):
        end, new_end = anchor, new_anchor
        while start < end and new_start < new_end and before[start] == after[new_start]:
            start, new_start = start + 1, new_start + 1
        while start < end and new_start < new_end and before[end - 1] == after[new_end - 1]:
            end, new_end = end - 1, new_end - 1
        for low, high, new_low, new_high in _differences(before[start:end], after[new_start:new_end]):
            yield Hunk(start + low, start + high, new_start + new_low, new_start + new_high)
        start, new_start = anchor, new_anchor


def _differences(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[tuple[int, int, int, int]]:
    if not before or not after or len(before) * len(after) > _LARGEST:
        if before or after:
            yield 0, len(before), 0, len(after)
        return
    from difflib import SequenceMatcher

    for tag, *places in SequenceMatcher(None, before, after).get_opcodes():
        if tag != "equal":
            yield places[0], places[1], places[2], places[3]


def _anchors(before: Sequence[bytes], after: Sequence[bytes]) -> list[tuple[int, int]]:
    """Return the places of the longest run of lines in the order of both, each unique on its side."""
    counts, new_counts = Counter(before), Counter(after)
    places = {line: index for index, line in enumerate(after) if new_counts[line] == 1}
    pairs = [(index, places[line]) for index, line in enumerate(before) if counts[line] == 1 and line in places]
    ends: list[int] = []  # the least end of a run of each length
    runs: list[int] = []  # the pair at that end
    previous: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        previous.append(runs[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        runs[length : length + 1] = [number]
    found = []
    number = runs[-1] if runs else -1
    while number >= 0:
        found.append(pairs[number])
        number = previous[number]
    return found[::-1]
