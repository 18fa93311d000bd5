"""The log of what people decide that changes no file of theirs: pauses and their ends. It only grows, by lines."""

import json
import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.filesystem.read import open_regular
from gsdc.finding import Rejected
from gsdc.source.span import Span
from gsdc.source.write import UNWRITABLE
from gsdc.transaction.store import FOLDER, Store

PLACE: Final = f"{FOLDER}/log.jsonl"
_LONGEST: Final = 4_000_000  # bytes that are read


class Event(NamedTuple):
    """What happened ("pause" or "resume"), when (UTC, as ISO 8601 writes it), why, and by whom."""

    kind: str
    when: str
    reason: str
    who: str


def append(store: Store, event: Event) -> None:
    """Write an event to the end of the log. Raises ``Rejected`` where the disk refuses."""
    line = (json.dumps(event._asdict(), ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(store.folder / Path(PLACE).name, flags, 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        message = f'"{PLACE}" cannot be written: {(error.strerror or str(error)).lower()}'
        raise Rejected(UNWRITABLE.at(Span(PLACE, 0, 0), message, "check its permissions and the disk")) from None


def events(root: Path) -> tuple[Event, ...]:
    """Return the events of the project in folder ``root``, the first first; a line that is none is passed by."""
    location = root / PLACE
    if location.parent.is_symlink() or location.is_symlink():
        return ()
    try:
        with open_regular(location) as file:
            lines = file.read(_LONGEST).splitlines()
    except OSError:
        return ()
    return tuple(filter(None, map(_event, lines)))


def user() -> str:
    """Return the name of the user who runs gsdc, "" where the system has none."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _event(line: bytes) -> Event | None:
    try:
        data: Any = json.loads(line)
        found = Event(**data)
    except (ValueError, TypeError, RecursionError):
        return None
    return found if all(isinstance(value, str) for value in found) else None
