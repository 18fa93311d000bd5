"""The interface of a source: the files of a client, and a reader that converts their records to events."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from gsdc.ledger.event import Event


class SourceFile(NamedTuple):
    """A file of a client: its path, and the folder that it may not lead out of."""

    path: Path
    within: Path


class Reader(Protocol):
    """Reads the records of one file, in their order."""

    def read(self, record: Mapping[str, Any]) -> Event | None:
        """Return the event that a record holds, None where it holds none."""

    def state(self) -> dict[str, Any]:
        """Return what has to be known of the records so far to go on reading behind them, as JSON data."""


class EventSource(Protocol):
    """A client that writes its sessions as JSON lines."""

    NAME: str

    def place(self) -> Path | None:
        """Return the folder of its sessions, None where there is no home folder."""

    def files(self, project: Path | None) -> Iterator[SourceFile]:
        """Yield the files of all sessions, or where that can be told only those of ``project``."""

    def reader(self, found: SourceFile, state: Mapping[str, Any]) -> Reader:
        """Return a reader for a file; ``state`` is what an earlier one has given."""


def home(*variables: str, default: str) -> Path | None:
    """Return the folder that the first variable with a value names, else ``default`` in the home; None without one."""
    for variable in variables:
        value = os.environ.get(variable, "").split(",")[0].strip()
        if value:
            return Path(value)
    own = os.environ.get("HOME") or os.environ.get("USERPROFILE")
    return Path(own) / default if own else None


def below(folder: Path | None, pattern: str) -> Iterator[SourceFile]:
    """Yield the files of ``folder`` that match a glob pattern, sorted; nothing where there is no such folder."""
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob(pattern)):
            yield SourceFile(path, folder)


def text(record: Mapping[str, Any], *names: str) -> Any:
    """Return what lies at a path of keys in a record, None where there is nothing."""
    value: Any = record
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
