"""Texts and tables that fit a terminal of any width."""

import os
import sys
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from gsdc.report.table import table

_DEFAULT: Final = 80
_LEAST: Final = 20


def terminal_width() -> int:
    """Return how many columns the terminal has: as COLUMNS says, else as the system does, else 80."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return max(_LEAST, int(given))
    try:
        return max(_LEAST, os.get_terminal_size(sys.stdout.fileno()).columns or _DEFAULT)
    except (OSError, ValueError):
        return _DEFAULT


def fitted(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns; a longer word has a line of its own."""
    return wrap(text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) or [""]


def narrowed(rows: Sequence[Sequence[str]], align: str, width: int) -> Iterator[str]:
    """Yield the lines of a table without as many of its last columns as do not fit; one column always stays."""
    columns = len(align)
    while True:
        lines = list(table((row[:columns] for row in rows), align[:columns]))
        if columns == 1 or max(map(len, lines)) <= width:
            yield from lines
            return
        columns -= 1


def bar(share: float, width: int) -> str:
    """Return a bar of ``width`` characters and its brackets, filled to ``share``."""
    filled = min(width, int(share * width))
    return f"[{'#' * filled}{'.' * (width - filled)}]"
