"""Layers and their one merge rule per key: how profiles, and project files, extend each other.

A chain of layers runs from the first parent to the last child. Four rules cover every key (the profile schema defines
which key has which): the last layer wins (``last``), entry by entry (``entries``), field by field (``entries`` of an
entry), or every layer is kept and looked up in turn (roles and agents, in ``decide.allocation``).
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gsdc.policy.ref import Ref
from gsdc.policy.sources import CYCLE, Body, Sources


class Sourced(NamedTuple):
    """A value with the place where it is written."""

    value: Any
    ref: Ref


def last(layers: tuple[Body, ...], key: str) -> Sourced | None:
    """Return the value of ``key`` in the last layer that sets it."""
    for layer in reversed(layers):
        if key in layer.data:
            return Sourced(layer.data[key], layer.ref.child(key))
    return None


def entries(layers: tuple[Body, ...], *path: str) -> dict[str, Sourced]:
    """Merge the mapping at ``path`` entry by entry: a later layer's entry replaces an earlier one's."""
    merged: dict[str, Sourced] = {}
    for layer in layers:
        value: Any = layer.data
        for key in path:
            value = value.get(key, {})
        merged.update({key: Sourced(item, layer.ref.child(*path, key)) for key, item in value.items()})
    return merged


def chain(sources: Sources, start: Body, parent: Callable[[str, Ref], Body | None]) -> tuple[Body, ...]:
    """Return ``start`` and everything it extends, the first parent first, each once.

    ``parent`` finds a body by name, or reports why it cannot. A cycle is reported and cut.
    """
    ordered: list[Body] = []

    def visit(body: Body, open_names: tuple[str, ...]) -> None:
        for name, ref in _extends(body):
            if name == body.name or name in open_names:
                path = " -> ".join((*open_names, body.name, name))
                sources.report(CYCLE, ref, f'"{name}" extends itself: {path}', "remove one of these `extends`")
                continue
            found = parent(name, ref)
            if found is not None and found.ref not in [done.ref for done in ordered]:
                visit(found._replace(name=name), (*open_names, body.name))
        if body.ref not in [done.ref for done in ordered]:
            ordered.append(body)

    visit(start, ())
    return tuple(ordered)


def _extends(body: Body) -> Iterator[tuple[str, Ref]]:
    value = body.data.get("extends", [])
    ref = body.ref.child("extends")
    if isinstance(value, str):
        yield value, ref
    else:
        yield from ((name, ref.child(index)) for index, name in enumerate(value))
