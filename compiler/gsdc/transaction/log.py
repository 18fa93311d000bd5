"""The log of decisions that change no file: pauses and resumes. It is append-only, one line per event."""

import json
import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.filesystem.file import unwritable
from gsdc.filesystem.place import Root
from gsdc.finding import Rejected
from gsdc.transaction.store import FOLDER, Store

PLACE: Final = f"{FOLDER}/log.jsonl"
_LONGEST: Final = 4_000_000  # bytes that are read


class LogEvent(NamedTuple):
    """An event ("pause" or "resume"), its time (UTC, ISO 8601), its reason and its author."""

    kind: str
    when: str
    reason: str
    who: str


def append(store: Store, event: LogEvent) -> None:
    """Append an event to the log. Raises ``Rejected`` on a disk error."""
    line = (json.dumps(event._asdict(), ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
    try:
        with os.fdopen((store.root / PLACE).open(os.O_WRONLY | os.O_CREAT | os.O_APPEND), "wb") as file:
            _expect_one_name(file.fileno())
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise unwritable(PLACE, error) from None


def _expect_one_name(descriptor: int) -> None:
    """Raise OSError if the log has a hard link: nothing is written to another file."""
    if os.fstat(descriptor).st_nlink > 1:
        raise OSError(None, "it has a second name, a hard link")


def events(root: Path) -> tuple[LogEvent, ...]:
    """Return the events of the project in ``root``, oldest first; invalid lines are skipped."""
    try:
        lines = ((Root(root) / PLACE).read(_LONGEST) or b"").splitlines()
    except (OSError, Rejected):
        return ()
    return tuple(filter(None, map(_event, lines)))


def user() -> str:
    """Return the name of the user who runs gsdc, "" if the system has none."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _event(line: bytes) -> LogEvent | None:
    try:
        data: Any = json.loads(line)
        found = LogEvent(**data)
    except (ValueError, TypeError, RecursionError):
        return None
    return found if all(isinstance(value, str) for value in found) else None
