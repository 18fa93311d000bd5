"""The tables of the ledger, and how older ones become today's: numbered steps, each run once.

The SQL is what SQLite and PostgreSQL share; ``{serial}`` is the one word that differs. A ledger that a newer gsdc has
made is not touched.
"""

from typing import Final

# Never change a step that was released: add one.
STEPS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """CREATE TABLE event (
            seq {serial}, "key" TEXT NOT NULL UNIQUE, at BIGINT NOT NULL, type TEXT NOT NULL, source TEXT NOT NULL,
            client TEXT NOT NULL, project TEXT NOT NULL, session TEXT NOT NULL, written TEXT NOT NULL,
            model TEXT NOT NULL, effort TEXT NOT NULL, agent TEXT NOT NULL, phase TEXT NOT NULL, zone TEXT NOT NULL,
            plan TEXT NOT NULL, task TEXT NOT NULL, kind TEXT NOT NULL, complexity INTEGER, input BIGINT NOT NULL,
            output BIGINT NOT NULL, cache_read BIGINT NOT NULL, cache_write BIGINT NOT NULL,
            cache_write_long BIGINT NOT NULL, unsplit BIGINT NOT NULL, estimated BIGINT NOT NULL, duration_ms BIGINT,
            success INTEGER, rework INTEGER, origin TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
            nano BIGINT, client_nano BIGINT)""",
        "CREATE INDEX event_at ON event (at)",
        "CREATE TABLE mark (path TEXT PRIMARY KEY, position BIGINT NOT NULL, state TEXT NOT NULL)",
        """CREATE TABLE pooled (
            pool TEXT NOT NULL, kind TEXT NOT NULL, complexity INTEGER NOT NULL, model TEXT NOT NULL,
            number BIGINT NOT NULL, log_mean DOUBLE PRECISION NOT NULL, log_deviation DOUBLE PRECISION NOT NULL,
            successes BIGINT NOT NULL, judged BIGINT NOT NULL, duration_ms BIGINT NOT NULL,
            PRIMARY KEY (pool, kind, complexity, model))""",
    ),
)
VERSION: Final = len(STEPS)
TABLES: Final = frozenset({"event", "mark", "pooled", "ledger_version"})
