"""The releases that gsdc ships, by name, and the rank of each line.

``releases.json`` is generated from price maps (.ci/rebuild_releases.py) and read only if a name is not an alias of the
catalog; ``ranks.yaml`` is written by people.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from gsdc.models.identity import Identity
from gsdc.models.name import Generation
from gsdc.source.yaml_text import loads

_HERE: Final = Path(__file__).parent
_TOLD_BY_IDS: Final = ("line", "temperature")  # an entry that overrides a release may have other ids


@cache
def releases() -> Mapping[str, Mapping[str, Any]]:
    """Return every release by its name, each in the form of a model in the catalog, with its ``line``."""
    found: dict[str, dict[str, Any]] = json.loads((_HERE / "releases.json").read_text("utf-8"))
    return found


def release_entry(name: str) -> dict[str, Any] | None:
    """Return the release ``name`` as an entry of the catalog, with its rank; None if there is none."""
    from gsdc.models.identity import identify

    entry = releases().get(name)
    if entry is None:
        return None
    found = identify(entry["ids"]["opencode"])
    return {**{key: value for key, value in entry.items() if key not in _TOLD_BY_IDS}, "rank": rank_of(found) or 0}


def rank_of(found: Identity) -> int | None:
    """Return the rank of a line at a generation: that of the newest entry which is not newer; None if there is none."""
    by_generation = _ranks().get(found.line, ())
    generation = found.generation or (0, 0)
    return next((rank for since, rank in reversed(by_generation) if since <= generation), None)


@cache
def _ranks() -> Mapping[str, tuple[tuple[Generation, int], ...]]:
    data = loads((_HERE / "ranks.yaml").read_text("utf-8"))
    return {
        line: tuple(sorted((generation_of(since), rank) for since, rank in by.items())) for line, by in data.items()
    }


def generation_of(text: str) -> Generation:
    """Return the generation written as "4.6" or "5" in a table."""
    major, _, minor = text.partition(".")
    return int(major), int(minor or 0)
