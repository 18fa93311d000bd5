"""Tables for a terminal: columns as wide as their widest cell."""

from collections.abc import Iterable, Iterator, Sequence
from unicodedata import combining, east_asian_width

from gsdc.report.text import printable


def table(rows: Iterable[Sequence[str]], align: str) -> Iterator[str]:
    """Yield the lines of a table: ``align`` says for each column "<" (left) or ">" (right)."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(map(_pad, row, widths, align)).rstrip()


def _pad(cell: str, width: int, align: str) -> str:
    blanks = " " * (width - _width(cell))
    return blanks + cell if align == ">" else cell + blanks


def _width(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(c) in "WF" else not combining(c) for c in text)
