"""Ownership strategies: find, compare, revert and remove gsdc's part of a file.

A strategy works on bytes: it reads no file and no history. Every method raises ``Rejected`` if a content cannot be read
in the format of the strategy.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple, Protocol

from gsdc.source.key_document import Key
from gsdc.source.span import Span

Content = Callable[[], bytes | None]


class Deployed:
    """The history of a file that gsdc has written; contents are loaded on access.

    ``keys`` are the keys that gsdc added, empty for files without keys. The contents raise ``Rejected`` if the history
    cannot be read.
    """

    def __init__(self, original: Content, first: Content, last: Content, keys: frozenset[Key] = frozenset()) -> None:
        self._original, self._first, self._last = original, first, last
        self.keys = keys

    @cached_property
    def original(self) -> bytes | None:
        """The file before gsdc first wrote it, None if gsdc created it."""
        return self._original()

    @cached_property
    def first(self) -> bytes | None:
        """The file after gsdc's first write."""
        return self._first()

    @cached_property
    def last(self) -> bytes | None:
        """The content that gsdc wrote last."""
        return self._last()


class Reverted(NamedTuple):
    """A file without gsdc's part; ``content`` is None if nothing else is left."""

    content: bytes | None


class Edit(NamedTuple):
    """The place of a manual edit in gsdc's part of a file, and the difference as text."""

    at: Span
    what: str


class Ownership(Protocol):
    """A strategy. ``path`` is the file's path in the project, for messages."""

    @property
    def name(self) -> str:
        """The name of the strategy in manifests and in the history, such as "keys" or "block:model-assignment"."""

    def edits(self, path: str, written: bytes | None, current: bytes, wanted: bytes) -> Iterator[Edit]:
        """Yield each edit of gsdc's part since ``written`` that ``current`` contains and ``wanted`` would overwrite.

        ``written`` is what gsdc wrote last, None if the history has no entry.
        """

    def place(self, path: str, content: bytes) -> Span:
        """Return the start of gsdc's part of ``content``."""

    def is_same(self, path: str, one: bytes, other: bytes) -> bool:
        """Tell whether gsdc's part is equal in both contents."""

    def revert(self, path: str, original: bytes | None, written: bytes, current: bytes) -> Reverted | None:
        """Return ``current`` with the change from ``original`` to ``written`` reverted, and everything else unchanged.

        None if gsdc's part was edited: reverting would lose the edit.
        """

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:
        """Return ``current`` without parts that gsdc wrote earlier and no longer wants; None if no file is left.

        ``wanted`` is the compiled content, None if gsdc no longer compiles such a part. Edited parts stay.
        """

    def added_keys(self, path: str, before: bytes | None, after: bytes, deployed: Deployed | None) -> frozenset[Key]:
        """Return the keys of ``after`` that gsdc added, now or earlier; none if the format has no keys."""
