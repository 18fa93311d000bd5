"""The strategy "block:ID": a managed block of a Markdown document that a person owns."""

from collections.abc import Iterator
from typing import NamedTuple

from gsdc.ownership.api import Deployed, Edit, Reverted
from gsdc.source import managed_block
from gsdc.source.key_document import Key
from gsdc.source.span import Span
from gsdc.source.tree import decode, is_blank


class Block(NamedTuple):
    """See ``Ownership``. ``block`` is the id of the block; a document may contain blocks with several ids."""

    block: str

    @property
    def name(self) -> str:
        """Return "block:" and the id."""
        return f"block:{self.block}"

    def edits(self, path: str, written: bytes | None, current: bytes, wanted: bytes) -> Iterator[Edit]:
        """Yield an edit if the block differs from the digest that it carries, or was removed."""
        here, then = (self._find(path, content) for content in (current, wanted))
        if here is not None:
            if here.edited and (then is None or _digest(here) != _digest(then)):
                yield Edit(Span(path, here.line), "its managed block was edited")
        elif written is not None and self._find(path, written) is not None:
            yield Edit(Span(path, 1), "its managed block is gone")

    def place(self, path: str, content: bytes) -> Span:
        """Return the line of the block, or the first line if there is no block."""
        block = self._find(path, content)
        return Span(path, block.line if block else 1)

    def is_same(self, path: str, one: bytes, other: bytes) -> bool:
        """Compare the bodies of the block; line endings are ignored."""
        return _digest(self._find(path, one)) == _digest(self._find(path, other))

    def revert(self, path: str, original: bytes | None, written: bytes, current: bytes) -> Reverted | None:
        """Restore the former block, or remove the block with the blank line before it."""
        text = decode(current, path)
        before, base, here = (self._find(path, content or b"") for content in (original, written, current))
        if here is None or base is None:
            return Reverted(current) if before is None and base is not None else None
        if _digest(here) != _digest(base):
            return None
        if before is not None:
            body = before.body.replace("\r\n", "\n")
            return Reverted(managed_block.put(text, self.block, body, path).encode())
        return Reverted(self._without(path, text, self._gap(path, original, written), new=original is None))

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:
        """Remove a block that is no longer compiled and was not edited."""
        block = None if wanted is not None else self._find(path, current)
        if block is None or block.edited:
            return current
        gap = self._gap(path, deployed.original, deployed.first or b"")
        return self._without(path, decode(current, path), gap, new=deployed.original is None)

    def added_keys(self, path: str, before: bytes | None, after: bytes, deployed: Deployed | None) -> frozenset[Key]:  # noqa: ARG002
        """Return nothing: a block has no keys."""
        return frozenset()

    def _find(self, path: str, content: bytes) -> managed_block.BlockSpan | None:
        return managed_block.find(decode(content, path), self.block, path)

    def _gap(self, path: str, original: bytes | None, written: bytes) -> str:
        """Return the text that gsdc put between a person's text and the block when it first wrote the block."""
        before, text = decode(original or b"", path), decode(written, path)
        block = managed_block.find(text, self.block, path)
        return text[len(before) : block.start] if block is not None and text.startswith(before) else ""

    def _without(self, path: str, text: str, gap: str, *, new: bool) -> bytes | None:
        """Return a text without the block, and without the ``gap`` before it.

        None if gsdc created the file (``new``) and nothing else is left.
        """
        block = managed_block.find(text, self.block, path)
        left = managed_block.remove(text, self.block, path)
        if block is not None and text[block.end :] and text[: block.start].endswith(gap):
            # If text was added after the block, ``managed_block.remove`` keeps the gap.
            left = managed_block.join(text[: block.start].removesuffix(gap), text[block.end :])
        return None if new and is_blank(left) else left.encode()


def _digest(block: managed_block.BlockSpan | None) -> str | None:
    return None if block is None else managed_block.body_digest(block.body)
