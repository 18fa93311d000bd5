"""Recovery: undo an interrupted transaction from the journal written before it began.

Undoing is idempotent: if it is killed, the next start repeats it. The caller must hold the lock.
"""

import itertools
import stat
from collections.abc import Iterable
from typing import NamedTuple

from gsdc.filesystem.place import PRIVATE_FILE, PRIVATE_FOLDER, Place
from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span
from gsdc.transaction import record as records
from gsdc.transaction.change import Image
from gsdc.transaction.disk import DISK, Disk
from gsdc.transaction.places import RecordPlaces
from gsdc.transaction.record import File, Record, Stored
from gsdc.transaction.store import Store, kept_at

INTERRUPTED = Diagnostic(
    "DP008",
    "interrupted-change",
    Severity.WARNING,
    """A change was interrupted, and has been undone.

    ## Why is this bad?
    Run it again if it is still wanted. A file that somebody has edited since is left as it is, and its former content
    is in .gsdc/kept (design, "apply": recovery after a kill at any instant).

    ## No example
    It takes a process that dies.
    """,
)


FOREIGN_PENDING = Diagnostic(
    "DP013",
    "foreign-pending",
    Severity.ERROR,
    """A change that was interrupted was begun in another folder.

    ## Why is this bad?
    Every command of gsdc undoes what is pending. One that came with somebody else's repository could put files where
    nobody expects them (design, "apply": recovery after a kill at any instant). Nothing is changed.

    ## No example
    It takes a process that dies.
    """,
)


class Recovery(NamedTuple):
    """The result of undoing a transaction: its record, and the files left unchanged because they were edited.

    ``kept`` maps each of those files to the copy of its former content, "" if the file did not exist.
    """

    record: Record
    kept: dict[str, str]

    @property
    def finding(self) -> Finding:
        """The finding that reports the recovery."""
        number, kind = self.record.number, self.record.header.kind
        notes = tuple(
            f'"{path}" was edited since: left as it is, '
            + (f'the old content is in "{copy}"' if copy else "it did not exist before")
            for path, copy in self.kept.items()
        )
        message = f"{kind} {number} was interrupted, and has been undone: your files are as they were before it"
        help_ = "run that command again if it is still wanted"
        return INTERRUPTED.at(Span(".gsdc/pending", 0, 0), message, help_)._replace(notes=notes)


def recover(store: Store, disk: Disk = DISK, *, trusted: bool = False) -> Recovery | None:
    """Undo the transaction in ``.gsdc/pending``; return the result, None if there is none.

    Raises OSError on a disk error, and ``Rejected`` if the record is damaged, or was written in another folder and is
    not ``trusted``. It can then be called again.
    """
    if not store.pending.is_folder():
        return None
    record = records.read(store, store.pending)
    if record.place != store.place and not trusted:
        message = f"{record.header.kind} {record.number} was interrupted in another folder, so it is not undone here"
        help_ = (
            "look at .gsdc/pending; remove it, or, if you have moved the project, `gsdc rollback --pending` undoes it"
        )
        raise Rejected(FOREIGN_PENDING.at(Span(".gsdc/pending", 0, 0), message, help_))
    files = record.files()
    where = RecordPlaces(store)
    places = [where.at(file.path) for file in files]
    for path, mode in record.emptied.items():
        disk.make_folder(where.at(path), mode)
    kept = {}
    for index, (file, place) in enumerate(zip(files, places, strict=True)):
        if not _restore(record, file, place, scratch_of(place, record.number, index), disk):
            before = _before(record, file)
            kept[file.path] = "" if before is None else keep(store, record.number, file.path, before, disk)
    for path in reversed(record.folders):
        disk.remove_folder(where.at(path))
    sync_folders(store, (*record.folders, *record.emptied), places, disk)
    store.discard(store.pending, disk)
    return Recovery(record, kept)


def scratch_of(place: Place, number: int, index: int) -> Place:
    """Return the temporary path, beside a file, for its new content."""
    return place.with_name(f".gsdc-{number:06}-{index:06}.tmp")


def sync_folders(store: Store, folders: Iterable[str], places: Iterable[Place], disk: Disk) -> None:
    """Sync every folder that contains, or contained, one of ``places`` or ``folders``."""
    touched = {place.parent for place in places} | {(store.root / path).parent for path in folders}
    for folder in sorted(touched):
        if folder.is_folder():  # the folder may be deleted
            disk.sync(folder)


def _restore(record: Record, file: File, place: Place, scratch: Place, disk: Disk) -> bool:
    """Restore the file's former content; return False if it was changed by anyone else since."""
    disk.remove(scratch)
    try:
        current = disk.read(place)
    except OSError:
        status = place.status()
        if status is not None and not stat.S_ISREG(status.st_mode):
            return False  # another file was put there
        raise
    if not _is(current, file.after):
        return _is(current, file.before)
    before = _before(record, file)
    if current == before:
        return True
    if before is None:
        disk.remove(place)
        return True
    if not place.parent.is_folder():
        return False  # the folder of a file that the transaction removed was deleted
    disk.write(scratch, before, place)
    disk.sync(scratch)
    disk.replace(scratch, place)
    return True


def _before(record: Record, file: File) -> Image | None:
    return None if file.before is None else record.image(file.before)


def _is(current: Image | None, stored: Stored | None) -> bool:
    """Tell whether a file has the recorded content, whatever its mode."""
    if current is None or stored is None:
        return current is None and stored is None
    return current.digest == stored.digest


def keep(store: Store, number: int, path: str, image: Image, disk: Disk = DISK) -> str:
    """Copy a file into ``.gsdc/kept``, if it is not there yet, and return the copy's path; no other file is replaced.

    Raises OSError on a disk error.
    """
    place = store.root / kept_copy(store, number, path, image, disk)
    if place.status() is None:
        for depth in range(len(store.kept.parts), len(place.parts)):
            disk.make_folder(place._replace(parts=place.parts[:depth]), PRIVATE_FOLDER)
        disk.write(place, image._replace(mode=PRIVATE_FILE))
        disk.sync(place)
    return str(place)


def kept_copy(store: Store, number: int, path: str, image: Image, disk: Disk = DISK) -> str:
    """Return the place, relative to the project, of the copy of ``image``: the first that has it or is free.

    An interrupted change of the same number may have left a copy of another content. Raises OSError on a disk error.
    """
    for count in itertools.count(1):
        copy = kept_at(number, path, count)
        place = store.root / copy
        if place.status() is None:
            return copy
        there = disk.read(place)
        if there is not None and there.content == image.content:
            return copy
    raise AssertionError
