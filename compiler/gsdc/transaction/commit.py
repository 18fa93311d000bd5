"""One transaction over all files: if it completes or is interrupted, the tree is either the new one or the old one.

1. The journal, with every byte before and after, is written to ``.gsdc/new`` and flushed, then renamed to
   ``.gsdc/pending``. This begins the transaction.
2. Every new content is written next to its file and flushed: if the disk is full, this step fails and all files are
   unchanged.
3. Each is renamed over its file. The folders are flushed.
4. ``.gsdc/pending`` is renamed into ``.gsdc/history``: this step completes the change.

A transaction in ``.gsdc/pending`` at the next start, or after an error, is undone from the journal. Undoing is
idempotent: if it is killed, it is repeated. The caller must hold the lock.

The seeds back up with ``cp config.json config.json.backup`` (seed 003, 1.1) and require recovery within minutes (seed
002, "Escape Hatches").
"""

import stat
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from pathlib import PurePosixPath

from gsdc.finding import ChangeFailed, Diagnostic, Rejected, Severity
from gsdc.policy.ref import NOTHING
from gsdc.source.span import Span
from gsdc.transaction import record as records
from gsdc.transaction.change import Change
from gsdc.transaction.disk import DISK, Disk
from gsdc.transaction.places import RecordPlaces
from gsdc.transaction.preflight import CHANGED_MEANWHILE, PreflightStep, reason, steps_of, unwritable
from gsdc.transaction.record import Known, Record, RecordHeader
from gsdc.transaction.recovery import keep, recover, sync_folders
from gsdc.transaction.store import FOLDER, Store

FAILED = Diagnostic(
    "DP007",
    "failed-change",
    Severity.ERROR,
    """A change failed in the middle and was rolled back, or could not be rolled back yet.

    ## Why is this bad?
    The disk is full or broken, or a permission is missing. The exit code is 3. What could not be rolled back is
    recorded in .gsdc/pending: the next gsdc command rolls it back (design, "apply": recovery after a kill at any
    instant).

    ## No example
    It takes a disk that fails.
    """,
)


def commit(  # long: its steps must run in order under one guard
    store: Store,
    header: RecordHeader,
    changes: Iterable[Change],
    disk: Disk = DISK,
    *,
    emptied: Iterable[str] = (),
    modes: Mapping[str, int] = NOTHING,
    kept: Container[str] = (),
    known: Known = NOTHING,
) -> Record:
    """Apply all ``changes`` or none, and return the record; folders ``emptied`` by them are removed too.

    Missing folders are created; ``modes`` are the permission bits of those that existed before.

    Replaced files among the paths ``kept`` are first copied to ``.gsdc/kept``. Contents with ``known`` digests are
    already in the history and are not checked for credentials again.

    Raises ``Rejected`` if a file differs from ``Change.before`` or cannot be written, if a credential would be copied
    into the history, or on a disk error. The tree is then unchanged, or the next start completes a pending undo.
    """
    wanted = tuple(changes)
    number = max(store.numbers(), default=0) + 1
    steps = steps_of(store, number, wanted, disk, known)
    try:
        removed = _permissions(store, emptied)
        record = Record(number, header, _missing_folders(store, wanted), removed, store.place, store.record(number))
    except OSError as error:
        raise Rejected(unwritable(_place(error).path, reason(error))) from None
    try:
        for change in wanted:
            if change.path in kept and change.before is not None:
                keep(store, number, change.path, change.before, disk)
        disk.remove_all(store.new)
        records.write(record._replace(folder=store.new), wanted, disk, known)
        disk.sync(store.folder)
        disk.replace(store.new, store.pending)
        disk.sync(store.folder)
        for path in record.folders:
            disk.make_folder(store.root / path, modes.get(path))
        _stage(steps, disk)
        _swap(steps, disk)
        for path in reversed(removed):
            disk.remove_folder(store.root / path)
        sync_folders(store, (*record.folders, *record.emptied), (step.place for step in steps), disk)
        disk.replace(store.pending, record.folder)
    except BaseException as error:
        _undo_after(store, error, disk)
        raise
    # The change is complete. If it is not on the medium when the power fails, it is undone as a whole.
    with suppress(OSError):
        disk.sync(store.history)
        disk.sync(store.folder)
    return record


def _undo_after(store: Store, error: BaseException, disk: Disk) -> None:
    """Undo the transaction that ``error`` interrupted; raise ``ChangeFailed`` if ``error`` is an OSError."""
    try:
        recovery = recover(store, disk)
        disk.remove_all(store.new)
    except (OSError, Rejected) as second:
        first = reason(error) if isinstance(error, OSError) else str(error)
        why = reason(second) if isinstance(second, OSError) else str(second)
        message = f"the change failed ({first}), and could not be undone yet ({why})"
        help_ = "fix this: the next gsdc command undoes it, or `gsdc rollback --pending` now"
        if isinstance(error, Exception):
            raise ChangeFailed(FAILED.at(_place(error), message, help_)) from None
        return
    if isinstance(error, OSError):
        message = f"the change failed and was rolled back: {reason(error)}"
        help_ = "your files are unchanged; fix this, and run the command again"
        notes = recovery.finding.notes if recovery else ()
        raise ChangeFailed(FAILED.at(_place(error), message, help_)._replace(notes=notes)) from None


def _place(error: Exception) -> Span:
    """Return the file that a system error refers to."""
    named = getattr(error, "filename", None)
    return Span(named if isinstance(named, str) else FOLDER, 0, 0)


def _permissions(store: Store, folders: Iterable[str]) -> dict[str, int]:
    """Return the permission bits of the existing folders."""
    places = RecordPlaces(store)
    found = {path: places.at(path).status() for path in folders}
    return {path: stat.S_IMODE(it.st_mode) for path, it in found.items() if it and stat.S_ISDIR(it.st_mode)}


def _missing_folders(store: Store, changes: tuple[Change, ...]) -> tuple[str, ...]:
    """Return the folders to create, each after its parent."""
    missing: dict[str, None] = {}
    for folder in {PurePosixPath(change.path).parent: None for change in changes if change.after is not None}:
        above = [path.as_posix() for path in (folder, *folder.parents) if path.parts]
        missing |= dict.fromkeys(path for path in reversed(above) if (store.root / path).status() is None)
    return tuple(missing)


def _stage(steps: Iterable[PreflightStep], disk: Disk) -> None:
    staged = []
    for change, place, scratch, _ in steps:
        if change.after is not None and change.after != change.before:
            disk.remove(scratch)
            disk.write(scratch, change.after, place)
            staged.append(scratch)
    # Write all files first, then flush: the system then writes many of them in one pass over its own journal.
    for scratch in staged:
        disk.sync(scratch)


def _swap(steps: Iterable[PreflightStep], disk: Disk) -> None:
    for change, place, scratch, stamp in steps:
        if disk.stamp(place) != stamp:
            message = f'"{change.path}" was changed by somebody else during this change'
            raise Rejected(CHANGED_MEANWHILE.at(Span(change.path, 0, 0), message, "run the command again"))
        if change.after is None:
            disk.remove(place)
        elif change.after != change.before:
            disk.replace(scratch, place)
