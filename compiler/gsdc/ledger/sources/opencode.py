"""OpenCode's store: one row of a SQLite database for each step; ``input`` is without what was cached.

The database is OpenCode's: it is opened for reading only. Cost 0 says that OpenCode knows no price.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from gsdc.ledger.event import Event, count, cut, moment, nano_of
from gsdc.ledger.malformed import Faults
from gsdc.ledger.records import record_of
from gsdc.ledger.sources.api import home, text

NAME: Final = "opencode"
_STEPS: Final = (
    "SELECT m.id, m.session_id, m.data, s.directory FROM message m LEFT JOIN session s ON s.id = m.session_id "
    "ORDER BY m.id"
)


def databases() -> Iterator[Path]:
    """Yield the databases of OpenCode on this machine."""
    named = os.environ.get("OPENCODE_DB", "")
    if named:
        if Path(named).is_file():
            yield Path(named)
        return
    base = home("XDG_DATA_HOME", default=".local/share")
    folder = base / "opencode" if base else None
    if folder is not None and folder.is_dir():
        yield from (path for path in sorted(folder.glob("opencode*.db")) if path.is_file())


def events(path: Path, project: Path | None, faults: Faults) -> Iterator[Event]:
    """Yield the steps of the sessions of ``project``, or of all. Raises ValueError where it is no such store."""
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=10)
    try:
        for id_, session, data, directory in connection.execute(_STEPS):
            if project is None or (directory and Path(directory).resolve() == project.resolve()):
                record = record_of(data)
                event = None if record is None else _event(str(id_), str(session), record, cut(directory))
                if record is None:
                    faults.add(0, f"message {cut(id_)} is no JSON object")
                elif event is not None:
                    yield event
    except sqlite3.Error as error:
        raise ValueError(str(error)) from None
    finally:
        connection.close()


def _event(id_: str, session: str, data: Mapping[str, Any], directory: str) -> Event | None:
    created, completed = moment(text(data, "time", "created")), moment(text(data, "time", "completed"))
    tokens = data.get("tokens")
    if data.get("role") != "assistant" or not completed or not isinstance(tokens, dict):
        return None  # a person's, or it is still being written
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
