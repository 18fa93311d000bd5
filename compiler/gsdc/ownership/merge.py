"""What a person has edited since gsdc wrote a file: kept where it can be, told where it stands in the way."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.migration.lines import differences, split
from gsdc.ownership.keys import MISSING, leaves_in, revert_keys
from gsdc.source import managed_block
from gsdc.source.jsonc import Jsonc
from gsdc.source.plan_annotation import strip
from gsdc.source.span import Span
from gsdc.source.tree import decode, is_blank
from gsdc.targets.claude_md.emit import BLOCK
from gsdc.transaction.change import Change, Image

EDITED = Diagnostic(
    "DP010",
    "edited-since",
    Severity.ERROR,
    """Somebody edited what gsdc had written, and it would be written over.

    What a person writes beside it is kept: other keys of a file, the text around a managed block, the values of a task.

    ## Why is this bad?
    The edit would be lost without a word (design, "What a person gets": the hash last written tells a person's edit
    from ours: ask, never overwrite). Nothing is changed; with --force it is, and a copy is kept.

    ## No example
    It takes an apply, an edit, and another apply.
    """,
)


class _Hunk(NamedTuple):
    """Lines ``start`` to ``end`` of the base are replaced by ``lines``."""

    start: int
    end: int
    lines: Sequence[bytes]


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return ``base`` with the changes of both, by lines; None where they meet.

    Unlike for git, neighbours may change: an attribute of a task stands right above the name that a person gives it.
    """
    if theirs in (base, ours):
        return ours
    lines = split(base)
    hunks = sorted({*_hunks(lines, ours), *_hunks(lines, theirs)})
    if any(_meet(left, right) for left, right in pairwise(hunks)):
        return None
    merged: list[bytes] = []
    position = 0
    for hunk in hunks:
        merged += [*lines[position : hunk.start], *hunk.lines]
        position = hunk.end
    return b"".join([*merged, *lines[position:]])


def _meet(left: _Hunk, right: _Hunk) -> bool:
    inserted = left.start == left.end or right.start == right.end
    return left.end > right.start or (left.end == right.start and inserted)


class Untangled(NamedTuple):
    """A file without what gsdc wrote into it; None where nothing is left of it that was not gsdc's."""

    content: bytes | None


def untangle(path: str, ownership: str, old: bytes | None, written: bytes, current: bytes) -> Untangled | None:
    """Return ``current`` with what gsdc made of ``old`` by writing ``written`` taken back, and all else as it is.

    None where a person has edited what gsdc had written. Raises ``Rejected`` where ``current`` cannot be read.
    """
    if ownership == "block":
        return _without_block(path, *(decode(part or b"", path) for part in (old, written, current)), new=old is None)
    if ownership == "keys":
        return _without_keys(path, old, written, current)
    merged = None if old is None else merge(written, old, current)
    if merged is None and ownership == "attributes" and old is not None:
        before = decode(old, path)
        if strip(path, before) == before:
            merged = strip(path, decode(current, path)).encode()
    return None if merged is None else Untangled(merged)


def _without_block(path: str, old: str, written: str, current: str, *, new: bool) -> Untangled | None:
    before, base, here = (managed_block.find(text, BLOCK, path) for text in (old, written, current))
    if here is None or base is None:
        return Untangled(current.encode()) if before is None and base is not None else None
    if managed_block.body_digest(here.body) != managed_block.body_digest(base.body):
        return None
    if before is not None:
        return Untangled(managed_block.put(current, BLOCK, before.body.replace("\r\n", "\n"), path).encode())
    gap = written[len(old) : base.start] if written.startswith(old) else ""
    return Untangled(without_block(path, current, gap, new=new))


def without_block(path: str, text: str, gap: str, *, new: bool) -> bytes | None:
    """Return a text without its managed block, and without the ``gap`` that was made before it.

    None where gsdc has made the file, it is ``new``, and nothing else is left. Raises ``Rejected`` for a broken block.
    """
    block = managed_block.find(text, BLOCK, path)
    left = managed_block.remove(text, BLOCK, path)
    if block is not None and text[block.end :] and text[: block.start].endswith(gap):  # something was written behind it
        left = text[: block.start].removesuffix(gap) + text[block.end :]
    return None if new and is_blank(left) else left.encode()


def _without_keys(path: str, old: bytes | None, written: bytes, current: bytes) -> Untangled | None:
    here = Jsonc(path, decode(current, path))
    document, edited = revert_keys(here, leaves_in(path, old), leaves_in(path, written))
    if edited:
        return None
    return Untangled(None if old is None and document.is_empty else document.text.encode())


def _hunks(base: Sequence[bytes], changed: bytes) -> Iterator[_Hunk]:
    lines = split(changed)
    for start, end, new_start, new_end in differences(base, lines):
        yield _Hunk(start, end, tuple(lines[new_start:new_end]))


def edited(change: Change, written: Image | None, by: str) -> Iterator[Finding]:
    """Yield what ``change`` would write over though somebody edited it since gsdc wrote it.

    ``written`` is what gsdc wrote, and ``by`` says which change did; it is None where no history tells: a managed block
    knows by itself whether it was edited.
    """
    before, after = change.before, change.after
    if before is None or (written is not None and before.digest == written.digest):
        return
    if change.ownership == "attributes":
        return  # a plan remembers by itself what was written, and a person's value counts
    try:
        text, new = (decode(image.content if image else b"", change.path) for image in (before, after))
        base = None if written is None else decode(written.content, change.path)
        if change.ownership == "block":
            places = _edited_block(change.path, text, base, new)
        elif written is None or base is None:
            return
        elif change.ownership == "keys":
            places = _edited_keys(change, written)
        else:
            places = iter([(_first_difference(change.path, text, base), "the file is gsdc's as a whole")])
        for span, what in places:
            message = f'"{change.path}" was edited since {by} wrote it: {what}'
            help_ = (
                "carry it into gsdc.yaml (`gsdc override` does so), or write over it with --force, which keeps a copy"
            )
            yield EDITED.at(span, message, help_)
    except Rejected as rejected:
        yield from rejected.findings


def same_block(path: str, one: Image, other: Image) -> bool:
    """Tell whether two contents have the same managed block. Raises ``Rejected`` for a broken one."""
    found = (managed_block.find(decode(image.content, path), BLOCK, path) for image in (one, other))
    first, second = (None if block is None else managed_block.body_digest(block.body) for block in found)
    return first == second


def _edited_keys(change: Change, written: Image) -> Iterator[tuple[Span, str]]:
    images = (written, change.before, change.after)
    base, now, then = (leaves_in(change.path, image.content if image else None) for image in images)
    text = decode(change.before.content if change.before else b"", change.path)
    current = Jsonc(change.path, text if now else "{}")
    for key, value in then.items():
        here = now.get(key, MISSING)
        if here not in (value, base.get(key, MISSING)):
            name = ".".join(key)
            what = f"{name} is missing" if here is MISSING else f'{name} is now "{here}"'
            yield current.span(key), f'{what}, and would be "{value}"'


def _edited_block(path: str, text: str, written: str | None, new: str) -> Iterator[tuple[Span, str]]:
    here, then = (managed_block.find(part, BLOCK, path) for part in (text, new))
    if here is not None:
        if here.edited and (
            then is None or managed_block.body_digest(here.body) != managed_block.body_digest(then.body)
        ):
            yield Span(path, here.line), "its managed block is not what was written"
    elif written is not None and managed_block.find(written, BLOCK, path) is not None:
        yield Span(path, 1), "its managed block is gone"


def _first_difference(path: str, text: str, written: str) -> Span:
    lines = zip(text.splitlines(), written.splitlines(), strict=False)
    return Span(path, next((number for number, (one, other) in enumerate(lines, 1) if one != other), 1))
