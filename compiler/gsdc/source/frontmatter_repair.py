"""Mistakes in a plan's frontmatter with one obvious repair: YAML requires other quotes."""

import re
from typing import Final

from gsdc.source.yaml_text import NotYamlError, loads

Edit = tuple[int, int, str]

_DOUBLE_QUOTED: Final = re.compile(r'"[^"\n]*"')
# The valid escapes in double quotes; any other backslash was meant as a backslash.
_ESCAPES: Final = re.compile(r"\\[0abtnvfre \"/\\N_LPxuU]")


def repair(block: str, line: int, column: int, problem: str) -> Edit | None:
    """Return the edit of the YAML ``block`` that repairs a ``problem`` at a place, None if there is none.

    The edit is tested: the result must be valid, or fail only at a later line.
    """
    if "escape" not in problem and "cannot start any token" not in problem:
        return None
    lines = block.split("\n")
    if not 0 < line <= len(lines):
        return None
    begin = sum(len(before) + 1 for before in lines[: line - 1])
    text = lines[line - 1].rstrip("\r")
    edit = _single_quotes(text, column) if "escape" in problem else _quoted_scalar(text, column)
    if edit is None:
        return None
    start, end, new = begin + edit[0], begin + edit[1], edit[2]
    return (start, end, new) if _better(block[:start] + new + block[end:], line) else None


def _single_quotes(text: str, column: int) -> Edit | None:
    """Convert the double-quoted text around ``column`` to single quotes, in which a backslash is literal."""
    for match in _DOUBLE_QUOTED.finditer(text):
        inner = match[0][1:-1]
        if match.start() < column <= match.end() and "'" not in inner and not _ESCAPES.search(inner):
            return match.start(), match.end(), f"'{inner}'"
    return None


def _quoted_scalar(text: str, column: int) -> Edit | None:
    """Quote the text that begins at ``column`` with "@" or a backtick, to the end of the line."""
    start, end = column - 1, len(text.rstrip())
    if text[start : start + 1] not in {"@", "`"}:
        return None
    plain = text[start:end].replace("'", "''")
    return start, end, f"'{plain}'"


def _better(block: str, line: int) -> bool:
    try:
        loads(block)
    except NotYamlError as error:
        return error.line > line
    return True
