"""The history: recorded changes in order, which of them are in effect, and how long they are kept."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from gsdc.finding import Rejected
from gsdc.transaction.disk import DISK, Disk
from gsdc.transaction.record import File, Record, read
from gsdc.transaction.store import Store

KEPT: Final = 50  # records, if gsdc.yaml sets no number
ADOPT: Final = "adopt"  # the kind of a record that changed no file
LEAST_KEPT: Final = 10  # records that are never pruned


def history(store: Store) -> tuple[Record, ...]:
    """Return every recorded change, oldest first. Raises ``Rejected`` if one cannot be read."""
    return tuple(_read(store, store.numbers()))


def _read(store: Store, numbers: Iterable[int]) -> Iterator[Record]:
    for number in numbers:
        try:
            yield read(store, store.record(number))
        except Rejected:
            if number in store.numbers():  # readers take no lock: another process may have removed it just now
                raise


def in_effect(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the records that were not rolled back, oldest first, without rollbacks.

    A rollback that was itself rolled back does not count: the changes it undid are in effect again.
    """
    return tuple(record for record in not_rolled_back(records) if not record.header.undoes)


def not_rolled_back(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the records, including rollbacks, that no later record rolled back, oldest first."""
    undone: set[int] = set()
    found = []
    for record in sorted(records, reverse=True):
        if record.number not in undone:
            undone.update(record.header.undoes)
            found.append(record)
    return tuple(reversed(found))


class Installed(NamedTuple):
    """A file as last written, and the record that wrote it; ``first`` is the oldest record in effect that wrote it."""

    record: Record
    file: File
    first: Record
    first_file: File


def installed(records: Iterable[Record]) -> dict[str, Installed]:
    """Return the files installed by the records in effect, by path, without files that they removed."""
    found: dict[str, Installed] = {}
    for record in in_effect(records):
        for file in record.files():
            known = found.pop(file.path, None)
            if file.after is not None:
                first = (known.first, known.first_file) if known else (record, file)
                found[file.path] = Installed(record, file, *first)
    return found


def prune(store: Store, keep: int = KEPT, disk: Disk = DISK) -> tuple[int, ...]:
    """Delete all but the last ``keep`` records, never one of the last ten; return the numbers deleted.

    A record is kept if it is the only one to show who wrote a file first or last, or if a kept rollback undid it:
    undoing that rollback restores it. Raises OSError on a disk error, and ``Rejected`` if a record cannot be read; the
    remaining history is complete.
    """
    numbers = store.numbers()
    surplus = numbers[: -max(keep, LEAST_KEPT)]
    if not surplus:
        return ()
    records = history(store)
    known = installed(records).values()
    needed = {number for file in known for number in (file.record.number, file.first.number)}
    needed.update(numbers[len(surplus) :])
    for record in reversed(records):
        if record.number in needed:
            needed.update(record.header.undoes)
    forgotten = tuple(number for number in surplus if number not in needed)
    for number in forgotten:
        store.discard(store.record(number), disk)
    return forgotten
