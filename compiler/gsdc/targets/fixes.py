"""Fixes of clients' files: edits that write a value, rename a key, or remove a key.

A fix that guesses the user's intention is not ``safe``. A fix that a rule requires, or that keeps the client's
behavior, is.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from gsdc.finding import Fix, Rejected
from gsdc.source.json_text import STRING
from gsdc.source.jsonc import Jsonc
from gsdc.source.key_document import MISSING, Key, KeyDocument, value_at
from gsdc.source.text_edit import difference

_LARGEST: Final = 500_000  # characters: each edit of a key reads the whole file again


def key_document(path: str, text: str) -> KeyDocument | None:
    """Return a file whose keys can be edited, None if it cannot be."""
    from gsdc.ownership.registry import document_keys  # imported on demand: few files need a fix

    keys = document_keys(path) if len(text) <= _LARGEST else None
    try:
        return keys and keys.open(path, text)
    except Rejected:
        return None


def write(document: KeyDocument | None, values: Mapping[Key, Any], *, safe: bool = True) -> Fix | None:
    """Return the fix that writes ``values``, None if no byte-exact edit is possible, or nothing would change."""
    if document is None:
        return None
    try:
        return _between(document, document.update(values), safe=safe)
    except Rejected:  # such as a flow of YAML with an anchor
        return None


def remove(document: KeyDocument | None, *keys: Key, safe: bool = True) -> Fix | None:
    """Return the fix that removes ``keys``, None if no byte-exact edit is possible."""
    if document is None:
        return None
    try:
        return _between(document, document.remove(*keys), safe=safe)
    except Rejected:
        return None


def rename(document: KeyDocument | None, key: Key, name: str, *, safe: bool = False) -> Fix | None:
    """Return the fix that renames ``key``, with its value unchanged.

    None if the new name exists already, or no byte-exact edit is possible.
    """
    if document is None or value_at(document.data, (*key[:-1], name)) is not MISSING:
        return None
    if isinstance(document, Jsonc):
        return _rename_member(document, key, name, safe=safe)
    try:
        value = value_at(document.data, key)
        return _between(document, document.remove(key).update({(*key[:-1], name): value}), safe=safe)
    except Rejected:
        return None


def _rename_member(document: Jsonc, key: Key, name: str, *, safe: bool) -> Fix | None:
    parent = document.node(key[:-1])
    index = parent.member(key[-1]) if parent is not None else None
    if parent is None or index is None:
        return None
    _, start, _ = parent.members[index]
    written = STRING.match(document.text, start)
    return Fix(((start, written.end(), json.dumps(name)),), safe) if written else None


def _between(before: KeyDocument, after: KeyDocument, *, safe: bool) -> Fix | None:
    return None if before.text == after.text else Fix((difference(before.text, after.text),), safe)
