"""Agents that gsdc itself has held back in OpenCode's file: only history can tell its ``disable`` from a person's."""

from collections.abc import Mapping
from typing import Any

from gsdc.deploy.history import Installed
from gsdc.deploy.record import Record, Stored
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.overlay import Overlay
from gsdc.source.tree import Tree, decode
from gsdc.targets import opencode


def released(tree: Tree, known: Mapping[str, Installed]) -> Tree:
    """Return ``tree`` with every agent enabled that gsdc has disabled; who still has to wait is disabled anew.

    Raises ``Rejected`` where a file of OpenCode, or a record, cannot be read.
    """
    changed: dict[str, bytes | None] = {}
    for path, found in known.items():
        if found.file.target != opencode.ID or found.file.after is None:
            continue
        content = tree.read(path)
        ours = _disabled(path, found.record, found.file.after) - _disabled(path, found.first, found.first_file.before)
        if content is None or not ours:
            continue
        document = Jsonc(path, decode(content, path))
        held: dict[tuple[str, ...], Any] = {("agent", name, "disable"): False for name in ours & _of(document.data)}
        if held:
            changed[path] = document.update(held).text.encode()
    return Overlay(tree.root, changed) if changed else tree


def _disabled(path: str, record: Record, stored: Stored | None) -> frozenset[str]:
    if stored is None:
        return frozenset()
    return _of(data_of(path, decode(record.image(stored).content, path)))


def _of(data: Any) -> frozenset[str]:
    agents = data.get("agent") if isinstance(data, dict) else None
    entries = agents.items() if isinstance(agents, dict) else ()
    return frozenset(name for name, entry in entries if isinstance(entry, dict) and entry.get("disable") is True)
