"""Fit texts and tables to the width of a terminal."""

import os
import sys
from typing import Final

from gsdc.report.table import columns, split

_DEFAULT: Final = 80
_LEAST: Final = 20


def terminal_width() -> int:
    """Return the width of the terminal in columns: from COLUMNS, else from the system, else 80."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return max(_LEAST, int(given))
    try:
        return max(_LEAST, os.get_terminal_size(sys.stdout.fileno()).columns or _DEFAULT)
    except (OSError, ValueError):
        return _DEFAULT


def limit() -> int | None:
    """Return the maximum width of a line: that of the terminal, or COLUMNS; None in a pipe, which has no limit."""
    if os.environ.get("COLUMNS", "").isdecimal() or sys.stdout.isatty():
        return terminal_width()
    return None


def folded(text: str, width: int | None, indent: str = "") -> list[str]:
    """Return a line in lines of at most ``width`` columns, those after the first with ``indent`` and more."""
    if width is None or columns(text) <= width:
        return [text]
    lead = text[: len(text) - len(text.lstrip(" │"))] + (indent or "  ")
    if len(lead) > width // 2:
        lead = ""
    first, *rest = split(text, width, width - len(lead))
    return [first, *(lead + line for line in rest)]


def fitted(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns; a longer word has a line of its own."""
    from textwrap import wrap

    return wrap(text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) or [""]


def bar(share: float, width: int) -> str:
    """Return a bar of ``width`` characters and its brackets, filled to ``share``."""
    filled = min(width, int(share * width))
    return f"[{'#' * filled}{'.' * (width - filled)}]"
