"""One task of a plan: its attributes are parsed at once, the content between its tags on request."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from gsdc.source.attribute import Attribute, read_attributes
from gsdc.source.file_list import paths, plain

_CHILD: Final = re.compile(r"<([A-Za-z][\w:-]*)(?:\s[^<>\n]*)?>")
_CHECKPOINT: Final = "checkpoint"
_CLOSING: Final = re.compile(r"</([A-Za-z][\w:-]*)>")


class Child(NamedTuple):
    """A child element of a task; ``start`` to ``end`` is its content, without tags."""

    name: str
    text: str
    start: int
    end: int


class Task:
    """One task: ``number`` counts from 1 in the order of the file; ``start`` to ``end`` includes its tags.

    Its opening tag ends at ``open_end``, its closing one begins at ``close_start``. The content is parsed on request:
    most questions about a plan concern few of its tasks.
    """

    __slots__ = ("__dict__", "_text", "attributes", "close_start", "end", "number", "open_end", "start")

    def __init__(self, text: str, number: int, start: int, open_end: int, close_start: int, end: int) -> None:
        self._text = text
        self.number = number
        self.start, self.open_end, self.close_start, self.end = start, open_end, close_start, end
        self.attributes = read_attributes(text, start, open_end)

    @cached_property
    def children(self) -> tuple[Child, ...]:
        """The elements directly inside the task, in their order; unclosed elements are left out."""
        return tuple(_children(self._text, self.open_end, self.close_start))

    @cached_property
    def _first_children(self) -> dict[str, Child]:
        return {child.name: child for child in reversed(self.children)}

    def attribute(self, name: str) -> Attribute | None:
        """Return the first attribute ``name``."""
        for attribute in self.attributes:  # a generator takes twice as long, and every rule calls this
            if attribute.name == name:
                return attribute
        return None

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of all attributes ``name``: readers differ on which of several counts."""
        return tuple(attribute.value for attribute in self.attributes if attribute.name == name)

    def child(self, name: str) -> Child | None:
        """Return the first child element by name."""
        return self._first_children.get(name)

    def text(self, name: str) -> str:
        """Return the content of a child element without surrounding blanks, "" if there is none."""
        found = self.child(name)
        return found.text.strip() if found else ""

    @property
    def inner(self) -> str:
        """Everything between the tags."""
        return self._text[self.open_end : self.close_start]

    @cached_property
    def type(self) -> str:
        """The task's type, "auto" if it has none; of several, the first that is not a checkpoint."""
        found = self.attribute("type")
        if found is None or not found.value.startswith(_CHECKPOINT):
            return found.value if found else "auto"
        return next((value for value in self.values("type") if not value.startswith(_CHECKPOINT)), found.value)

    @cached_property
    def name(self) -> str:
        """The task's name: its element, else its attribute."""
        found = self.attribute("name")
        return self.text("name") or self.text("n") or (found.value if found else "")

    @cached_property
    def writes(self) -> tuple[str, ...]:
        """The paths of its ``<files>`` in normal form."""
        return tuple(map(plain, self.files))

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths that the task writes, without notes such as "(NEW)"."""
        return paths(self.text("files"))

    def place_of(self, file: str) -> int:
        """Return the place of ``file``, one of its ``files``, in the text of the plan."""
        files = self.child("files")
        if files is None:
            return self.start
        return max(self._text.find(file, files.start, files.end), files.start)

    @property
    def is_checkpoint(self) -> bool:
        """Whether the task waits for a person."""
        return self.type.startswith(_CHECKPOINT)


class _Closings:
    """Where tags are closed between two places of a text, so that no search scans the text again."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._found: dict[str, list[int]] = {}
        for match in _CLOSING.finditer(text, start, end):
            self._found.setdefault(match[1], []).append(match.start())

    def first(self, name: str, at: int) -> int:
        """Return where the first closing tag of ``name`` after ``at`` begins, -1 if there is none."""
        found = self._found.get(name, ())
        index = bisect_left(found, at)
        return found[index] if index < len(found) else -1

    def last(self, name: str, at: int) -> int:
        """Return where the last closing tag of ``name`` begins, -1 if it is not after ``at``."""
        found = self._found.get(name)
        return found[-1] if found and found[-1] >= at else -1


def _children(text: str, start: int, end: int) -> Iterator[Child]:
    closings = _Closings(text, start, end)
    at = start
    while match := _CHILD.search(text, at, end):
        name, at = match[1], match.end()
        # An action may contain markup, even </action>: its last closing tag counts.
        closing = closings.last(name, at) if name == "action" else closings.first(name, at)
        if closing >= 0:
            yield Child(name, text[at:closing], at, closing)
            at = closing + len(f"</{name}>")
