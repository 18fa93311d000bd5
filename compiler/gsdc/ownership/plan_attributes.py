"""The strategy "attributes": the task attributes, task metrics and graph that gsdc writes into a plan.

A plan itself marks what gsdc wrote into it (``source.plan_annotation``), and a person's value always takes precedence,
so an edit never conflicts. Attributes stay in a plan when plans are no longer compiled: they record the model of each
task.
"""

from collections.abc import Iterator
from typing import Final

from gsdc.ownership.api import Deployed, Edit, Reverted
from gsdc.ownership.line_merge import merge_lines
from gsdc.source.key_document import Key
from gsdc.source.plan_annotation import strip
from gsdc.source.span import Span
from gsdc.source.tree import decode


class PlanAttributes:
    """See ``Ownership``."""

    name: Final = "attributes"

    def edits(self, path: str, written: bytes | None, current: bytes, wanted: bytes) -> Iterator[Edit]:  # noqa: ARG002
        """Yield nothing: a person's value takes precedence."""
        return iter(())

    def place(self, path: str, content: bytes) -> Span:  # noqa: ARG002
        """Return the first line: tasks can be on any line."""
        return Span(path, 1)

    def is_same(self, path: str, one: bytes, other: bytes) -> bool:  # noqa: ARG002
        """Return True: the plan itself marks gsdc's part."""
        return True

    def revert(self, path: str, original: bytes | None, written: bytes, current: bytes) -> Reverted | None:
        """Merge by lines; if that fails, strip every annotation from a plan that had none before."""
        if original is None:
            return None
        merged = merge_lines(written, original, current)
        if merged is None:
            before = decode(original, path)
            if strip(path, before) == before:
                merged = strip(path, decode(current, path)).encode()
        return None if merged is None else Reverted(merged)

    def remove_stale(self, path: str, current: bytes, deployed: Deployed, wanted: bytes | None) -> bytes | None:  # noqa: ARG002
        """Return the plan unchanged."""
        return current

    def added_keys(self, path: str, before: bytes | None, after: bytes, deployed: Deployed | None) -> frozenset[Key]:  # noqa: ARG002
        """Return nothing: a plan has no keys."""
        return frozenset()
