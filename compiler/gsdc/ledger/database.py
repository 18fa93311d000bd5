"""The ledger's database: SQLite in .gsdc, or PostgreSQL for a team, behind one small interface.

The SQL of the ledger is valid in both, so only the two connections of the DB API differ. An object mapper or
SQLAlchemy's Core could generate it, but importing SQLAlchemy takes 260 ms and Alembic 480 ms, on a machine where ``gsdc
--version`` takes 45 ms, and ``gsdc budget`` runs in every prompt and hook. sqlite3 takes 5 ms.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, Self

from gsdc.filesystem.place import PRIVATE_FILE, Place
from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.ledger.schema import STEPS, TABLES, VERSION
from gsdc.source.span import Span
from gsdc.transaction.disk import DISK
from gsdc.transaction.store import FOLDER, Store

PLACE: Final = f"{FOLDER}/ledger.db"
_PRAGMAS: Final = (
    "trusted_schema = OFF",
    "journal_mode = WAL",
    "synchronous = FULL",
    "cache_size = -65536",
    "wal_autocheckpoint = 8000",
)
_WAIT: Final = 60  # seconds for another writer; each holds the lock for a fraction of one
_LOCK: Final = 0x67736463  # any number, the same in every gsdc: the key of the write lock in PostgreSQL

DAMAGED = Diagnostic(
    "LG001",
    "damaged-ledger",
    Severity.ERROR,
    """The ledger's database cannot be read: it is damaged, or not a ledger.

    ## Why is this bad?
    The use, and so the budget zone, is unknown (seed 002, "Budget Zones"). The file stays as it is until
    `gsdc tokens rebuild` keeps it aside and makes a new one from an export, and from what can still be read.

    ## Example (gsdc.yaml, gsdc budget)
    fleets: [leo]
    -- .gsdc/ledger.db --
    This is no database, though it has the name of one.

    ## Use instead (gsdc.yaml, gsdc budget)
    fleets: [leo]
    """,
)
UNREACHABLE = Diagnostic(
    "LG002",
    "unreachable-ledger",
    Severity.ERROR,
    """The ledger cannot be opened: a permission, a full disk, a lock, a server that does not answer, or a newer gsdc.

    ## Why is this bad?
    Nothing can be logged, and the budget zone is unknown. Nothing was changed.

    ## Example (gsdc.yaml, gsdc budget)
    fleets: [leo]
    -- .gsdc/ledger.db/file --
    A folder stands where the database should be.

    ## Use instead (gsdc.yaml, gsdc budget)
    fleets: [leo]
    """,
)


class Database:
    """An open database. ``rows`` are tuples; every call raises ``Rejected`` if the database reports an error."""

    def __init__(self, connection: Any, shown: str, *, is_postgres: bool) -> None:
        self._connection = connection
        self.shown = shown
        self.is_postgres = is_postgres

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._telling():
            found: list[tuple[Any, ...]] = self._execute(sql, parameters).fetchall()
            return found

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query one by one."""
        with self._telling():
            cursor = self._execute(sql, parameters)
            while found := cursor.fetchmany(1000):
                yield from found

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Execute a statement."""
        with self._telling():
            self._execute(sql, parameters)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Execute a statement for each of ``rows``; return the number of changed rows."""
        with self._telling():
            cursor = self._connection.cursor()
            cursor.executemany(self._words(sql), rows)
            changed: int = max(0, cursor.rowcount)
            return changed

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in a transaction; other writers wait."""
        self.run("BEGIN" if self.is_postgres else "BEGIN IMMEDIATE")
        try:
            if self.is_postgres:
                self.rows("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
            yield
        except BaseException:
            with suppress(Rejected):
                self.run("ROLLBACK")
            raise
        self.run("COMMIT")

    def migrate(self) -> None:
        """Create the tables, or migrate them to the current version. Raises ``Rejected`` for those of a newer gsdc."""
        if self._version() == VERSION:
            return
        with self.transaction():
            self.run("CREATE TABLE IF NOT EXISTS ledger_version (version INTEGER NOT NULL)")
            version = self._version()  # again: another process may have migrated them
            serial = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" if self.is_postgres else "INTEGER PRIMARY KEY"
            for step in STEPS[version:]:
                for statement in step:
                    self.run(statement.replace("{serial}", serial))
            self.run("DELETE FROM ledger_version")
            self.run("INSERT INTO ledger_version VALUES (?)", (VERSION,))

    def _version(self) -> int:
        """Return the version of the tables, 0 if there are none. Raises ``Rejected`` if they are not gsdc's."""
        if self.is_postgres:
            tables = {
                name for (name,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            }
            if "ledger_version" not in tables:
                return 0
        else:
            found = self.rows("SELECT type, name FROM sqlite_master WHERE type <> 'index'")
            if any(type_ != "table" or name not in TABLES for type_, name in found):
                raise damaged(self.shown, "it has tables of another program")
            if not found:
                return 0
        version: int = max((number for (number,) in self.rows("SELECT version FROM ledger_version")), default=0)
        if version > VERSION:
            message = (
                f'"{self.shown}" was made by a newer gsdc (version {version} of the ledger, this one knows {VERSION})'
            )
            raise Rejected(UNREACHABLE.at(Span(self.shown, 0, 0), message, "update gsdc"))
        return version

    def _execute(self, sql: str, parameters: Sequence[Any]) -> Any:
        cursor = self._connection.cursor()
        return cursor.execute(self._words(sql), parameters) if parameters else cursor.execute(self._words(sql))

    def _words(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.is_postgres else sql

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Convert exceptions of the database to findings."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise unreachable(self.shown, str(error)) from None
        except sqlite3.DatabaseError as error:
            raise damaged(self.shown, str(error)) from None
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "psycopg":
                raise
            raise unreachable(self.shown, str(error)) from None


def open_sqlite(store: Store, *, create: bool) -> Database | None:
    """Open the ledger of a project; None if there is none and none is to be created.

    SQLite opens files by path, and follows links. The file is therefore first opened as gsdc opens every file that it
    writes, without following links, and must be the same file after SQLite has opened it. SQLite opens its additional
    files (WAL, shared memory) without following links.
    """
    place = store.root / PLACE
    try:
        if create and place.status() is None:
            store.prepare(DISK)
        flags = os.O_RDWR | (os.O_CREAT if create else 0)
        descriptor = place.open(flags, PRIVATE_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreachable(PLACE, error.strerror or str(error)) from None
    # Closed before SQLite opens it: closing another descriptor of the file later would release SQLite's locks.
    status = os.fstat(descriptor)
    os.close(descriptor)
    return _connect(place, status)


def _connect(place: Place, expected: os.stat_result) -> Database:
    try:
        connection = sqlite3.connect(place.location, timeout=_WAIT, isolation_level=None)
    except sqlite3.Error as error:
        raise unreachable(PLACE, str(error)) from None
    database = Database(connection, PLACE, is_postgres=False)
    try:
        database.rows("SELECT 1")
        _expect_same(place, expected)
        for pragma in _PRAGMAS:
            database.run(f"PRAGMA {pragma}")
        database.migrate()
    except BaseException:
        connection.close()
        raise
    return database


def _expect_same(place: Place, expected: os.stat_result) -> None:
    """Raise ``Rejected`` if the file at ``place`` is not the one that was checked, or has a second name."""
    found = place.status()
    if found is None or not os.path.samestat(found, expected):
        raise unreachable(PLACE, "it was replaced while it was opened")
    if expected.st_nlink > 1:
        raise unreachable(PLACE, "it has a second name, a hard link")


def open_memory() -> Database:
    """Return an empty ledger in memory, for projects without one."""
    database = Database(sqlite3.connect(":memory:", isolation_level=None), "memory", is_postgres=False)
    database.migrate()
    return database


def open_postgres(url: str, shown: str) -> Database:
    """Open the ledger of a team. Raises ``Rejected`` if the extra is not installed, or the server does not answer."""
    try:
        import psycopg
    except ImportError:
        help_ = 'install it with: pip install "gsdc[postgres]"'
        message = 'PostgreSQL takes the extra "postgres", which is not installed'
        raise Rejected(UNREACHABLE.at(Span(shown, 0, 0), message, help_)) from None
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise unreachable(shown, str(error)) from None
    database = Database(connection, shown, is_postgres=True)
    try:
        database.migrate()
    except BaseException:
        connection.close()
        raise
    return database


def damaged(shown: str, why: str) -> Rejected:
    """Return the rejection of a database that cannot be read."""
    help_ = "run `gsdc tokens rebuild`, with an export where you have one: the old file is kept aside"
    return Rejected(DAMAGED.at(Span(shown, 0, 0), f'"{shown}" cannot be read: {why}', help_))


def unreachable(shown: str, why: str) -> Rejected:
    """Return the rejection of a database that cannot be opened."""
    first = why.strip().splitlines()[0] if why.strip() else "no reason given"
    help_ = "check its permissions, the disk, or the server; then run the command again"
    return Rejected(UNREACHABLE.at(Span(shown, 0, 0), f'"{shown}" cannot be used: {first}', help_))
