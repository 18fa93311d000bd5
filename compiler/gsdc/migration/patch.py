"""Write changes as a patch in git's unified format, which plain ``git apply`` applies and reverts.

Only a line feed ends a line, so CRLF, a bare carriage return, a BOM and a missing final line feed are preserved. Of a
file's mode, git records only whether it is executable (git-diff-tree(1), "Generating patch text with -p").
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gsdc.cache import store
from gsdc.credentials.masks import Masks
from gsdc.source.line_diff import Hunk, differences, split
from gsdc.transaction.change import Change, Image

_CONTEXT: Final = 3
_NO_FILE: Final = "/dev/null"
_NO_BLOB: Final = "0" * 40
_ESCAPES: Final = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def patch(changes: Iterable[Change], prefix: str = "") -> bytes:
    """Return ``changes`` as one patch; ``prefix`` ("" or ending in "/") is the path from the repository to the project.

    ``git apply`` produces ``after`` from ``before`` exactly, unless it is configured to fix white space.
    """
    return b"".join(b"".join(_patched(change, prefix)) for change in changes)


def reverse(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that undo ``changes``, in reverse order."""
    return tuple(change._replace(before=change.after, after=change.before) for change in reversed(tuple(changes)))


def shown(change: Change) -> tuple[str, ...]:
    """Return the diff of one file as lines for people; bytes that are not UTF-8 are shown as backslash escapes.

    A line is cut before a credential: diffs are copied into logs and pull requests.
    """
    masks = Masks()
    for image in (change.before, change.after):
        masks.add(change.path, _text(_content(image)), store.folder("secrets"))
    hunks = _text(b"".join(_hunks(change))).split("\n")[:-1]
    lines = [f"{line[:1]}{masks.of(line[1:])}" for line in hunks]
    names = (f"--- {_name('a', change.before, change)}", f"+++ {_name('b', change.after, change)}")
    return (*_modes(change), *(names if lines else ()), *lines)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")


def count(change: Change) -> tuple[int, int]:
    """Return the number of added and of removed lines."""
    blocks = tuple(differences(split(_content(change.before)), split(_content(change.after))))
    return sum(block.new_end - block.new_start for block in blocks), sum(block.end - block.start for block in blocks)


def _name(side: str, image: Image | None, change: Change) -> str:
    return _NO_FILE if image is None else f"{side}/{change.path}"


def _patched(change: Change, prefix: str) -> Iterator[bytes]:
    """Yield the patch of one file: nothing if git would see no change."""
    modes = _modes(change)
    hunks = tuple(_hunks(change))
    if not modes and not hunks:
        return
    path = prefix + change.path
    old, new = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    yield f"diff --git {old} {new}\n".encode()
    for line in modes:
        yield f"{line}\n".encode()
    if hunks or change.before is None or change.after is None:
        # With the index line, `git apply --3way` can merge into a file that has changed since.
        mode = f" {_mode(change.before)}" if change.before and change.after and not modes else ""
        yield f"index {_blob(change.before)}..{_blob(change.after)}{mode}\n".encode()
    if hunks:
        # A tab ends a name that contains blanks.
        tab = "\t" if " " in path else ""
        yield f"--- {_NO_FILE if change.before is None else old + tab}\n".encode()
        yield f"+++ {_NO_FILE if change.after is None else new + tab}\n".encode()
        yield from hunks


def _modes(change: Change) -> tuple[str, ...]:
    before, after = change.before, change.after
    if before is None:
        return (f"new file mode {_mode(after)}",) if after else ()
    if after is None:
        return (f"deleted file mode {_mode(before)}",)
    if _mode(before) == _mode(after):
        return ()
    return f"old mode {_mode(before)}", f"new mode {_mode(after)}"


def _mode(image: Image | None) -> str:
    return "100755" if image and image.mode & 0o100 else "100644"


def _content(image: Image | None) -> bytes:
    return image.content if image else b""


def _blob(image: Image | None) -> str:
    """Return git's object name of the content."""
    if image is None:
        return _NO_BLOB
    return hashlib.sha1(b"blob %d\0%b" % (len(image.content), image.content), usedforsecurity=False).hexdigest()


def _quoted(path: str) -> str:
    """Return a path as git writes it: quoted, with C escapes, if it is not plain ASCII."""
    data = path.encode("utf-8", "surrogateescape")
    if all(0x20 <= byte < 0x7F and byte not in _ESCAPES for byte in data):
        return path
    escaped = (_ESCAPES.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}") for byte in data)
    return f'"{"".join(escaped)}"'


def _hunks(change: Change) -> Iterator[bytes]:
    before, after = split(_content(change.before)), split(_content(change.after))
    together: list[Hunk] = []
    for block in differences(before, after):
        if together and block.start - together[-1].end > 2 * _CONTEXT:
            yield from _hunk(before, after, together)
            together = []
        together.append(block)
    if together:
        yield from _hunk(before, after, together)


def _hunk(before: Sequence[bytes], after: Sequence[bytes], blocks: Sequence[Hunk]) -> Iterator[bytes]:
    first, last = blocks[0], blocks[-1]
    lead = min(_CONTEXT, first.start)
    trail = min(_CONTEXT, len(before) - last.end)
    start, end = first.start - lead, last.end + trail
    old, new = _range(start, end), _range(first.new_start - lead, last.new_end + trail)
    yield f"@@ -{old} +{new} @@\n".encode()
    for block in blocks:
        yield from _marked(b" ", before[start : block.start])
        yield from _marked(b"-", before[block.start : block.end])
        yield from _marked(b"+", after[block.new_start : block.new_end])
        start = block.end
    yield from _marked(b" ", before[start:end])


def _range(start: int, end: int) -> str:
    if start == end:
        return f"{start},0"
    return str(start + 1) if end == start + 1 else f"{start + 1},{end - start}"


def _marked(mark: bytes, lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield mark + line
        if not line.endswith(b"\n"):
            yield b"\n\\ No newline at end of file\n"
