"""Where something stands in a file."""

from typing import NamedTuple


class Span(NamedTuple):
    """A position in a file: ``line`` and ``column`` count from 1, in characters; line 0 means no line in particular.

    ``path`` is as a person should see it: relative to the project where the file lies inside it.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


def span_at(path: str, text: str, offset: int) -> Span:
    """Return the span of character ``offset`` of ``text``."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Span(path, text.count("\n", 0, offset) + 1, offset - line_start + 1)
