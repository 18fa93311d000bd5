"""A text of lines, such as a .gitignore, of which gsdc owns some: each line is a key, and its value is True.

Comment lines and blank lines are not keys. A duplicate line counts once.
"""

from collections.abc import Mapping
from typing import Any

from gsdc.source.key_document import Key
from gsdc.source.span import Span

_COMMENT = "#"


def lines_of(path: str, text: str) -> dict[str, bool]:  # noqa: ARG001 - as the readers of other formats
    """Return the lines of a text that are not blank or comments, as keys."""
    lines = (line.rstrip() for line in text.removeprefix("\ufeff").splitlines())
    return {line: True for line in lines if line and not line.startswith(_COMMENT)}


class LineDocument:
    """See ``KeyDocument``."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.data: Any = lines_of(path, text)

    @property
    def is_empty(self) -> bool:
        """Whether there is no line and no comment."""
        return not self.text.strip("\ufeff \t\r\n")

    def span(self, key: Key, /) -> Span:
        """Return the place of a line, or of the first line if it is missing."""
        index = self._index(key)
        return Span(self.path, 1 if index is None else index + 1)

    def update(self, values: Mapping[Key, Any], /) -> "LineDocument":
        """Return the document with each line in it; new ones follow the last, which keeps its line end or has none."""
        text, newline = self.text, "\r\n" if "\r\n" in self.text else "\n"
        for (line,) in values:
            if line in self.data:
                continue
            is_closed = not text.strip("\ufeff") or text.endswith("\n")
            text += f"{line}{newline}" if is_closed else f"{newline}{line}"
        return LineDocument(self.path, text)

    def remove(self, /, *keys: Key) -> "LineDocument":
        """Return the document without the lines ``keys``; the end of the text stays unchanged."""
        found = self
        for key in keys:
            index = found._index(key)
            if index is not None:
                lines = found.text.splitlines(keepends=True)
                if index and index == len(lines) - 1 and not lines[index].endswith("\n"):
                    lines[index - 1] = lines[index - 1].rstrip("\r\n")
                found = LineDocument(self.path, "".join(lines[:index] + lines[index + 1 :]))
        return found

    def is_bare(self, key: Key, /) -> bool:  # noqa: ARG002
        """Return True: a line has no separate value."""
        return True

    def is_doubled(self, key: Key, /) -> bool:  # noqa: ARG002
        """Return False: a duplicate line has the same meaning."""
        return False

    def _index(self, key: Key) -> int | None:
        lines = self.text.removeprefix("\ufeff").splitlines()
        return next((index for index, line in enumerate(lines) if line.rstrip() == key[0]), None)
