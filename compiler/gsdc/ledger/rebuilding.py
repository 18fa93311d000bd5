"""Rebuild a damaged ledger from an export and its readable rows; the damaged file is kept."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from gsdc.filesystem.place import Place
from gsdc.finding import Finding, Rejected
from gsdc.ledger.database import PLACE, open_sqlite, unreachable
from gsdc.ledger.event import FIELDS, Event, as_data, event_of
from gsdc.ledger.importing import import_file
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.price import Pricer
from gsdc.policy.load import Loaded
from gsdc.transaction.store import Store

_BESIDE = ("", "-wal", "-shm")


class Rebuilt(NamedTuple):
    """The result of a rebuild: events from the export and from the old ledger, and the old one's path ("": none)."""

    exported: int
    saved: int
    kept: str
    findings: tuple[Finding, ...]


def rebuild(loaded: Loaded, file: Path | None) -> Rebuilt:
    """Create a new ledger in .gsdc. Raises ``Rejected`` if the disk reports an error; the old one is then restored."""
    assert loaded.policy is not None, "the caller has checked"
    store = Store(loaded.project.tree.root)
    price = Pricer(loaded.policy.models)
    kept = _keep_aside(store)
    database = open_sqlite(store, create=True)
    assert database is not None, "it was created"
    with database:
        ledger = Ledger(database)
        findings: tuple[Finding, ...] = ()
        exported = 0
        if file is not None:
            try:
                done = import_file(ledger, file, file.as_posix(), price)
                exported, findings = done.added, done.findings
            except Rejected as rejected:
                findings = rejected.findings
        saved = ledger.add_all(_readable(kept)) if kept is not None else 0
    return Rebuilt(exported, saved, str(kept or ""), findings)


def _keep_aside(store: Store) -> Place | None:
    """Rename the ledger and SQLite's additional files; return the new path, None if there is none."""
    old = store.root / PLACE
    if old.status() is None:
        return None
    new = old.with_name(f"ledger.db.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    try:
        for suffix in _BESIDE:
            source = old.with_name(old.name + suffix)
            if source.status() is not None:
                source.rename(new.with_name(new.name + suffix))
    except OSError as error:
        raise unreachable(PLACE, error.strerror or str(error)) from None
    return new


def _readable(place: Place) -> Iterator[Event]:
    """Yield the readable events: forward from the first to an unreadable one, and backward from the last."""
    try:
        connection = sqlite3.connect(f"file:{place.location.as_posix()}?mode=ro", uri=True)
    except sqlite3.Error:
        return
    try:
        for order in ("ASC", "DESC"):
            yield from _rows(connection, order)
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, order: str) -> Iterator[Event]:
    try:
        for row in connection.execute(f"SELECT {', '.join(FIELDS)} FROM event ORDER BY seq {order}"):
            try:
                yield event_of(as_data(Event._make(row)))
            except (ValueError, TypeError):
                continue
    except sqlite3.Error:
        return
