"""Undo a change of a YAML file that a person has edited since.

Lines that the change added are removed, except for the headers of what the person added below them: ``models:`` stays
for a model of the person's. Comments that the person appended to such lines are kept. The result is accepted only if
its data are the person's data without the change.
"""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from gsdc.finding import Rejected
from gsdc.ownership.line_comments import move_comments
from gsdc.ownership.line_merge import replacements
from gsdc.source.key_document import MISSING, same
from gsdc.source.line_diff import split
from gsdc.source.tree import decode


class _ConflictError(Exception):
    """Both sides changed the same value."""


class _Line(NamedTuple):
    """A line of the merged text. ``removed``: the change added it; ``own``: the person did."""

    text: bytes
    removed: bool = False
    own: bool = False


def undo_in_yaml(path: str, original: bytes, written: bytes, current: bytes) -> bytes | None:
    """Return ``current`` with the change from ``original`` to ``written`` undone.

    None if the person edited what the change wrote, or if no text of these lines has the wanted data. Raises
    ``Rejected`` if a content is not valid YAML.
    """
    mark = BOM_UTF8 if current.startswith(BOM_UTF8) else b""
    has_end = current.endswith(b"\n")
    newline = b"\r\n" if b"\r\n" in current else b"\n"
    original, written, current = (
        _with_end(content.removeprefix(BOM_UTF8), newline) for content in (original, written, current)
    )
    try:
        wanted = _undone(*(_data(path, content) for content in (original, written, current)))
        base = split(written)
        lines = list(_merged(base, *move_comments(base, split(original), split(current))))
    except _ConflictError:
        return None
    for candidate in (lines, _with_headers(lines)):
        text = b"".join(line.text for line in candidate if not line.removed)
        try:
            if _is_wanted(_data(path, text), wanted):
                return mark + (text if has_end else text.removesuffix(newline))
        except Rejected:
            continue
    return None


def _with_end(content: bytes, newline: bytes) -> bytes:
    """Return a text with a line end after its last line: without one, that line differs from the same one above."""
    return content if not content or content.endswith(b"\n") else content + newline


def _data(path: str, content: bytes) -> Any:
    from gsdc.source.yaml_document import YamlDocument

    return YamlDocument(path, decode(content, path)).data


def _undone(original: Any, written: Any, current: Any) -> Any:
    """Return the data ``current`` without the change; items of a list in any order. Raises ``_ConflictError``."""
    if same(original, written) or same(original, current):
        return current
    if same(current, written):
        return original
    kinds = [type(value) for value in (original, written, current) if value is not MISSING]
    if MISSING in (written, current) or len(set(kinds)) > 1 or kinds[0] not in (dict, list):
        raise _ConflictError
    if kinds[0] is dict:
        old = {} if original is MISSING else original
        names = dict.fromkeys((*current, *old, *written))
        undone = {name: _undone(*(part.get(name, MISSING) for part in (old, written, current))) for name in names}
        found = {name: value for name, value in undone.items() if value is not MISSING}
        return MISSING if original is MISSING and not found else found
    old, new, here = (Counter(map(repr, part)) for part in ([] if original is MISSING else original, written, current))
    if (new - old) - here:
        raise _ConflictError
    return (here - (new - old)) + (old - new)


def _is_wanted(data: Any, wanted: Any) -> bool:
    """Compare data with the result of ``_undone``, in which a ``Counter`` is a list in any order."""
    if isinstance(wanted, Counter):
        return isinstance(data, list) and Counter(map(repr, data)) == wanted
    if isinstance(wanted, dict) and isinstance(data, dict):
        return data.keys() == wanted.keys() and all(_is_wanted(data[name], wanted[name]) for name in wanted)
    return same(data, {} if wanted is MISSING else wanted)


def _merged(base: list[bytes], ours: list[bytes], theirs: list[bytes]) -> Iterator[_Line]:
    """Yield the lines of a three-way merge, with the lines of ``base`` that ``ours`` lacks.

    Lines that a person inserted next to, or between, removed lines are kept. Raises ``_ConflictError`` if both sides
    changed the same lines otherwise.
    """
    undoing = set(replacements(base, ours))
    edits = set(replacements(base, theirs)) - undoing
    gone = {number for hunk in undoing for number in range(hunk.start, hunk.end)}
    replaced = {number for hunk in edits for number in range(hunk.start, hunk.end)}
    restored = {hunk.end: hunk.lines for hunk in undoing if hunk.lines}
    added = {hunk.end: hunk.lines for hunk in edits if hunk.lines}
    if gone & replaced or restored.keys() & added.keys():
        raise _ConflictError
    for number in range(len(base) + 1):
        yield from (_Line(text) for text in restored.get(number, ()))
        yield from (_Line(text, own=True) for text in added.get(number, ()))
        if number < len(base) and number not in replaced:
            yield _Line(base[number], removed=number in gone)


def _with_headers(lines: list[_Line]) -> list[_Line]:
    """Return ``lines`` with the removed ones kept that the person's lines are indented below."""
    found: list[_Line] = []
    below: int | None = None  # the indentation of the nearest kept line that still lacks its header
    for line in reversed(lines):
        column = _column(line.text)
        if column is None:
            found.append(line)
            continue
        is_header = below is not None and column < below
        kept = line._replace(removed=False) if is_header else line
        if line.own or is_header:
            below = column if below is None or is_header else max(column, below)
        found.append(kept)
    return found[::-1]


def _column(text: bytes) -> int | None:
    """Return the indentation of a line; None for a comment or a blank line. An item of a list is half a step deeper."""
    rest = text.lstrip(b" ")
    if not rest.strip() or rest.startswith(b"#"):
        return None
    return 2 * (len(text) - len(rest)) + rest.startswith(b"- ")
