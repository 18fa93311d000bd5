"""The log of what people decide that changes no file of theirs: pauses and their ends. It only grows, by lines."""

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
    """What happened ("pause" or "resume"), when (UTC, as ISO 8601 writes it), why, and by whom."""

    kind: str
    when: str
    reason: str
    who: str


def append(store: Store, event: LogEvent) -> None:
    """Write an event to the end of the log. Raises ``Rejected`` where the disk refuses."""
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
    """Raise OSError where a hard link makes the log another file as well: nothing is written to that."""
    if os.fstat(descriptor).st_nlink > 1:
        raise OSError(None, "it has a second name, a hard link")


def events(root: Path) -> tuple[LogEvent, ...]:
    """Return the events of the project in folder ``root``, the first first; a line that is not one is skipped."""
    try:
        lines = ((Root(root) / PLACE).read(_LONGEST) or b"").splitlines()
    except (OSError, Rejected):
        return ()
    return tuple(filter(None, map(_event, lines)))


def user() -> str:
    """Return the name of the user who runs gsdc, "" where the system has none."""
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
