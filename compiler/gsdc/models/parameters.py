"""The request parameters of a release: which efforts and temperatures it takes.

The table is ``parameters.yaml``, which names its sources.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.models.catalog import generation_of
from gsdc.models.effort import RANK
from gsdc.models.identity import Identity
from gsdc.models.name import Generation
from gsdc.source.yaml_text import loads

_TABLE: Final = Path(__file__).with_name("parameters.yaml")
_MOST_UPWARDS: Final = 2  # steps: low is nearer to none than a model's default is
_FIRST: Final[Generation] = (0, 0)

Efforts = tuple[str, ...]
Lines = Mapping[str, tuple[tuple[Generation, Efforts], ...]]
"""Of each line, the efforts that it takes from a generation on, the newest first."""


class _Client(NamedTuple):
    words: Efforts
    lines: Lines


class _Table(NamedTuple):
    efforts: Lines
    no_temperature: Mapping[str, Generation]
    hosts: Mapping[str, Lines]
    clients: Mapping[str, _Client]


def efforts_of(found: Identity) -> Efforts:
    """Return the efforts that a release takes at its host, from low to high; none if it takes none or is unknown."""
    if found.effort in RANK:
        return (found.effort,)  # the id itself contains the effort, as o3-mini-high does
    table = _table()
    by_maker, by_host = (_newest(lines, found) for lines in (table.efforts, table.hosts.get(found.host, {})))
    if by_host is not None and (found.latest or by_maker is None or by_host[0] >= by_maker[0]):
        return by_host[1]
    return () if by_maker is None else by_maker[1]


def sent_by(client: str, found: Identity) -> Efforts | None:
    """Return the efforts that ``client`` sends for a release; None if it sends whatever the release takes.

    For an unknown release it sends all efforts that it has a word for.
    """
    known = _table().clients.get(client)
    if known is None:
        return None
    own = _newest(known.lines, found)
    if own is not None:
        return own[1]
    return tuple(word for word in efforts_of(found) if word in known.words) if found.line else known.words


def effort_in(client: str, effort: str | None, found: Identity) -> str | None:
    """Return the word that ``client`` sends for ``effort`` on a release: of two equally near, the lower.

    None if it has none, or only words far above: the model's default applies then.
    """
    sent = sent_by(client, found)
    if effort is None or sent is None or effort in sent:
        return effort
    nearest = min(sent, key=lambda word: abs(RANK[word] - RANK[effort]), default=None)
    return None if nearest is None or RANK[nearest] - RANK[effort] > _MOST_UPWARDS else nearest


def takes_temperature(found: Identity) -> bool:
    """Tell whether a release takes a temperature; an unknown release does."""
    since = _table().no_temperature.get(found.line)
    return since is None or not (found.latest or (found.generation or _FIRST) >= since)


def _newest(lines: Lines, found: Identity) -> tuple[Generation, Efforts] | None:
    """Return the newest entry that is not newer than ``found``; an id that moves with the releases gets the newest."""
    by_generation = lines.get(found.line, ())
    generation = found.generation or _FIRST
    return next((entry for entry in by_generation if found.latest or entry[0] <= generation), None)


@cache
def _table() -> _Table:
    data = loads(_TABLE.read_text("utf-8"))
    return _Table(
        _lines(data["efforts"]),
        {line: generation_of(since) for line, since in data["no-temperature"].items()},
        {host: _lines(lines) for host, lines in data["hosts"].items()},
        {client: _client(**entry) for client, entry in data["clients"].items()},
    )


def _client(words: list[str], **lines: Mapping[str, list[str]]) -> _Client:
    return _Client(tuple(words), _lines(lines))


def _lines(data: Mapping[str, Mapping[str, list[str]]]) -> Lines:
    return {
        line: tuple(sorted(((generation_of(since), tuple(efforts)) for since, efforts in by.items()), reverse=True))
        for line, by in data.items()
    }
