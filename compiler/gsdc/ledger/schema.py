"""The tables of the ledger, and the migrations from older versions: numbered steps, each run once.

The SQL is common to SQLite and PostgreSQL, except for ``{serial}``. A ledger of a newer gsdc is not changed.
"""

from typing import Final

# Never change a released step: add one.
STEPS: Final[tuple[tuple[str, ...], ...]] = (
    (
        # Defaults are those of ``Event``: an insert names only the columns that its events fill.
        """CREATE TABLE event (
            seq {serial}, "key" TEXT NOT NULL UNIQUE, at BIGINT NOT NULL, type TEXT NOT NULL DEFAULT 'usage',
            source TEXT NOT NULL DEFAULT 'log', client TEXT NOT NULL DEFAULT '', project TEXT NOT NULL DEFAULT '',
            session TEXT NOT NULL DEFAULT '', written TEXT NOT NULL DEFAULT '', model TEXT NOT NULL DEFAULT '',
            effort TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL DEFAULT '', phase TEXT NOT NULL DEFAULT '',
            zone TEXT NOT NULL DEFAULT '', plan TEXT NOT NULL DEFAULT '', task TEXT NOT NULL DEFAULT '',
            kind TEXT NOT NULL DEFAULT '', complexity INTEGER, input BIGINT NOT NULL DEFAULT 0,
            output BIGINT NOT NULL DEFAULT 0, cache_read BIGINT NOT NULL DEFAULT 0,
            cache_write BIGINT NOT NULL DEFAULT 0, cache_write_long BIGINT NOT NULL DEFAULT 0,
            unsplit BIGINT NOT NULL DEFAULT 0, estimated BIGINT NOT NULL DEFAULT 0, duration_ms BIGINT,
            success INTEGER, rework INTEGER, origin TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
            who TEXT NOT NULL DEFAULT '', nano BIGINT, client_nano BIGINT, moved BIGINT)""",
        "CREATE INDEX event_at ON event (at)",
        "CREATE INDEX event_of_task ON event (at) WHERE task <> ''",
        "CREATE INDEX event_of_plan ON event (plan, at) WHERE plan <> ''",
        "CREATE INDEX event_taught ON event (at) WHERE kind <> '' AND complexity IS NOT NULL",
        "CREATE INDEX event_of_type ON event (type, at) WHERE type <> 'usage'",
        "CREATE INDEX event_moved ON event (moved) WHERE moved IS NOT NULL",
        """CREATE TABLE total (
            quarter BIGINT NOT NULL, type TEXT NOT NULL, client TEXT NOT NULL, written TEXT NOT NULL,
            model TEXT NOT NULL, phase TEXT NOT NULL, agent TEXT NOT NULL, events BIGINT NOT NULL,
            input BIGINT NOT NULL, output BIGINT NOT NULL, cache_read BIGINT NOT NULL, cache_write BIGINT NOT NULL,
            cache_write_long BIGINT NOT NULL, unsplit BIGINT NOT NULL, nano BIGINT NOT NULL, reworks BIGINT NOT NULL,
            rework BIGINT NOT NULL, answers BIGINT NOT NULL, answer_ms BIGINT NOT NULL,
            PRIMARY KEY (quarter, type, client, written, model, phase, agent))""",
        "CREATE TABLE mark (path TEXT PRIMARY KEY, position BIGINT NOT NULL, state TEXT NOT NULL)",
        """CREATE TABLE pooled (
            pool TEXT NOT NULL, kind TEXT NOT NULL, complexity INTEGER NOT NULL, model TEXT NOT NULL,
            number BIGINT NOT NULL, log_mean DOUBLE PRECISION NOT NULL, log_deviation DOUBLE PRECISION NOT NULL,
            successes BIGINT NOT NULL, judged BIGINT NOT NULL, duration_ms BIGINT NOT NULL,
            PRIMARY KEY (pool, kind, complexity, model))""",
    ),
)
VERSION: Final = len(STEPS)
TABLES: Final = frozenset({"event", "mark", "pooled", "total", "ledger_version"})
