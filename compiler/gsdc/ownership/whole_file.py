"""The strategy "file": the whole file is gsdc's."""

from collections.abc import Iterator

from gsdc.ownership.api import Deployed, Edit, Reverted
from gsdc.ownership.line_merge import merge_lines
from gsdc.source.key_document import Key
from gsdc.source.span import Span
from gsdc.source.tree import decode


class WholeFile:
    """See ``Ownership``."""

    @property
    def name(self) -> str:
        """Return "file"."""
        return "file"

    def edits(self, path: str, written: bytes | None, current: bytes, wanted: bytes) -> Iterator[Edit]:  # noqa: ARG002
        """Yield the first line that differs from what was written; without a history nothing can be told."""
        if written is not None and written != current:
            at = _first_difference(path, decode(current, path), decode(written, path))
            yield Edit(at, "the whole file is written by gsdc")

    def place(self, path: str, content: bytes) -> Span:  # noqa: ARG002
        """Return the first line."""
        return Span(path, 1)

    def is_same(self, path: str, one: bytes, other: bytes) -> bool:  # noqa: ARG002
        """Compare the bytes."""
        return one == other

    def revert(self, path: str, original: bytes | None, written: bytes, current: bytes) -> Reverted | None:  # noqa: ARG002
        """Merge by lines what was there before with what a person has edited since."""
        merged = None if original is None else merge_lines(written, original, current)
        return None if merged is None else Reverted(merged)

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:  # noqa: ARG002
        """Remove a file that gsdc made and nobody has edited."""
        ours = wanted is None and deployed.original is None and deployed.last == current
        return None if ours else current

    def added_keys(self, path: str, before: bytes | None, after: bytes, deployed: Deployed | None) -> frozenset[Key]:  # noqa: ARG002
        """Return nothing: a whole file has no keys."""
        return frozenset()


class PersonsFile(WholeFile):
    """A file that is a person's as a whole, and that a command has changed once, such as gsdc.yaml by an override."""

    @property
    def name(self) -> str:
        """Return "": no target owns it."""
        return ""

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:  # noqa: ARG002
        """Return the file as it is."""
        return current


def _first_difference(path: str, text: str, written: str) -> Span:
    lines = zip(text.splitlines(), written.splitlines(), strict=False)
    return Span(path, next((number for number, (one, other) in enumerate(lines, 1) if one != other), 1))
