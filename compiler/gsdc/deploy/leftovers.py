"""What gsdc wrote once and compiles no more: it goes, where nobody has edited it; only history knows that it is ours.

In files that gsdc does not own these are a block, or keys: of an agent that has left the fleet, of one that no budget
holds back any more, of a target that is used no more. A value that was written over a person's stays: going back to an
old model is for ``gsdc rollback``. What was written into plans stays as well: it says which model a task was given.
"""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from gsdc.deploy.change import Change, Image, image_at
from gsdc.deploy.history import Installed
from gsdc.deploy.keys import MISSING, Key, Leaves, leaves_of, take_back
from gsdc.deploy.record import Record, Stored
from gsdc.finding import Rejected
from gsdc.source import managed_block
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.overlay import Overlay
from gsdc.source.tree import Tree, decode
from gsdc.targets.claude_md import BLOCK

Compile = Callable[[Tree], Mapping[str, bytes]]
"""Compile every file of which gsdc owns some keys; their contents by path, but for those that cannot be compiled."""


def without_stale_keys(tree: Tree, known: Mapping[str, Installed], compile_: Compile) -> Tree:
    """Return ``tree`` without the keys of gsdc's that are compiled no more, in files that are compiled still.

    Raises ``Rejected`` where a record cannot be read.
    """
    there: dict[str, tuple[Jsonc, Jsonc]] = {}
    for path, found in known.items():
        document = _document(tree, path) if found.file.ownership == "keys" else None
        if document is not None:
            plain = _without_ours(document, found)
            if plain is not document:
                there[path] = document, plain
    if not there:
        return tree
    # Into an empty file all is written that is wanted today: into one that is there, only what it lacks.
    compiled = compile_(Overlay(tree.root, dict.fromkeys(there, b"{}\n")))
    settled = {
        path: _settled(document, plain, leaves_of(json.loads(compiled[path]))).text.encode()
        for path, (document, plain) in there.items()
        if path in compiled
    }
    return Overlay(tree.root, settled)


def _document(tree: Tree, path: str) -> Jsonc | None:
    try:
        content = tree.read(path)
        return None if content is None else Jsonc(path, decode(content, path))
    except Rejected:  # its target says so
        return None


def _settled(document: Jsonc, plain: Jsonc, wanted: Container[Key]) -> Jsonc:
    """Return ``document`` without what ``plain`` has not, and what is not ``wanted``."""
    here, before = leaves_of(document.data), leaves_of(plain.data)
    stays = {key: value for key, value in here.items() if key in wanted}
    return take_back(document, {**before, **stays}, here).document


def _without_ours(document: Jsonc, known: Installed) -> Jsonc:
    """Return a document without what gsdc has added to it; what a person has edited since stays."""
    added: dict[Key, Any] = {}
    for record, file in known.writes:
        before, written = (_leaves(file.path, record, stored) for stored in (file.before, file.after))
        for key in {**before, **written}:
            was, ours = before.get(key, MISSING), written.get(key, MISSING)
            if was != ours and (was is MISSING or added.get(key, MISSING) == was):
                added[key] = ours
    there = _leaves(document.path, known.first, known.first_file.before)
    return take_back(
        document, there, {**there, **{key: ours for key, ours in added.items() if ours is not MISSING}}
    ).document


def _leaves(path: str, record: Record, stored: Stored | None) -> Leaves:
    return {} if stored is None else leaves_of(data_of(path, decode(record.image(stored).content, path)))


def leftovers(tree: Tree, known: Mapping[str, Installed], compiled: Container[str]) -> Iterator[Change]:
    """Yield the change of each file that gsdc has written, or written into, and that is compiled no more."""
    for path, found in known.items():
        if path in compiled or found.file.ownership not in _LEFT:
            continue
        try:
            before = image_at(tree, path)
            content = None if before is None else _LEFT[found.file.ownership](path, before.content, found)
        except Rejected:  # what somebody put there, or made of it, is no file of ours
            continue
        if before is not None and content != before.content:
            after = None if content is None else before._replace(content=content)
            yield Change(path, before, after, found.file.ownership, found.file.target)


def _file_left(_: str, content: bytes, found: Installed) -> bytes | None:
    """Return None for a file that gsdc has made, else the file as it is."""
    written = found.file.after
    ours = found.first_file.before is None and written is not None and written.digest == Image(content).digest
    return None if ours else content


def _keys_left(path: str, content: bytes, found: Installed) -> bytes | None:
    plain = _without_ours(Jsonc(path, decode(content, path)), found)
    return None if found.first_file.before is None and not plain.data else plain.text.encode()


def _block_left(path: str, content: bytes, found: Installed) -> bytes | None:
    text = decode(content, path)
    block = managed_block.find(text, BLOCK, path)
    if block is None or block.edited:
        return content
    left = managed_block.remove(text, BLOCK, path)
    return None if found.first_file.before is None and not left.strip("\ufeff \t\r\n") else left.encode()


_LEFT: Mapping[str, Callable[[str, bytes, Installed], bytes | None]] = {
    "file": _file_left,
    "keys": _keys_left,
    "block": _block_left,
}
