"""Edits of a text: replacements of its parts, and where its lines begin and end."""

from collections.abc import Iterable

Edit = tuple[int, int, str]
"""The characters from start to end (exclusive) are replaced by the text."""


def replaced(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` after ``edits``, none of which overlaps another."""
    pieces, at = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])


def difference(before: str, after: str) -> Edit:
    """Return the one edit that changes ``before`` into ``after``: the text between their common prefix and suffix."""
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    return start, len(before) - end, after[start : len(after) - end]


def _alike(one: str, other: str) -> int:
    """Return the length of the common prefix of two texts."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def line_start(text: str, at: int) -> int:
    """Return where the line of ``at`` begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the line of ``at`` ends, before its line break."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def break_at(text: str, at: int) -> str:
    r"""Return the line break that begins at ``at``: "\n", "\r\n", or "" at the end of the text."""
    return "\r\n" if text.startswith("\r\n", at) else text[at : at + 1]


def next_line(text: str, at: int) -> int:
    """Return where the line after that of ``at`` begins, or the end of the text."""
    end = line_end(text, at)
    return end + len(break_at(text, end))


def newline_of(text: str) -> str:
    r"""Return the line break of ``text``: that of its first line, "\n" if it has only one line."""
    return break_at(text, line_end(text, 0)) or "\n"


def without_new_end(old: str, new: str) -> str:
    """Return ``new`` without its last line break if ``old`` ended without one: a last line was removed."""
    if not old.removeprefix("\ufeff") or old.endswith("\n") or not new.endswith("\n"):
        return new
    return new.removesuffix("\n").removesuffix("\r")
