"""The releases that gsdc ships, by name, how able each line is, and which efforts it takes.

``releases.json`` is generated from price maps (.ci/rebuild_releases.py); ``ranks.yaml`` and ``efforts.yaml`` are written
by people.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from gsdc.models.identity import Identity, identify
from gsdc.models.name import generation_of
from gsdc.source.yaml_text import loads

_HERE: Final = Path(__file__).parent
_Value = TypeVar("_Value")


@cache
def releases() -> Mapping[str, Mapping[str, Any]]:
    """Return every release by its name, each in the shape of a model in the catalog, with its ``line``."""
    found: dict[str, dict[str, Any]] = json.loads((_HERE / "releases.json").read_text("utf-8"))
    return found


def release_entry(name: str) -> dict[str, Any] | None:
    """Return the release ``name`` as an entry of the catalog, with its rank; None where there is none such."""
    entry = releases().get(name)
    if entry is None:
        return None
    found = identify(entry["ids"]["opencode"])
    return {**{key: value for key, value in entry.items() if key != "line"}, "rank": rank_of(found) or 0}


def rank_of(found: Identity) -> int | None:
    """Return the rank of a line at a generation: that of the newest entry which is not newer; None where none is."""
    return _ranks().at(found)


def efforts_of(found: Identity) -> tuple[str, ...]:
    """Return which efforts a line takes at a generation; none where nothing is known of it."""
    return _efforts().at(found) or ()


class _Table(Generic[_Value]):
    """Values by line, and by the generation from which on each holds."""

    def __init__(self, name: str, value_of: Callable[[Any], _Value]) -> None:
        data = loads((_HERE / name).read_text("utf-8"))
        self.lines = {
            line: tuple(sorted(((generation_of(since), value_of(value)) for since, value in by.items()), reverse=True))
            for line, by in data.items()
        }

    def at(self, found: Identity) -> _Value | None:
        generation = found.generation or (0, 0)
        return next((value for since, value in self.lines.get(found.line, ()) if since <= generation), None)


@cache
def _ranks() -> _Table[int]:
    return _Table("ranks.yaml", int)


@cache
def _efforts() -> _Table[tuple[str, ...]]:
    return _Table("efforts.yaml", tuple)
