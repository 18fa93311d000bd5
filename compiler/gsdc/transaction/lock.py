"""The lock of a project: one process at a time changes files. The system releases it when that process ends."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final

from gsdc.filesystem.place import Place
from gsdc.finding import Diagnostic, LockedOut, Severity
from gsdc.source.span import Span
from gsdc.transaction.store import Store

_PAUSE: Final = 0.02  # seconds between two tries
_PATIENCE: Final = 0.2  # seconds: `is_held` takes the lock for an instant
_LONGEST: Final = 4_096  # bytes of a lock file that are read

LOCKED = Diagnostic(
    "DP003",
    "locked",
    Severity.ERROR,
    """Another process is changing the files of this project.

    ## Why is this bad?
    Two changes at once would leave a mixture of both (design, "apply": one transaction over all files). Nothing is
    changed by the one that comes second.

    ## No example
    It takes two processes at once.
    """,
)


@contextmanager
def locked(store: Store, command: str, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of ``store``, whose folder exists; wait for it up to ``wait`` seconds.

    Raises ``Rejected``, naming the holder, if the wait is too short, and if the lock cannot be opened.
    """
    end = time.monotonic() + max(wait, _PATIENCE)
    handle = _open(store.lock)
    try:
        try:
            while not (_try(handle) and _is_at(handle, store.lock)):
                if time.monotonic() >= end:
                    help_ = "try again later, or wait with --wait SECONDS"
                    raise LockedOut(LOCKED.at(Span(".gsdc/lock", 0, 0), _holder(store.lock), help_))
                time.sleep(_PAUSE)
                handle, old = _open(store.lock), handle
                os.close(old)
        except OSError as error:
            raise _unusable(error) from None
        note = {"command": command, "process": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        with suppress(OSError):  # the holder's name is informational: a full disk must not stop a rollback
            if os.fstat(handle).st_nlink == 1:  # a hard link may be any other file: do not write to it
                os.ftruncate(handle, 0)
                os.write(handle, json.dumps(note).encode())
        yield
    finally:
        os.close(handle)


def is_held(store: Store) -> str | None:
    """Describe the process that holds the lock of the project; None if no process does."""
    try:
        handle = store.lock.open(os.O_RDWR)
    except OSError:
        return None
    try:
        return None if _try(handle) else _holder(store.lock)
    finally:
        os.close(handle)


def _open(place: Place) -> int:
    try:
        return place.open(os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise _unusable(error) from None


def _unusable(error: OSError) -> LockedOut:
    message = f"the lock cannot be taken: {(error.strerror or str(error)).lower()}"
    return LockedOut(LOCKED.at(Span(".gsdc/lock", 0, 0), message, "make it writable"))


def _is_at(handle: int, place: Place) -> bool:
    """Tell whether the file is still at ``place``: a deleted lock file locks no process out."""
    status = place.status()
    return status is not None and os.path.samestat(os.fstat(handle), status)


def _try(handle: int) -> bool:
    """Try to take the lock; return whether it succeeded. Closing the handle releases it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _holder(place: Place) -> str:
    try:
        note = json.loads(place.read(_LONGEST) or b"")
        return f"{note['command']} (process {note['process']}) has been running here since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another gsdc process is running here"
