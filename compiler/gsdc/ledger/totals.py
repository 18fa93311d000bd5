"""Sums of events by quarter of an hour: a budget of a million events is read from a few hundred rows.

The UTC offset of every current time zone is a multiple of 15 minutes, so days and weeks begin with a quarter. The ends
of other spans are summed from the events themselves.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from gsdc.ledger.database import Database

QUARTER: Final = 900_000  # milliseconds
DIMENSIONS: Final = ("type", "client", "written", "model", "phase", "agent")
_TOKENS: Final = ("input", "output", "cache_read", "cache_write", "cache_write_long", "unsplit")
# A task may take an hour: only durations that a client measured are those of one answer.
_MEASURED: Final = "source NOT IN ('log', 'gsd')"
_SUMMED: Final = {
    "events": "COUNT(*)",
    **{name: f"SUM({name})" for name in _TOKENS},
    "nano": "SUM(COALESCE(nano, client_nano, 0))",
    "reworks": "COUNT(rework)",
    "rework": "SUM(COALESCE(rework, 0))",
    "answers": f"SUM(CASE WHEN duration_ms IS NOT NULL AND {_MEASURED} THEN 1 ELSE 0 END)",
    "answer_ms": f"SUM(CASE WHEN duration_ms IS NOT NULL AND {_MEASURED} THEN duration_ms ELSE 0 END)",
}
_NAMES: Final = ", ".join((*DIMENSIONS, *_SUMMED))
_OF_EVENTS: Final = (
    f"SELECT at / {QUARTER} AS quarter, {', '.join(DIMENSIONS)}, "
    f"{', '.join(f'{sum_} AS {name}' for name, sum_ in _SUMMED.items())} FROM event "
    f"WHERE at >= ? AND at < ? GROUP BY at / {QUARTER}, {', '.join(DIMENSIONS)}"
)
_KEPT: Final = f"SELECT quarter, {_NAMES} FROM total WHERE quarter >= ? AND quarter < ?"


class Sum(NamedTuple):
    """A sum of events; ``nano`` is $ in billionths, the client's own figure if the catalog has no price.

    ``reworks`` is the number of judged events, and ``rework`` the sum of their percentages. ``answers`` is the number
    of answers that a client has timed, ``answer_ms`` their total time.
    """

    events: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_long: int = 0
    unsplit: int = 0
    nano: int = 0
    reworks: int = 0
    rework: int = 0
    answers: int = 0
    answer_ms: int = 0

    @property
    def tokens(self) -> int:
        """All tokens but those read from a cache."""
        return self.input + self.output + self.cache_write + self.unsplit

    @property
    def all_tokens(self) -> int:
        """All tokens, including those read from a cache."""
        return self.tokens + self.cache_read

    def __add__(self, other: object) -> "Sum":
        return Sum(*(a + b for a, b in zip(self, other, strict=True))) if isinstance(other, Sum) else NotImplemented


def refresh(database: Database, times: Iterable[int]) -> None:
    """Sum the quarters of ``times`` again, in the transaction that has added or changed their events."""
    moved = database.rows("SELECT moved FROM event WHERE moved IS NOT NULL")
    if moved:
        database.run("UPDATE event SET moved = NULL WHERE moved IS NOT NULL")
    for start, end in _runs({at // QUARTER for at in times} | {at // QUARTER for (at,) in moved}):
        database.run("DELETE FROM total WHERE quarter >= ? AND quarter < ?", (start, end))
        fill = f"INSERT INTO total (quarter, {_NAMES}) SELECT * FROM ({_OF_EVENTS}) AS summed"
        database.run(fill, (start * QUARTER, end * QUARTER))


def _runs(quarters: set[int]) -> Iterable[tuple[int, int]]:
    """Yield the first number of each run of neighbors, and the number after its last."""
    start = end = None
    for quarter in sorted(quarters):
        if start is None or quarter != end:
            if start is not None and end is not None:
                yield start, end
            start = quarter
        end = quarter + 1
    if start is not None and end is not None:
        yield start, end


def sums(database: Database, start: int, end: int, fields: tuple[str, ...]) -> dict[tuple[Any, ...], Sum]:
    """Return the sums of a span of time by ``fields``: of ``DIMENSIONS``, or "quarter", its number since 1970."""
    names = ", ".join(fields)
    first, last = -(-start // QUARTER), end // QUARTER
    if first > last:
        parts, values = [_OF_EVENTS], [start, end]
    else:
        parts, values = [_KEPT], [first, last]
        for edge in ((start, first * QUARTER), (last * QUARTER, end)):
            if edge[0] < edge[1]:
                parts.append(_OF_EVENTS)
                values += edge
    summed = ", ".join(f"SUM({name})" for name in Sum._fields)
    found = database.rows(
        f"SELECT {names}{', ' if names else ''}{summed} FROM ({' UNION ALL '.join(parts)}) AS parts"
        + (f" GROUP BY {names}" if names else ""),
        values,
    )
    width = len(fields)
    return {tuple(row[:width]): Sum(*map(int, row[width:])) for row in found if row[width] is not None}
