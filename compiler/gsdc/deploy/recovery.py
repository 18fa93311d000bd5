"""Recovery: a transaction that was stopped is undone, from what was written down before it began.

Undoing repeats without harm: killed anywhere, it is done again at the next start. The lock has to be held.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from gsdc.deploy import record as records
from gsdc.deploy.change import Image
from gsdc.deploy.disk import DISK, Disk
from gsdc.deploy.record import File, Record, Stored, located
from gsdc.deploy.store import Store
from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.span import Span

INTERRUPTED = Diagnostic(
    "DP008",
    "interrupted-change",
    Severity.WARNING,
    """A change was interrupted, and has been undone.

    ## Why is this bad?
    It did not happen: run it again. A file that somebody has edited since is left as it is, and what it was before lies
    in .gsdc/kept (design, "apply": recovery after a kill at any instant).

    ## No example
    It takes a process that dies.
    """,
)


class Recovery(NamedTuple):
    """What undoing an interrupted transaction came to: its record, and the files left as somebody has edited them."""

    record: Record
    kept: tuple[str, ...]

    @property
    def finding(self) -> Finding:
        """What a person is told of it."""
        number, kind = self.record.number, self.record.header.kind
        notes = tuple(
            f'"{path}" was edited since: left as it is, .gsdc/kept/{number:06} holds it from before'
            for path in self.kept
        )
        message = f"{kind} {number} was interrupted, and has been undone: your files are as they were before it"
        return INTERRUPTED.at(Span(".gsdc/pending", 0, 0), message, "run the command again")._replace(notes=notes)


def recover(store: Store, disk: Disk = DISK) -> Recovery | None:
    """Undo the transaction that stands in ``.gsdc/pending``; return what came of it, None where there is none.

    Raises OSError where the disk refuses, and ``Rejected`` where the record is damaged; it can then be called again.
    """
    if not store.pending.is_dir():
        return None
    record = records.read(store, store.pending)
    files = record.files()
    places = [located(store, file.path) for file in files]
    for path in record.emptied:
        disk.make_folder(located(store, path))
    kept = []
    for index, (file, place) in enumerate(zip(files, places, strict=True)):
        if not _restore(store, record, file, place, scratch_of(place, record.number, index), disk):
            kept.append(file.path)
    for path in reversed(record.folders):
        disk.remove_folder(located(store, path))
    sync_folders(store, (*record.folders, *record.emptied), places, disk)
    store.discard(store.pending, disk)
    return Recovery(record, tuple(kept))


def scratch_of(place: Path, number: int, index: int) -> Path:
    """Return the place beside a file where its new content is written first."""
    return place.with_name(f".gsdc-{number:06}-{index:06}.tmp")


def sync_folders(store: Store, folders: Iterable[str], places: Iterable[Path], disk: Disk) -> None:
    """Have the names in every folder on the medium that holds, or held, one of ``places`` or ``folders``."""
    touched = {place.parent for place in places} | {(store.tree.root / path).parent for path in folders}
    for folder in sorted(touched):
        if folder.is_dir():  # it may be gone itself
            disk.sync(folder)


def _restore(store: Store, record: Record, file: File, place: Path, scratch: Path, disk: Disk) -> bool:
    """Give a file back what it was; tell whether nobody else has changed it since."""
    disk.remove(scratch)
    try:
        current = disk.read(place)
    except OSError:
        if place.is_file() and not place.is_symlink():
            raise
        current, edited = None, True
    else:
        edited = not (_is(current, file.before) or _is(current, file.after))
    if edited:
        if file.before is not None:
            keep(store, record.number, file.path, record.image(file.before), disk)
        return False
    if _is(current, file.before):
        return True
    if file.before is None:
        disk.remove(place)
        return True
    disk.write(scratch, record.image(file.before), place)
    disk.sync(scratch)
    disk.replace(scratch, place)
    return True


def _is(current: Image | None, stored: Stored | None) -> bool:
    if current is None or stored is None:
        return current is None and stored is None
    return current.digest == stored.digest


def keep(store: Store, number: int, path: str, image: Image, disk: Disk = DISK) -> str:
    """Put a copy of a file into ``.gsdc/kept`` and return its path there; what is there already stays.

    Raises OSError where the disk refuses.
    """
    folders = (store.kept / f"{number:06}{suffix}" for suffix in ("", *(f"-{count}" for count in range(2, 1_000))))
    place = next(folder / path for folder in folders if not os.path.lexists(folder / path))
    for above in reversed(place.relative_to(store.folder).parents[:-1]):
        disk.make_folder(store.folder / above)
    disk.write(place, image)
    disk.sync(place)
    return place.relative_to(store.tree.root).as_posix()
