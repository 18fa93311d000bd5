"""What gsdc wrote once and compiles no more: it goes, where nobody has edited it; only history knows that it is ours.

In files that gsdc does not own these are a block, or keys: of an agent that has left the fleet, of one that no budget
holds back any more, of a target that is used no more. A value that was written over a person's stays: going back to an
old model is for ``gsdc rollback``. What was written into plans stays as well: it says which model a task was given.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress

from gsdc.finding import Rejected
from gsdc.ownership.keys import MISSING, Leaves, leaves_in, leaves_of, take_back
from gsdc.ownership.merge import without_block
from gsdc.source import managed_block
from gsdc.source.jsonc import Jsonc
from gsdc.source.overlay import Overlay
from gsdc.source.tree import Tree, decode
from gsdc.targets.claude_md.emit import BLOCK
from gsdc.transaction.change import Change, Image, Key, image_at
from gsdc.transaction.history import Installed
from gsdc.transaction.record import Record, Stored
from gsdc.transaction.store import real_path

Compile = Callable[[Tree], Mapping[str, bytes]]
"""Compile every file of which gsdc owns some keys; their contents by path, but for those that cannot be compiled."""


def without_stale_keys(tree: Tree, known: Mapping[str, Installed], compile_: Compile) -> Tree:
    """Return ``tree`` without the keys of gsdc's that are compiled no more, in files that are compiled still.

    Raises ``Rejected`` where a record cannot be read.
    """
    there: dict[str, Jsonc] = {}
    for path, found in known.items():
        if found.file.keys:
            with suppress(Rejected):  # its target says so
                content = tree.read(path) if real_path(tree, path) == path else None
                if content is not None:
                    there[path] = Jsonc(path, decode(content, path))
    if not there:
        return tree
    # Into an empty file all is written that is wanted today: into one that is there, only what it lacks.
    compiled = compile_(Overlay(tree.root, dict.fromkeys(there, b"{}\n"), follow_links=tree.follow_links))
    settled = {
        path: _without_ours(there[path], known[path], leaves_in(path, compiled[path])).text.encode()
        for path in there
        if path in compiled
    }
    return Overlay(tree.root, settled, follow_links=tree.follow_links)


def _without_ours(document: Jsonc, known: Installed, wanted: Container[Key] = ()) -> Jsonc:
    """Return a document without the keys that gsdc has added and that are not ``wanted``; edited ones stay."""
    now, written = leaves_of(document.data), _leaves(known.record, known.file.path, known.file.after)
    stale = {key for key in known.file.keys if key not in wanted and key in now and now[key] == written.get(key)}
    if not stale:
        return document
    old = _leaves(known.first, known.file.path, known.first_file.before)
    empty = {key: value for key, value in old.items() if value == {}}
    stays = {key: value for key, value in now.items() if key not in stale}
    return take_back(document, {**empty, **stays}, now).document


def _leaves(record: Record, path: str, stored: Stored | None) -> Leaves:
    return leaves_in(path, None if stored is None else record.image(stored).content)


def added_keys(change: Change, known: Installed | None) -> frozenset[Key]:
    """Return the keys of a file that, after ``change``, gsdc has added: those that it had added before, and new ones.

    Raises ``Rejected`` where a record cannot be read.
    """
    if change.ownership != "keys" or change.after is None:
        return frozenset()
    before = leaves_in(change.path, change.before.content if change.before else None)
    after = leaves_in(change.path, change.after.content)
    new = {key for key, value in after.items() if key not in before and value != {}}
    if known is None:
        return frozenset(new)
    written = _leaves(known.record, change.path, known.file.after)
    adopted = change.before == change.after  # as it is compiled, whoever wrote it
    still = {
        key
        for key in known.file.keys.intersection(after)
        if adopted or before.get(key, MISSING) == written.get(key, MISSING) or before.get(key, MISSING) != after[key]
    }
    return frozenset({*still, *new})


def leftovers(tree: Tree, known: Mapping[str, Installed], compiled: Container[str]) -> Iterator[Change]:
    """Yield the change of each file that gsdc has written, or written into, and that is compiled no more."""
    for path, found in known.items():
        if path in compiled or found.file.ownership not in _LEFT:
            continue
        try:
            if real_path(tree, path) != path:  # somebody has made it a link
                continue
            before = image_at(tree, path)
            content = None if before is None else _LEFT[found.file.ownership](path, before.content, found)
        except Rejected:  # what somebody put there, or made of it, is no file of ours
            continue
        if before is not None and content != before.content:
            after = None if content is None else before._replace(content=content)
            yield Change(path, before, after, found.file.ownership, found.file.target)


def _file_left(_path: str, content: bytes, found: Installed) -> bytes | None:
    """Return None for a file that gsdc has made, else the file as it is."""
    written = found.file.after
    ours = found.first_file.before is None and written is not None and written.digest == Image(content).digest
    return None if ours else content


def _keys_left(path: str, content: bytes, found: Installed) -> bytes | None:
    plain = _without_ours(Jsonc(path, decode(content, path)), found)
    return None if found.first_file.before is None and plain.is_empty else plain.text.encode()


def _block_left(path: str, content: bytes, found: Installed) -> bytes | None:
    text = decode(content, path)
    block = managed_block.find(text, BLOCK, path)
    if block is None or block.edited:
        return content
    return without_block(path, text, _gap(path, found), new=found.first_file.before is None)


def _gap(path: str, found: Installed) -> str:
    """Return what was put between a person's text and the block when it was first written."""
    old, written = (
        "" if stored is None else decode(found.first.image(stored).content, path)
        for stored in (found.first_file.before, found.first_file.after)
    )
    block = managed_block.find(written, BLOCK, path)
    return written[len(old) : block.start] if block is not None and written.startswith(old) else ""


_LEFT: Mapping[str, Callable[[str, bytes, Installed], bytes | None]] = {
    "file": _file_left,
    "keys": _keys_left,
    "block": _block_left,
}
