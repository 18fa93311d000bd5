"""Tables for a terminal: columns as wide as their widest cell, or as the terminal lets them be."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from unicodedata import combining, east_asian_width

from gsdc.source.printable import printable

_GAP: Final = 2  # blanks between columns, and before a table that is indented
_LEAST: Final = 8  # columns of a cell that is written in several lines
_BREAKS: Final = (" ", "/", "-_:,.")  # what a line ends after, the first that is found: words, parts of paths or names


def table(rows: Iterable[Sequence[str]], align: str, width: int | None = None) -> Iterator[str]:
    """Yield the lines of a table: ``align`` says for each column "<" (left) or ">" (right).

    Where it is wider than ``width``, by default the terminal's, cells of its widest columns are written in several
    lines; where that is not enough, each row becomes a list of its cells. Nothing is left out. In a pipe no line is
    too wide. The first row is the head.
    """
    from gsdc.report.page_width import limit

    cells = [[printable(cell) for cell in row] for row in rows]
    room = limit() if width is None else width
    natural = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    widths = natural if room is None else _narrowed(natural, align, room - _GAP)
    if widths is None:
        yield from _listed(cells, (room or 0) - _GAP)
        return
    for row in cells:
        parts = [split(cell, size) for cell, size in zip(row, widths, strict=True)]
        for number in range(max(map(len, parts))):
            line = [part[number] if number < len(part) else "" for part in parts]
            yield (" " * _GAP).join(map(_pad, line, widths, align)).rstrip()


def columns(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(c) in "WF" else not combining(c) for c in text)


def split(text: str, width: int, later: int | None = None) -> list[str]:
    """Return ``text`` in lines of at most ``width`` columns, those after the first of ``later`` columns.

    Lines end after words or parts of paths, where there are none anywhere.
    """
    lines = []
    while columns(text) > width:
        end = len(text) if text.isascii() else _fitting(text, width)
        end = max(1, min(end, width))
        end = next((place for signs in _BREAKS if (place := _break(text, end, signs))), end)
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip()
        width = later or width
    return [*lines, text] if text or not lines else lines


def _break(text: str, end: int, signs: str) -> int:
    """Return the last place up to ``end`` behind one of ``signs``, 0 where there is none but in the first third."""
    places = range(end, end // 3, -1)
    return next((place for place in places if text[place - 1] in signs or (signs == " " and text[place] == " ")), 0)


def _fitting(text: str, width: int) -> int:
    """Return how many characters of ``text`` take at most ``width`` columns."""
    end = 0
    while end < len(text) and columns(text[: end + 1]) <= width:
        end += 1
    return end


def _narrowed(widths: Sequence[int], align: str, room: int) -> list[int] | None:
    """Return the widths with which a table fits, the widest column giving way first; None where it cannot fit."""
    found = list(widths)
    excess = sum(found) + _GAP * (len(found) - 1) - room
    yielding = [place for place, side in enumerate(align) if side == "<"]
    for _ in range(excess):
        widest = max(yielding, key=lambda place: found[place], default=0)
        if not yielding or found[widest] <= _LEAST:
            return None
        found[widest] -= 1
    return found


def _listed(rows: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    """Yield each row as a list: its first cell, and below it the others, each with the head of its column.

    The head of the first column, where it has one, stands above all of them.
    """
    head, *body = rows
    width = max(_LEAST, room - _GAP)
    if head[0]:
        yield from split(f"{head[0]}:", width)
    for first, *others in body:
        yield from split(first, width)
        for name, cell in zip(head[1:], others, strict=True):
            yield from (" " * _GAP + line for line in split(f"{name} {cell}".strip(), width) if cell)


def _pad(cell: str, width: int, align: str) -> str:
    blanks = " " * (width - columns(cell))
    return blanks + cell if align == ">" else cell + blanks
