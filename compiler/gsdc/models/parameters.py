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
from gsdc.source.version_numbers import numbers
from gsdc.source.yaml_text import loads

_TABLE: Final = Path(__file__).with_name("parameters.yaml")
_MOST_UPWARDS: Final = 2  # steps: low is nearer to none than a model's default is
_FIRST: Final[Generation] = (0, 0)

Efforts = tuple[str, ...]
Lines = Mapping[str, tuple[tuple[Generation, Efforts], ...]]
"""Of each line, the efforts that it takes from a generation on, the newest first."""


class _Client(NamedTuple):
    """The efforts that a client has words for, and those that it sends by line.

    ``before`` has the lines that differ in versions before one, the oldest of these versions first.
    """

    words: Efforts
    lines: Lines
    before: Mapping[str, Lines]

    def lines_in(self, version: str) -> Lines:
        """Return what ``version`` sends, the newest if it is empty."""
        older = (lines for first, lines in self.before.items() if version and numbers(version) < numbers(first))
        return {**self.lines, **next(older, {})}


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


def sent_by(client: str, found: Identity, version: str = "") -> Efforts | None:
    """Return the efforts that ``client`` sends for a release; None if it sends whatever the release takes.

    For an unknown release it sends all efforts that it has a word for. Without a ``version`` it is the newest one.
    """
    known = _table().clients.get(client)
    if known is None:
        return None
    own = _newest(known.lines_in(version), found)
    if own is not None:
        return own[1]
    return tuple(word for word in efforts_of(found) if word in known.words) if found.line else known.words


def effort_in(client: str, effort: str | None, found: Identity, version: str = "") -> str | None:
    """Return the word that a version of ``client`` sends for ``effort`` on a release: of two equally near, the lower.

    None if it has none, or only words far above: the model's default applies then.
    """
    sent = sent_by(client, found, version)
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


def _client(
    words: list[str],
    before: Mapping[str, Mapping[str, Mapping[str, list[str]]]] | None = None,
    **lines: Mapping[str, list[str]],
) -> _Client:
    older = {version: _lines(by) for version, by in sorted((before or {}).items(), key=lambda one: numbers(one[0]))}
    return _Client(tuple(words), _lines(lines), older)


def _lines(data: Mapping[str, Mapping[str, list[str]]]) -> Lines:
    return {
        line: tuple(sorted(((generation_of(since), tuple(efforts)) for since, efforts in by.items()), reverse=True))
        for line, by in data.items()
    }
