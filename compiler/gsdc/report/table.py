"""Tables for a terminal: columns as wide as their widest cell, limited by the width of the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final
from unicodedata import combining, east_asian_width

from gsdc.source.printable import printable

_GAP: Final = 2  # blanks between columns, and usually before a table
_LEAST: Final = 8  # columns of a cell that is wrapped
_LEAD: Final = " │"  # indentation of a line: no line break there


def table(rows: Iterable[Sequence[str]], align: str, width: int | None = None, *, indent: int = _GAP) -> Iterator[str]:
    """Yield the lines of a table: ``align`` has for each column "<" (left) or ">" (right).

    ``indent`` is the number of blanks that the caller writes before each line.

    If it is wider than ``width``, by default the terminal's, cells of its widest columns are wrapped; if that is not
    enough, each row becomes a list of its cells. A word is never broken, so that names can be copied and searched for:
    a word that is wider than the terminal makes a longer line. Nothing is left out. In a pipe the width is unlimited.
    The first row is the head.
    """
    from gsdc.report.page_width import limit

    cells = [[printable(cell) for cell in row] for row in rows]
    room = limit() if width is None else width
    natural = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    widths = natural if room is None else _narrowed(cells, natural, align, room - indent)
    if widths is None:
        yield from _listed(cells, (room or 0) - indent)
        return
    for row in cells:
        parts = [split(cell, size) for cell, size in zip(row, widths, strict=True)]
        for number in range(max(map(len, parts))):
            line = [part[number] if number < len(part) else "" for part in parts]
            yield (" " * _GAP).join(map(_pad, line, widths, align)).rstrip()


def columns(text: str) -> int:
    """Return the width of ``text`` in columns of a terminal."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(c) in "WF" else not combining(c) for c in text)


def split(text: str, width: int, later: int | None = None) -> list[str]:
    """Return ``text`` in lines of at most ``width`` columns, those after the first of ``later`` columns.

    Lines end between words; a line with a word that is wider than that is longer.
    """
    lines = []
    while columns(text) > width and (end := _break(text, width)) < len(text):
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip()
        width = later or width
    return [*lines, text] if text or not lines else lines


def _break(text: str, width: int) -> int:
    """Return the last possible line break up to ``width`` columns, else the first one, else the text's end."""
    start = len(text) - len(text.lstrip(_LEAD)) + 1
    end = max(start, min(width, len(text) if text.isascii() else _fitting(text, width)))
    places = chain(range(min(end, len(text) - 1), start - 1, -1), range(end + 1, len(text)))
    return next((place for place in places if _may_end(text[place - 1], text[place])), len(text))


def _may_end(last: str, following: str) -> bool:
    """Tell whether a line may end between two characters: at a blank, or in a script without blanks."""
    return " " in (last, following) or east_asian_width(last) in "WF"


def _fitting(text: str, width: int) -> int:
    """Return how many characters of ``text`` take at most ``width`` columns."""
    end = 0
    while end < len(text) and columns(text[: end + 1]) <= width:
        end += 1
    return end


def _narrowed(cells: Sequence[Sequence[str]], natural: Sequence[int], align: str, room: int) -> list[int] | None:
    """Return the column widths for a table that fits: the widest column shrinks first, none below its widest word.

    None if it cannot fit.
    """
    found = list(natural)
    excess = sum(found) + _GAP * (len(found) - 1) - room
    if excess <= 0:
        return found
    floors = [
        max(max(map(columns, split(cell, _LEAST))) for cell in column) if side == "<" else width
        for column, side, width in zip(zip(*cells, strict=True), align, natural, strict=True)
    ]
    for _ in range(excess):
        yielding = [place for place, floor in enumerate(floors) if found[place] > floor]
        if not yielding:
            return None
        found[max(yielding, key=lambda place: found[place])] -= 1
    return found


def _listed(rows: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    """Yield each row as a list: its first cell, and below it the others, each with the head of its column.

    The head of the first column, if it has one, is above all of them.
    """
    head, *body = rows
    width = max(_LEAST, room - _GAP)
    if head[0]:
        yield from split(f"{head[0]}:", width)
    for first, *others in body:
        yield from split(first, width)
        cells = [f"{name} {cell}".strip() for name, cell in zip(head[1:], others, strict=True) if cell]
        yield from (" " * _GAP + line for line in _packed(cells, width))


def _packed(cells: Iterable[str], width: int) -> Iterator[str]:
    """Yield lines of at most ``width`` columns with as many of ``cells`` as fit; a longer one is split."""
    line = ""
    for cell in cells:
        joined = f"{line}{' ' * _GAP}{cell}" if line else cell
        if line and columns(joined) > width:
            yield from split(line, width)
            joined = cell
        line = joined
    if line:
        yield from split(line, width)


def _pad(cell: str, width: int, align: str) -> str:
    blanks = " " * (width - columns(cell))
    return blanks + cell if align == ">" else cell + blanks
