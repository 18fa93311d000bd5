"""The ledger: events are added, read and summed, and never removed.

An event is identified by its key. Importing the same event again changes nothing. An event that its client has
completed since, with more tokens, replaces the stored one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar

from gsdc.ledger.database import Database
from gsdc.ledger.event import DEFAULTS, FIELDS, Event
from gsdc.ledger.totals import Sum, refresh, sums

BATCH: Final = 20_000  # smaller transactions write the same pages of the key index more often

_SET: Final = ", ".join(f"{name} = excluded.{name}" for name in FIELDS if name != "key")
_MOVED: Final = "moved = COALESCE(event.moved, event.at)"  # the previous time, for ``gsdc.ledger.totals``
_ALL: Final = "{0}.input + {0}.output + {0}.cache_read + {0}.cache_write + {0}.unsplit"
_REPLACE: Final = (
    f"ON CONFLICT (key) DO UPDATE SET {_SET}, {_MOVED} WHERE {_ALL.format('excluded')} > {_ALL.format('event')}"
)
_NO_DEFAULT: Final = object()

_Some = TypeVar("_Some")
Columns = Mapping[str, tuple[Any, ...]]  # the fields of events that differ from their defaults


class SourceMark(NamedTuple):
    """The progress in a source: a position, such as an offset in bytes, and the state of its reader."""

    position: int
    state: str


class Ledger:
    """The events of an open database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def transaction(self) -> AbstractContextManager[None]:
        """Run the block in a transaction."""
        return self.database.transaction()

    def add(self, events: Iterable[Event]) -> int:
        """Add events, in a transaction of the caller; return how many are new, or more complete than before."""
        return self.add_columns(columns_of(events))

    def add_columns(self, columns: Columns) -> int:
        """Add events in the format of ``columns_of``, in a transaction of the caller."""
        if not columns:
            return 0
        sql = f"INSERT INTO event ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) {_REPLACE}"
        changed = self.database.run_many(sql, zip(*columns.values(), strict=True))
        refresh(self.database, columns["at"])
        return changed

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
        """Return the sum of the events in a span of time."""
        return self.sums(start, end).get((), Sum())

    def sums(self, start: int, end: int, *fields: str) -> dict[tuple[Any, ...], Sum]:
        """Return the sums for each combination of values of ``fields``, which ``gsdc.ledger.totals`` defines."""
        return sums(self.database, start, end, fields)

    def counts(self, start: int, end: int) -> Mapping[str, int]:
        """Return how many events of each type there are."""
        return {type_: found.events for (type_,), found in self.sums(start, end, "type").items()}

    def span(self) -> tuple[int, int] | None:
        """Return the times of the first and the last event, None if there is none."""
        first, last = self.database.rows("SELECT (SELECT MIN(at) FROM event), (SELECT MAX(at) FROM event)")[0]
        return None if first is None else (int(first), int(last))

    def has(self, start: str) -> bool:
        """Tell whether there is an event whose key begins with ``start``."""
        sql = "SELECT 1 FROM event WHERE key >= ? AND key < ? LIMIT 1"
        return bool(self.database.rows(sql, (start, start[:-1] + chr(ord(start[-1]) + 1))))

    def mark(self, path: str) -> SourceMark | None:
        """Return the progress in the source ``path``, None if it was never read."""
        found = self.database.rows("SELECT position, state FROM mark WHERE path = ?", (path,))
        return SourceMark(*found[0]) if found else None

    def set_mark(self, path: str, mark: SourceMark) -> None:
        """Store the progress in the source ``path``, in a transaction of the caller."""
        sql = (
            "INSERT INTO mark (path, position, state) VALUES (?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET position = excluded.position, state = excluded.state"
        )
        self.database.run(sql, (path, *mark))


def columns_of(events: Iterable[Event]) -> Columns:
    """Convert events to columns for ``Ledger.add_columns``, in the order of their keys.

    A client fills a dozen of some thirty fields; passing the others takes as long as storing the events. The order
    prevents deadlocks: two processes that import the same events wait for each other only for a limited time.
    """
    rows = sorted(events, key=itemgetter(0))
    columns = zip(FIELDS, zip(*rows, strict=True), strict=False)
    return {name: column for name, column in columns if not _is_default(name, column)}


def _is_default(name: str, column: tuple[Any, ...]) -> bool:
    default = DEFAULTS.get(name, _NO_DEFAULT)
    return column[0] == default and column.count(default) == len(column)


def batches(events: Iterable[_Some], size: int = BATCH) -> Iterator[Sequence[_Some]]:
    """Yield ``events``, or any objects with events, in groups of at most ``size``."""
    batch: list[_Some] = []
    for event in events:
        batch.append(event)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
