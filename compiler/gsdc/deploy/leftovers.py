"""Remove what gsdc wrote earlier and no longer compiles, unless it was edited since.

Only the history identifies these parts as gsdc's. In files that gsdc does not own they are a block, or keys: of an
agent removed from the fleet, of an agent that no budget limits any more, or of a target no longer in use. A value that
replaced a person's value stays: `gsdc rollback` restores old models.
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
    """Return what the history records about a file."""
    return Deployed(
        original=partial(_content, found.first, found.first_file.before),
        first=partial(_content, found.first, found.first_file.after),
        last=partial(_content, found.record, found.file.after),
        keys=found.file.keys,
    )


def _content(record: Record, stored: Stored | None) -> bytes | None:
    return None if stored is None else record.image(stored).content


def without_stale_keys(tree: Tree, known: Mapping[str, Installed], compile_: Compile) -> Tree:
    """Return ``tree`` without the keys that gsdc wrote and no longer compiles, in files that it still compiles.

    Raises ``Rejected`` if a record cannot be read.
    """
    there: dict[str, bytes] = {}
    for path, found in known.items():
        if found.file.keys:
            with suppress(Rejected):  # its target reports this
                content = tree.read(path) if real_path(tree, path) == path else None
                if content is not None:
                    there[path] = content
    if not there:
        return tree
    # Start from files without the keys that gsdc added, so that all wanted keys are compiled again.
    bare = {path: _bare(path, content, known) for path, content in there.items()}
    compiled = compile_(Overlay(tree.root, bare, follow_links=tree.follow_links))
    settled = {
        path: _without(path, content, known, compiled[path]) for path, content in there.items() if path in compiled
    }
    return Overlay(tree.root, settled, follow_links=tree.follow_links)


def _bare(path: str, content: bytes, known: Mapping[str, Installed]) -> bytes:
    """Return a file without the keys that gsdc added, including keys edited since."""
    strategy = ownership(known[path].file.ownership)
    if isinstance(strategy, DocumentKeys):
        with suppress(Rejected):  # its target reports this
            return strategy.remove_added(path, content, deployed(known[path]))
    return content


def _without(path: str, content: bytes, known: Mapping[str, Installed], wanted: bytes | None) -> bytes | None:
    """Return a file without the keys that gsdc added and ``wanted`` lacks; None if no file is left."""
    with suppress(Rejected):  # its target reports this
        strategy = ownership(known[path].file.ownership)
        return strategy.remove_stale(path, content, deployed(known[path]), wanted)
    return content


def added_keys(change: Change, known: Installed | None) -> frozenset[Key]:
    """Return the keys that gsdc has added to a file after ``change``: earlier ones and new ones.

    Raises ``Rejected`` if a record cannot be read.
    """
    if change.after is None:
        return frozenset()
    before = change.before.content if change.before else None
    strategy = ownership(change.ownership)
    return strategy.added_keys(change.path, before, change.after.content, deployed(known) if known else None)


def find_leftovers(tree: Tree, known: Mapping[str, Installed], compiled: Container[str]) -> Iterator[Change]:
    """Yield the change of each file that gsdc wrote fully or in part and no longer compiles."""
    for path, found in known.items():
        if path in compiled:
            continue
        try:
            if real_path(tree, path) != path:  # it was replaced by a link
                continue
            before = image_at(tree, path)
            if before is None:
                continue
            strategy = ownership(found.file.ownership)
            content = strategy.remove_stale(path, before.content, deployed(found), None)
        except Rejected:  # it was replaced or changed by a person: not a gsdc file
            continue
        if content != before.content:
            after = None if content is None else before._replace(content=content)
            yield Change(path, before, after, found.file.ownership, found.file.target)
