"""Places in a file."""

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple


class Argument(str):
    """The name of an option or a parameter as the place of a finding: not a file, even if a file has this name.

    A finding at an argument is a wrong use of gsdc: a command exits with 2.
    """

    __slots__ = ()


class Span(NamedTuple):
    """A range of a file: ``line`` and ``column`` count from 1, in characters; line 0 means no line in particular.

    It ends before the character at ``end_line`` and ``end_column``; both are 0 if the end is unknown. ``path`` is for
    display: relative to the project if the file is inside it. It is an ``Argument`` if the finding is about an
    argument.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def with_length(self, length: int) -> "Span":
        """Return the span of ``length`` characters of one line that begins here."""
        return self._replace(end_line=self.line, end_column=self.column + length)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


def span_at(path: str, text: str, offset: int) -> Span:
    """Return the span that begins at character ``offset`` of ``text``, its end unknown."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Span(path, text.count("\n", 0, offset) + 1, offset - line_start + 1)


_FEW: Final = 16


class Places:
    """The spans of characters of one text. The line starts are computed only if many spans of a text are requested."""

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text
        self._asked = 0

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self._text.split("\n")), initial=0))

    def between(self, start: int, end: int) -> Span:
        """Return the span from character ``start`` up to ``end``; its end is unknown unless it is after ``start``."""
        span = self.at(start)
        if end <= start:
            return span
        last = self.at(end)
        return span._replace(end_line=last.line, end_column=last.column)

    def at(self, offset: int) -> Span:
        """Return the span that begins at character ``offset``, its end unknown."""
        self._asked += 1
        if self._asked <= _FEW:
            return span_at(self._path, self._text, offset)
        line = bisect_right(self._starts, offset, 0, len(self._starts) - 1)
        return Span(self._path, line, offset - self._starts[line - 1] + 1)
