"""What a person has edited since gsdc wrote a file: kept where it can be, told where it stands in the way."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from gsdc.deploy.change import Change, Image
from gsdc.deploy.lines import differences, split
from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source import managed_block
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.tree import decode
from gsdc.targets.claude_md import BLOCK

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

_MISSING: Final = object()


class _Hunk(NamedTuple):
    """Lines ``start`` to ``end`` of the base are replaced by ``lines``."""

    start: int
    end: int
    lines: Sequence[bytes]


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return ``base`` with the changes of both, by lines; None where both changed the same or neighbouring ones."""
    if theirs in (base, ours):
        return ours
    lines = split(base)
    hunks = sorted({*_hunks(lines, ours), *_hunks(lines, theirs)})
    if any(left.end >= right.start for left, right in pairwise(hunks)):
        return None
    merged: list[bytes] = []
    position = 0
    for hunk in hunks:
        merged += [*lines[position : hunk.start], *hunk.lines]
        position = hunk.end
    return b"".join([*merged, *lines[position:]])


def _hunks(base: Sequence[bytes], changed: bytes) -> Iterator[_Hunk]:
    lines = split(changed)
    for start, end, new_start, new_end in differences(base, lines):
        yield _Hunk(start, end, tuple(lines[new_start:new_end]))


def edited(change: Change, base: Image, number: int) -> Iterator[Finding]:
    """Yield what ``change`` would write over though somebody edited it since record ``number`` wrote ``base``."""
    before, after = change.before, change.after
    if before is None or before.digest == base.digest:
        return
    try:
        text, written = decode(before.content, change.path), decode(base.content, change.path)
        if change.ownership == "keys" and after is not None:
            places = _edited_keys(change.path, text, written, decode(after.content, change.path))
        elif change.ownership == "block":
            places = _edited_block(change.path, text, written)
        elif change.ownership == "attributes":
            return  # the plan remembers by itself what was written, and a person's value counts
        else:
            places = iter([(_first_difference(change.path, text, written), "the file is gsdc's as a whole")])
        for span, what in places:
            message = f'"{change.path}" was edited since change {number} wrote it: {what}'
            help_ = (
                "carry it into gsdc.yaml (`gsdc override` does so), or write over it with --force, which keeps a copy"
            )
            yield EDITED.at(span, message, help_)
    except Rejected as rejected:
        yield from rejected.findings


def _edited_keys(path: str, text: str, written: str, after: str) -> Iterator[tuple[Span, str]]:
    current = Jsonc(path, text)
    base, now, then = (dict(_leaves(Jsonc(path, part).data)) for part in (written, text, after))
    for key, value in then.items():
        here = now.get(key, _MISSING)
        if here not in (value, base.get(key, _MISSING)):
            name = ".".join(key)
            what = f"{name} is missing" if here is _MISSING else f'{name} is now "{here}"'
            yield current.span(key), f'{what}, and would be "{value}"'


def _leaves(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(data, dict):
        yield path, data
        return
    for key, value in data.items():
        yield from _leaves(value, (*path, key))


def _edited_block(path: str, text: str, written: str) -> Iterator[tuple[Span, str]]:
    here, base = (managed_block.find(part, BLOCK, path) for part in (text, written))
    if base is not None and (here is None or _same_lines(here.body) != _same_lines(base.body)):
        yield (
            Span(path, 1 if here is None else here.line),
            "its managed block is " + ("gone" if here is None else "another"),
        )


def _same_lines(body: str) -> str:
    return body.replace("\r\n", "\n")  # an editor may have changed the line ends of the whole file


def _first_difference(path: str, text: str, written: str) -> Span:
    lines = zip(text.splitlines(), written.splitlines(), strict=False)
    return Span(path, next((number for number, (one, other) in enumerate(lines, 1) if one != other), 1))
