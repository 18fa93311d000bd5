"""Find gsdc's keys in a file: those whose values differ between the former content and the written content.

Works on any ``KeyDocument``: JSON, YAML, TOML, or the frontmatter of a Markdown file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from gsdc.source.jsonc import data_of
from gsdc.source.key_document import MISSING, Key, KeyDocument, same, value_at
from gsdc.source.tree import decode, is_blank

__all__ = ["MISSING", "Leaves", "RevertedKeys", "leaves_in", "leaves_of", "revert_keys"]

Leaves = Mapping[Key, Any]
"""The values of a document by their keys, mappings taken apart; a mapping with nothing in it is a value as well."""

Document = TypeVar("Document", bound=KeyDocument)


def leaves_of(data: Any) -> Leaves:
    """Return the leaves of a document's data."""
    return dict(_leaves(data, ()))


def leaves_in(path: str, content: bytes | None, read: Callable[[str, str], Any] = data_of) -> Leaves:
    """Return the leaves of a file, none if it is missing or blank.

    ``read`` returns the data of a path and a text, by default JSON. Raises ``Rejected`` as ``read`` does.
    """
    text = decode(content or b"", path)
    return {} if is_blank(text) else leaves_of(read(path, text))


def _leaves(data: Any, path: Key) -> Iterator[tuple[Key, Any]]:
    if not isinstance(data, dict) or not data:
        yield path, data
        return
    for key, value in data.items():
        yield from _leaves(value, (*path, key))


class RevertedKeys(NamedTuple, Generic[Document]):
    """A document without gsdc's changes, and gsdc's keys that were edited: they stay unchanged."""

    document: Document
    edited: tuple[Key, ...]


class _Plan(NamedTuple):
    """What to do with each key that gsdc wrote: remove it, restore its old value, or keep it because it was edited."""

    removed: list[Key]
    restored: dict[Key, Any]
    edited: list[Key]


def revert_keys(document: Document, before: Leaves, written: Leaves) -> RevertedKeys[Document]:
    """Return ``document`` with the change from ``before`` to ``written`` reverted, and all else unchanged.

    Mappings that become empty are removed, unless they existed before or contain a person's comment. Raises
    ``Rejected`` if the text cannot be edited without changing other bytes.
    """
    plan = _plan(document, before, written)
    reverted = document.remove(*_outermost(document, plan.removed, before))
    blocked = {key for key in plan.restored if not _can_hold(reverted, key)}
    restored = {key: value for key, value in plan.restored.items() if key not in blocked}
    return RevertedKeys(reverted.update(restored), (*plan.edited, *blocked))


def _plan(document: KeyDocument, before: Leaves, written: Leaves) -> _Plan:
    plan = _Plan([], {}, [])
    now = leaves_of(document.data)
    for key in {**written, **before}:
        was, ours, here = (leaves.get(key, MISSING) for leaves in (before, written, now))
        if same(was, ours) or same(was, here):
            continue
        if here is MISSING and {} in (was, ours):
            continue  # the current leaves of this mapping are handled one by one
        if _is_edited(document, key, now, written):
            plan.edited.append(key)
        elif was is not MISSING:
            plan.restored[key] = was
        elif document.is_bare(key):
            plan.removed.append(key)
        elif here != {}:
            plan.edited.append(key)
    return plan


def _is_edited(document: KeyDocument, key: Key, now: Leaves, written: Leaves) -> bool:
    """Tell whether the value that gsdc wrote at ``key`` was changed or replaced."""
    if key not in now and value_at(document.data, key) is not MISSING:  # a mapping with entries
        below = (leaf for leaf in now if leaf[: len(key)] == key)
        return any(not same(now[leaf], written.get(leaf, MISSING)) for leaf in below)
    return not same(now.get(key, MISSING), written.get(key, MISSING)) or document.is_doubled(key)


def _can_hold(document: KeyDocument, key: Key) -> bool:
    """Tell whether a value can be written at ``key``: every parent is a mapping or missing."""
    above = (value_at(document.data, key[:length]) for length in range(len(key)))
    return all(value is MISSING or isinstance(value, dict) for value in above)


def _outermost(document: KeyDocument, removed: Iterable[Key], before: Iterable[Key]) -> set[Key]:
    """Return the keys to remove for all of ``removed``: whole mappings if they would become empty."""
    were = {key[:length] for key in before for length in range(1, len(key) + 1)}
    outermost = set(removed)
    by_parent: dict[Key, set[Key]] = defaultdict(set)
    for key in outermost:
        by_parent[key[:-1]].add(key)
    for length in range(max(map(len, by_parent), default=0), 0, -1):
        for path in [path for path in by_parent if len(path) == length]:
            value = value_at(document.data, path)
            if not isinstance(value, dict) or path in were or not document.is_bare(path):
                continue
            if by_parent[path].issuperset((*path, name) for name in value):
                outermost -= by_parent[path]
                outermost.add(path)
                by_parent[path[:-1]].add(path)
    return outermost
