"""Which keys of a JSON file are gsdc's: those whose values differ between what was there and what it wrote."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.ownership.api import Key
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.tree import decode, is_blank

MISSING: Final = object()

Leaves = Mapping[Key, Any]
"""The values of a document by their paths, objects taken apart; an object with nothing in it is a value as well."""


def leaves_of(data: Any) -> Leaves:
    """Return the leaves of a document's data."""
    return dict(_leaves(data, ()))


def leaves_in(path: str, content: bytes | None) -> Leaves:
    """Return the leaves of a file, none where it is not there or blank. Raises ``Rejected`` where it is not JSON."""
    text = decode(content or b"", path)
    return {} if is_blank(text) else leaves_of(data_of(path, text))


def _leaves(data: Any, path: Key) -> Iterator[tuple[Key, Any]]:
    if not isinstance(data, dict) or not data:
        yield path, data
        return
    for key, value in data.items():
        yield from _leaves(value, (*path, key))


class TakenBack(NamedTuple):
    """A document without what gsdc wrote, and the keys of gsdc's that a person has edited: they stay as they are."""

    document: Jsonc
    edited: tuple[Key, ...]


def take_back(document: Jsonc, before: Leaves, written: Leaves) -> TakenBack:
    """Return ``document`` with what was made of ``before`` by writing ``written`` taken back, and all else as it is.

    Objects that are left with nothing in them go, unless they were there before, or a person's comment stands in them.
    """
    now = leaves_of(document.data)
    gone: list[Key] = []
    back: dict[Key, Any] = {}
    edited: list[Key] = []
    for key in {**written, **before}:
        was, ours, here = (leaves.get(key, MISSING) for leaves in (before, written, now))
        if _same(was, ours) or _same(was, here):
            continue
        if here is MISSING and {} in (was, ours):
            continue  # what is in that object now is looked at by itself
        if here is MISSING and document.node(key) is not None:  # an object with something in it
            if any(inner[: len(key)] == key and not _same(now[inner], written.get(inner, MISSING)) for inner in now):
                edited.append(key)
                continue
        elif not _same(here, ours) or (document.duplicates and document.is_doubled(key)):
            edited.append(key)
            continue
        if was is not MISSING:
            back[key] = was
        elif document.is_bare(key):
            gone.append(key)
        elif here != {}:
            edited.append(key)
    document = document.remove(*_whole(document, gone, before))
    homeless = {key for key in back if not _has_place(document, key)}
    back = {key: value for key, value in back.items() if key not in homeless}
    return TakenBack(document.update(back), (*edited, *homeless))


def _has_place(document: Jsonc, key: Key) -> bool:
    """Tell whether a value can be written: what its path leads through is an object, or is not there yet."""
    above = (document.node(key[:length]) for length in range(len(key)))
    return all(node is None or isinstance(node.data, dict) for node in above)


def _same(left: object, right: object) -> bool:
    """Tell whether two leaves are one; true is not 1."""
    return left == right and isinstance(left, bool) is isinstance(right, bool)


def _whole(document: Jsonc, gone: Iterable[Key], before: Iterable[Key]) -> set[Key]:
    """Return what is to be removed with all ``gone``: objects as a whole where nothing would be left of them."""
    were = {key[:length] for key in before for length in range(1, len(key) + 1)}
    whole = set(gone)
    by_parent: dict[Key, set[Key]] = defaultdict(set)
    for key in whole:
        by_parent[key[:-1]].add(key)
    for length in range(max(map(len, by_parent), default=0), 0, -1):
        for path in [path for path in by_parent if len(path) == length]:
            node = document.node(path)
            if node is None or path in were or not document.is_bare(path):
                continue
            if by_parent[path].issuperset((*path, str(name)) for name, _, _ in node.members):
                whole -= by_parent[path]
                whole.add(path)
                by_parent[path[:-1]].add(path)
    return whole
