"""Exclusive access to a project's files: hold its lock and undo an interrupted transaction first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gsdc.finding import ChangeFailed, Rejected
from gsdc.source.span import Span
from gsdc.transaction.commit import FAILED
from gsdc.transaction.disk import DISK, Disk
from gsdc.transaction.lock import locked
from gsdc.transaction.preflight import UNWRITABLE_PLACE, reason
from gsdc.transaction.recovery import Recovery, recover
from gsdc.transaction.store import FOLDER, Store


class OpenStore(NamedTuple):
    """The store of a project whose lock is held, and the recovery that was done first."""

    store: Store
    recovery: Recovery | None


@contextmanager
def exclusive_session(
    root: Path, command: str, wait: float = 0.0, disk: Disk = DISK, *, trusted: bool = False
) -> Iterator[OpenStore]:
    """Hold the lock of the project in ``root`` for ``command``; wait for it up to ``wait`` seconds.

    Raises ``Rejected`` if another process holds the lock, if the store cannot be used, or if the pending transaction
    cannot be undone. A transaction begun in another folder is undone only if that folder is ``trusted``.
    """
    store = Store(root)
    try:
        store.prepare(disk)
    except OSError as error:
        message = f"gsdc cannot keep its history: {reason(error)}"
        raise Rejected(UNWRITABLE_PLACE.at(Span(FOLDER, 0, 0), message, "make the folder writable")) from None
    with store.root.held(), locked(store, command, wait):
        try:
            recovery = recover(store, disk, trusted=trusted)
        except OSError as error:
            message = f"an interrupted change cannot be undone yet: {reason(error)}"
            help_ = "fix this; the next gsdc command undoes it"
            raise ChangeFailed(FAILED.at(Span(".gsdc/pending", 0, 0), message, help_)) from None
        yield OpenStore(store, recovery)
