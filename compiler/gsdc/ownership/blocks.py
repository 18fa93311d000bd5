"""The strategy "block:ID+block:ID": several managed blocks of one Markdown document, each of another target."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from gsdc.ownership.api import Deployed, Edit, Ownership, Reverted
from gsdc.ownership.block import Block
from gsdc.source.key_document import Key
from gsdc.source.span import Span

SEPARATOR: Final = "+"  # between the names of blocks, and of the targets that write them


class Blocks(NamedTuple):
    """See ``Ownership``. Blocks do not overlap, so each is handled separately."""

    parts: tuple[Block, ...]

    @property
    def name(self) -> str:
        """Return the names of the blocks, joined."""
        return SEPARATOR.join(part.name for part in self.parts)

    def edits(self, path: str, written: bytes | None, current: bytes, wanted: bytes) -> Iterator[Edit]:
        """Yield the edits of every block."""
        for part in self.parts:
            yield from part.edits(path, written, current, wanted)

    def place(self, path: str, content: bytes) -> Span:
        """Return the line of the first block."""
        return min((part.place(path, content) for part in self.parts), key=lambda span: span.line)

    def is_same(self, path: str, one: bytes, other: bytes) -> bool:
        """Compare the bodies of every block."""
        return all(part.is_same(path, one, other) for part in self.parts)

    def revert(self, path: str, original: bytes | None, written: bytes, current: bytes) -> Reverted | None:
        """Revert the blocks from last to first: the text before each block is then as it was when gsdc wrote it."""
        for part in sorted(self.parts, key=lambda part: part.place(path, written).line, reverse=True):
            below = part.revert(path, original, written, written)
            reverted = below and part.revert(path, below.content, written, current)
            if below is None or reverted is None:
                return None
            if below.content is None or reverted.content is None:
                return reverted
            written, current = below.content, reverted.content
        return Reverted(current)

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:
        """Remove the unedited blocks if no block is compiled any more."""
        content: bytes | None = current
        for part in sorted(self.parts, key=lambda part: part.place(path, current).line, reverse=True):
            if content is not None:
                content = part.remove_stale(path, content, deployed, wanted)
        return content

    def added_keys(self, path: str, before: bytes | None, after: bytes, deployed: Deployed | None) -> frozenset[Key]:  # noqa: ARG002
        """Return nothing: a block has no keys."""
        return frozenset()


def blocks_of(strategy: Ownership) -> tuple[Block, ...]:
    """Return the blocks of a strategy, none for a strategy of another kind."""
    return strategy.parts if isinstance(strategy, Blocks) else (strategy,) if isinstance(strategy, Block) else ()


def joined(strategies: Iterable[Ownership]) -> Ownership | None:
    """Return the strategy of all blocks of ``strategies``, without duplicates; None if one is of another kind."""
    found: dict[Block, None] = {}
    for strategy in strategies:
        parts = blocks_of(strategy)
        if not parts:
            return None
        found.update(dict.fromkeys(parts))
    return Blocks(tuple(found)) if len(found) > 1 else next(iter(found), None)
