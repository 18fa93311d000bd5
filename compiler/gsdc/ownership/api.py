"""Ownership strategies: how gsdc's part of a file is found, compared, reverted and removed.

A strategy works on bytes: it reads no file and knows no history. Every method raises ``Rejected`` where a content
cannot be read as the format that the strategy is about.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple, Protocol

from gsdc.source.key_document import Key
from gsdc.source.span import Span

Content = Callable[[], bytes | None]


class Deployed:
    """What is known of a file that gsdc has written; a content is looked up when somebody asks for it.

    ``keys`` are the keys that gsdc has added, empty for files that are not made of keys. The contents raise
    ``Rejected`` where the history cannot be read.
    """

    def __init__(self, original: Content, first: Content, last: Content, keys: frozenset[Key] = frozenset()) -> None:
        self._original, self._first, self._last = original, first, last
        self.keys = keys

    @cached_property
    def original(self) -> bytes | None:
        """The file before gsdc first wrote it, None where gsdc made it."""
        return self._original()

    @cached_property
    def first(self) -> bytes | None:
        """What gsdc made of ``original``."""
        return self._first()

    @cached_property
    def last(self) -> bytes | None:
        """What gsdc wrote last."""
        return self._last()


class Reverted(NamedTuple):
    """A file without what gsdc wrote; ``content`` is None where nothing is left of it that was not gsdc's."""

    content: bytes | None


class Edit(NamedTuple):
    """A place at which somebody has edited gsdc's part of a file, and what is different there, in words."""

    at: Span
    what: str


class Ownership(Protocol):
    """A strategy. ``path`` is the file's path in the project, for messages."""

    @property
    def name(self) -> str:
        """What the strategy is called in a manifest and in the history, such as "keys" or "block:model-assignment"."""

    def edits(self, path: str, written: bytes | None, current: bytes, wanted: bytes) -> Iterator[Edit]:
        """Yield each edit of gsdc's part since ``written`` that is in ``current`` and that ``wanted`` would overwrite.

        ``written`` is what gsdc wrote last, None where no history tells.
        """

    def place(self, path: str, content: bytes) -> Span:
        """Return where gsdc's part of ``content`` begins."""

    def is_same(self, path: str, one: bytes, other: bytes) -> bool:
        """Tell whether gsdc's part of two contents is the same."""

    def revert(self, path: str, original: bytes | None, written: bytes, current: bytes) -> Reverted | None:
        """Return ``current`` as if gsdc had not made ``written`` of ``original``, with everything else as it is.

        None where a person has edited what gsdc had written: then it cannot be reverted without losing the edit.
        """

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:
        """Return ``current`` without what gsdc wrote once and does not want any more; None where no file is left.

        ``wanted`` is what is compiled today, None where gsdc compiles no such part any more. What a person has edited
        stays.
        """

    def added_keys(self, path: str, before: bytes | None, after: bytes, deployed: Deployed | None) -> frozenset[Key]:
        """Return the keys of ``after`` that gsdc has added, by this write or an earlier one; none without keys."""
