"""The strategy "file": the whole file belongs to gsdc."""

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
        """Yield the first line that differs from the written content; nothing without a history."""
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
        """Merge the former content with the edits made since, line by line."""
        merged = None if original is None else merge_lines(written, original, current)
        return None if merged is None else Reverted(merged)

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:  # noqa: ARG002
        """Remove a file that gsdc created and that was not edited."""
        ours = wanted is None and deployed.original is None and deployed.last == current
        return None if ours else current

    def added_keys(self, path: str, before: bytes | None, after: bytes, deployed: Deployed | None) -> frozenset[Key]:  # noqa: ARG002
        """Return nothing: a whole file has no keys."""
        return frozenset()


class PersonsFile(WholeFile):
    """A file that a person owns and that a command changed once, such as gsdc.yaml by an override."""

    @property
    def name(self) -> str:
        """Return "": no target owns it."""
        return ""

    def revert(self, path: str, original: bytes | None, written: bytes, current: bytes) -> Reverted | None:
        """Remove what gsdc added, and keep what the person wrote around it; the file is gsdc.yaml or models.yaml."""
        from gsdc.ownership.yaml_merge import undo_in_yaml

        merged = undo_in_yaml(path, original or b"", written, current)
        if merged is None:
            return None
        return Reverted(None if original is None and not merged.strip() else merged)

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:  # noqa: ARG002
        """Return the file unchanged."""
        return current


def _first_difference(path: str, text: str, written: str) -> Span:
    lines = zip(text.splitlines(), written.splitlines(), strict=False)
    return Span(path, next((number for number, (one, other) in enumerate(lines, 1) if one != other), 1))
