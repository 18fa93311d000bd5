"""The ledger: events are added, read and summed; nothing is ever taken out.

An event is known by its key. The same one, imported again, changes nothing; one that its client has completed since,
with more tokens, replaces what was there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from operator import itemgetter
from typing import Any, Final, NamedTuple

from gsdc.ledger.database import Database
from gsdc.ledger.event import DEFAULTS, FIELDS, Event

BATCH: Final = 20_000  # fewer events in a transaction write the same pages of the index of keys more often
QUARTER: Final = 900_000  # milliseconds: every time zone of today is off UTC by whole quarters of an hour

_SET: Final = ", ".join(f"{name} = excluded.{name}" for name in FIELDS if name != "key")
_ALL: Final = "{0}.input + {0}.output + {0}.cache_read + {0}.cache_write + {0}.unsplit"
_REPLACE: Final = f"ON CONFLICT (key) DO UPDATE SET {_SET} WHERE {_ALL.format('excluded')} > {_ALL.format('event')}"
_ALONE: Final = {name: {value} for name, value in DEFAULTS.items()}

Columns = Mapping[str, tuple[Any, ...]]  # the fields of events that are not what they are by default
_SUMS: Final = (
    "COUNT(*), COALESCE(SUM(input), 0), COALESCE(SUM(output), 0), COALESCE(SUM(cache_read), 0), "
    "COALESCE(SUM(cache_write), 0), COALESCE(SUM(cache_write_long), 0), COALESCE(SUM(unsplit), 0), "
    "COALESCE(SUM(COALESCE(nano, client_nano)), 0)"
)


class Sum(NamedTuple):
    """What events add up to; ``nano`` is $ in billionths, the client's own figure where the catalog has no price."""

    events: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_long: int = 0
    unsplit: int = 0
    nano: int = 0

    @property
    def tokens(self) -> int:
        """All tokens but those read from a cache."""
        return self.input + self.output + self.cache_write + self.unsplit

    @property
    def all_tokens(self) -> int:
        """All tokens, those read from a cache as well."""
        return self.tokens + self.cache_read

    def __add__(self, other: object) -> "Sum":
        return Sum(*(a + b for a, b in zip(self, other, strict=True))) if isinstance(other, Sum) else NotImplemented


class Mark(NamedTuple):
    """How far a source was read: a position, such as an offset in bytes, and what its reader has to remember."""

    position: int
    state: str


class Ledger:
    """The events of an open database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def transaction(self) -> AbstractContextManager[None]:
        """Keep all that is done meanwhile, or nothing of it."""
        return self.database.transaction()

    def add(self, events: Iterable[Event]) -> int:
        """Add events, in a transaction of the caller's; return how many are new, or more complete than before."""
        return self.add_columns(columns_of(events))

    def add_columns(self, columns: Columns) -> int:
        """Add events, as ``columns_of`` has laid them out, in a transaction of the caller's."""
        if not columns:
            return 0
        sql = f"INSERT INTO event ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) {_REPLACE}"
        return self.database.run_many(sql, zip(*columns.values(), strict=True))

    def add_all(self, events: Iterable[Event]) -> int:
        """Add events, some thousands at a time in a transaction each; return how many are new."""
        added = 0
        for batch in batches(events):
            with self.transaction():
                added += self.add(batch)
        return added

    def events(self, start: int = 0, end: int | None = None) -> Iterator[Event]:
        """Yield events of a span of time, or all of them, in the order in which they were added."""
        names = ", ".join(FIELDS)
        if end is None:
            rows = self.database.stream(f"SELECT {names} FROM event WHERE at >= ? ORDER BY seq", (start,))
        else:
            sql = f"SELECT {names} FROM event WHERE at >= ? AND at < ? ORDER BY at, seq"
            rows = self.database.stream(sql, (start, end))
        return map(Event._make, rows)

    def total(self, start: int, end: int) -> Sum:
        """Return what the events of a span of time add up to."""
        return Sum(
            *map(int, self.database.rows(f"SELECT {_SUMS} FROM event WHERE at >= ? AND at < ?", (start, end))[0])
        )

    def sums(self, start: int, end: int, *fields: str) -> dict[tuple[Any, ...], Sum]:
        """Return the same for each combination of values of ``fields``."""
        names = ", ".join(fields)
        sql = f"SELECT {names}, {_SUMS} FROM event WHERE at >= ? AND at < ? GROUP BY {names}"
        width = len(fields)
        found = self.database.rows(sql, (start, end))
        return {row[:width]: Sum(*map(int, row[width:])) for row in found}

    def quarters(self, start: int, end: int, *fields: str) -> dict[tuple[Any, ...], Sum]:
        """Return the sums by quarter of an hour (its number since 1970), and by ``fields``."""
        names = ", ".join((f"at / {QUARTER}", *fields))
        sql = f"SELECT {names}, {_SUMS} FROM event WHERE at >= ? AND at < ? GROUP BY {names}"
        width = len(fields) + 1
        found = self.database.rows(sql, (start, end))
        return {row[:width]: Sum(*map(int, row[width:])) for row in found}

    def counts(self, start: int, end: int) -> Mapping[str, int]:
        """Return how many events of each type there are."""
        sql = "SELECT type, COUNT(*) FROM event WHERE at >= ? AND at < ? GROUP BY type"
        return {str(type_): int(number) for type_, number in self.database.rows(sql, (start, end))}

    def span(self) -> tuple[int, int] | None:
        """Return the times of the first and the last event, None where there is none."""
        first, last = self.database.rows("SELECT (SELECT MIN(at) FROM event), (SELECT MAX(at) FROM event)")[0]
        return None if first is None else (int(first), int(last))

    def has(self, start: str) -> bool:
        """Tell whether there is an event whose key begins with ``start``."""
        sql = "SELECT 1 FROM event WHERE key >= ? AND key < ? LIMIT 1"
        return bool(self.database.rows(sql, (start, start[:-1] + chr(ord(start[-1]) + 1))))

    def mark(self, path: str) -> Mark | None:
        """Return how far the source ``path`` was read, None where it never was."""
        found = self.database.rows("SELECT position, state FROM mark WHERE path = ?", (path,))
        return Mark(*found[0]) if found else None

    def set_mark(self, path: str, mark: Mark) -> None:
        """Remember how far the source ``path`` was read, in a transaction of the caller's."""
        sql = (
            "INSERT INTO mark (path, position, state) VALUES (?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET position = excluded.position, state = excluded.state"
        )
        self.database.run(sql, (path, *mark))


def columns_of(events: Iterable[Event]) -> Columns:
    """Lay out events for ``Ledger.add_columns``, in the order of their keys.

    Of some thirty fields a client fills a dozen; to hand on the others takes as long as to store these. And two
    processes that import the same wait for each other, and never for good.
    """
    rows = sorted(events, key=itemgetter(0))
    columns = zip(FIELDS, zip(*rows, strict=True), strict=False)
    return {name: column for name, column in columns if set(column) != _ALONE.get(name)}


def batches(events: Iterable[Event], size: int = BATCH) -> Iterator[Sequence[Event]]:
    """Yield ``events`` in groups of at most ``size``."""
    batch: list[Event] = []
    for event in events:
        batch.append(event)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
