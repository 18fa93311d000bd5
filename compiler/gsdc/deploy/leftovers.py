"""What gsdc wrote once and does not compile any more: it is removed where nobody has edited it.

Only the history knows that it is gsdc's. In files that gsdc does not own these are a block, or keys: of an agent that
has left the fleet, of one that no budget holds back any more, of a target that is not used any more. A value that
replaced a person's stays: `gsdc rollback` goes back to old models.
"""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from functools import partial

from gsdc.finding import Rejected
from gsdc.ownership.api import Deployed
from gsdc.ownership.document_keys import DocumentKeys
from gsdc.ownership.registry import ownership
from gsdc.source.key_document import Key
from gsdc.source.overlay import Overlay
from gsdc.source.tree import Tree
from gsdc.transaction.change import Change, image_at
from gsdc.transaction.history import Installed
from gsdc.transaction.record import Record, Stored
from gsdc.transaction.store import real_path

Compile = Callable[[Tree], Mapping[str, bytes | None]]
"""Compile every file of which gsdc owns some keys; their contents by path, but for those that cannot be compiled.

None is a file in which nothing is wanted any more.
"""


def deployed(found: Installed) -> Deployed:
    """Return what the history holds of a file."""
    return Deployed(
        original=partial(_content, found.first, found.first_file.before),
        first=partial(_content, found.first, found.first_file.after),
        last=partial(_content, found.record, found.file.after),
        keys=found.file.keys,
    )


def _content(record: Record, stored: Stored | None) -> bytes | None:
    return None if stored is None else record.image(stored).content


def without_stale_keys(tree: Tree, known: Mapping[str, Installed], compile_: Compile) -> Tree:
    """Return ``tree`` without the keys that gsdc wrote and does not compile any more, in files that it still compiles.

    Raises ``Rejected`` where a record cannot be read.
    """
    there: dict[str, bytes] = {}
    for path, found in known.items():
        if found.file.keys:
            with suppress(Rejected):  # its target says so
                content = tree.read(path) if real_path(tree, path) == path else None
                if content is not None:
                    there[path] = content
    if not there:
        return tree
    # Without the keys that gsdc has added, all that is wanted of them is compiled again.
    bare = {path: _bare(path, content, known) for path, content in there.items()}
    compiled = compile_(Overlay(tree.root, bare, follow_links=tree.follow_links))
    settled = {
        path: _without(path, content, known, compiled[path]) for path, content in there.items() if path in compiled
    }
    return Overlay(tree.root, settled, follow_links=tree.follow_links)


def _bare(path: str, content: bytes, known: Mapping[str, Installed]) -> bytes:
    """Return a file without the keys that gsdc has added, also those that a person has edited since."""
    strategy = ownership(known[path].file.ownership)
    if isinstance(strategy, DocumentKeys):
        with suppress(Rejected):  # its target says so
            return strategy.remove_added(path, content, deployed(known[path]))
    return content


def _without(path: str, content: bytes, known: Mapping[str, Installed], wanted: bytes | None) -> bytes | None:
    """Return a file without the keys that gsdc has added and that ``wanted`` does not have; None where none is left."""
    with suppress(Rejected):  # its target says so
        strategy = ownership(known[path].file.ownership)
        return strategy.remove_stale(path, content, deployed(known[path]), wanted)
    return content


def added_keys(change: Change, known: Installed | None) -> frozenset[Key]:
    """Return the keys of a file that, after ``change``, gsdc has added: those added before, and new ones.

    Raises ``Rejected`` where a record cannot be read.
    """
    if change.after is None:
        return frozenset()
    before = change.before.content if change.before else None
    strategy = ownership(change.ownership)
    return strategy.added_keys(change.path, before, change.after.content, deployed(known) if known else None)


def find_leftovers(tree: Tree, known: Mapping[str, Installed], compiled: Container[str]) -> Iterator[Change]:
    """Yield the change of each file that gsdc has written, or written into, and does not compile any more."""
    for path, found in known.items():
        if path in compiled:
            continue
        try:
            if real_path(tree, path) != path:  # somebody has made it a link
                continue
            before = image_at(tree, path)
            if before is None:
                continue
            strategy = ownership(found.file.ownership)
            content = strategy.remove_stale(path, before.content, deployed(found), None)
        except Rejected:  # what somebody put there, or made of it, is no file of ours
            continue
        if content != before.content:
            after = None if content is None else before._replace(content=content)
            yield Change(path, before, after, found.file.ownership, found.file.target)
