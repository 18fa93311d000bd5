"""The interface of a source: the files of a client, and a reader that converts their records to events."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from gsdc.ledger.event import Event


class SourceFile(NamedTuple):
    """A file of a client: its path, and the folder that must contain it."""

    path: Path
    within: Path


class Reader(Protocol):
    """Reads the records of one file, in their order."""

    def read(self, record: Mapping[str, Any]) -> Event | None:
        """Return the event of a record, None if it has none."""

    def state(self) -> dict[str, Any]:
        """Return the state needed to continue after the records so far, as JSON data."""


class EventSource(Protocol):
    """A client that writes its sessions as JSON lines."""

    NAME: str

    def place(self) -> Path | None:
        """Return the folder of its sessions, None without a home folder."""

    def files(self, project: Path | None) -> Iterator[SourceFile]:
        """Yield the files of all sessions, or only those of ``project`` if the files show it."""

    def reader(self, found: SourceFile, state: Mapping[str, Any]) -> Reader:
        """Return a reader for a file; ``state`` is the state of a previous reader."""


def home(*variables: str, default: str) -> Path | None:
    """Return the folder in the first variable with a value, else ``default`` in the home folder; None without one."""
    for variable in variables:
        value = os.environ.get(variable, "").split(",")[0].strip()
        if value:
            return Path(value)
    own = os.environ.get("HOME") or os.environ.get("USERPROFILE")
    return Path(own) / default if own else None


def below(folder: Path | None, pattern: str) -> Iterator[SourceFile]:
    """Yield the files of ``folder`` that match a glob pattern, sorted; nothing if the folder does not exist."""
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob(pattern)):
            yield SourceFile(path, folder)


def text(record: Mapping[str, Any], *names: str) -> Any:
    """Return the value at a path of keys in a record, None if there is none."""
    value: Any = record
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
