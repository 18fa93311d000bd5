"""OpenCode's store: one row of a SQLite database for each step; ``input`` excludes cached tokens.

The database belongs to OpenCode and is opened read-only. Cost 0 means that OpenCode knows no price.

An import reads the rows added since the last one, and those that were incomplete then. SQLite reuses the number of a
deleted last row, and VACUUM may renumber all rows. The id of the last row is therefore stored with its number: if they
no longer match, the store is read from its beginning.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from gsdc.ledger.event import Event, count, cut, moment, nano_of
from gsdc.ledger.ledger import SourceMark
from gsdc.ledger.malformed import Faults
from gsdc.ledger.records import record_of
from gsdc.ledger.sources.api import home, text

NAME: Final = "opencode"
_ROWS: Final = (
    "SELECT m.rowid, m.id, m.session_id, m.data, s.directory FROM message m LEFT JOIN session s ON s.id = m.session_id "
    "WHERE m.rowid > ? OR m.id IN (SELECT value FROM json_each(?)) ORDER BY m.rowid"
)


class ReadPosition(NamedTuple):
    """The progress in a store: the number and the id of the last row, and the ids of rows that were incomplete."""

    number: int = 0
    id: str = ""
    open: frozenset[str] = frozenset()

    @classmethod
    def of(cls, mark: SourceMark | None) -> "ReadPosition":
        """Return the place stored in a mark, the beginning for None."""
        if mark is None:
            return cls()
        state = json.loads(mark.state)
        return cls(mark.position, state["id"], frozenset(state["open"]))

    def mark(self) -> SourceMark:
        """Return the mark of the place."""
        return SourceMark(self.number, json.dumps({"id": self.id, "open": sorted(self.open)}))


class StoredStep(NamedTuple):
    """One row: its event, None if it has none, and the place after it."""

    event: Event | None
    place: ReadPosition


def place() -> Path | None:
    """Return the database in OPENCODE_DB, else the folder of all databases; None without a home folder."""
    named = os.environ.get("OPENCODE_DB", "")
    if named:
        return Path(named)
    base = home("XDG_DATA_HOME", default=".local/share")
    return base / "opencode" if base else None


def databases() -> Iterator[Path]:
    """Yield the databases of OpenCode on this machine."""
    found = place()
    if found is None:
        return
    paths = [found] if os.environ.get("OPENCODE_DB") else sorted(found.glob("opencode*.db")) if found.is_dir() else []
    yield from (path for path in paths if path.is_file())


def steps(path: Path, project: Path | None, place: ReadPosition, faults: Faults) -> Iterator[StoredStep]:
    """Yield the rows after ``place``, with the events of ``project`` or of all.

    Raises ValueError if it is not such a store.
    """
    wanted = _Folders(project)
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=10)
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        try:
            place = _still_there(connection, place)
            for number, id_, session, data, directory in connection.execute(
                _ROWS, (place.number, json.dumps(sorted(place.open)))
            ):
                event, is_open = None, False
                if directory in wanted:
                    record = record_of(data)
                    if record is None:
                        faults.add(0, f"message {cut(id_)} is not a JSON object")
                    else:
                        is_open = _is_open(record)
                        event = _event(str(id_), str(session), record, cut(directory))
                place = _behind(place, number, str(id_), is_open=is_open)
                yield StoredStep(event, place)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise ValueError(str(error)) from None


def _still_there(connection: sqlite3.Connection, place: ReadPosition) -> ReadPosition:
    """Return ``place`` without deleted rows, or the beginning if its last row has been replaced by another one."""
    last = connection.execute("SELECT id FROM message WHERE rowid = ?", (place.number,)).fetchone()
    if last != (place.id,):
        return ReadPosition()
    sql = "SELECT id FROM message WHERE id IN (SELECT value FROM json_each(?))"
    return place._replace(open=frozenset(id_ for (id_,) in connection.execute(sql, (json.dumps(sorted(place.open)),))))


def _behind(place: ReadPosition, number: int, id_: str, *, is_open: bool) -> ReadPosition:
    waiting = place.open | {id_} if is_open else place.open - {id_}
    return ReadPosition(number, id_, waiting) if number > place.number else place._replace(open=waiting)


class _Folders:
    """The folders of the selected sessions: those of a project, or all."""

    def __init__(self, project: Path | None) -> None:
        self._project = project.resolve() if project is not None else None
        self._known: dict[Any, bool] = {}

    def __contains__(self, directory: Any) -> bool:
        if self._project is None:
            return True
        if directory not in self._known:
            name = cut(directory)
            self._known[directory] = bool(name) and Path(name).resolve() == self._project
        return self._known[directory]


def _is_open(data: Mapping[str, Any]) -> bool:
    """Tell whether OpenCode is still writing an answer."""
    return data.get("role") == "assistant" and not moment(text(data, "time", "completed"))


def _event(id_: str, session: str, data: Mapping[str, Any], directory: str) -> Event | None:
    created, completed = moment(text(data, "time", "created")), moment(text(data, "time", "completed"))
    tokens = data.get("tokens")
    if data.get("role") != "assistant" or not completed or not isinstance(tokens, dict):
        return None
    provider, model, cost = cut(data.get("providerID")), cut(data.get("modelID")), data.get("cost")
    return Event(
        key=f"{NAME}:{id_}",
        at=created or completed,
        type="error" if data.get("error") else "usage",
        source=NAME,
        client=NAME,
        project=directory,
        session=session,
        written=f"{provider}/{model}" if provider else model,
        effort=cut(data.get("variant")),
        agent=cut(data.get("agent")),
        input=count(tokens.get("input")),
        output=count(tokens.get("output")) + count(tokens.get("reasoning")),
        cache_read=count(text(tokens, "cache", "read")),
        cache_write=count(text(tokens, "cache", "write")),
        duration_ms=max(0, completed - created) if created else None,
        client_nano=nano_of(cost) or None,
    )
