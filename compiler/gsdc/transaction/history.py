"""History: what was changed, one after the other; what of it is in effect; how long it is kept."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from gsdc.finding import Rejected
from gsdc.transaction.disk import DISK, Disk
from gsdc.transaction.record import File, Record, read
from gsdc.transaction.store import Store

KEPT: Final = 50  # records, where gsdc.yaml says nothing
ADOPT: Final = "adopt"  # the kind of a record that changed no file
LEAST_KEPT: Final = 10  # records that are never pruned


def history(store: Store) -> tuple[Record, ...]:
    """Return every change that was made, the oldest first. Raises ``Rejected`` where one cannot be read."""
    return tuple(_read(store, store.numbers()))


def _read(store: Store, numbers: Iterable[int]) -> Iterator[Record]:
    for number in numbers:
        try:
            yield read(store, store.record(number))
        except Rejected:
            if number in store.numbers():  # readers take no lock: another process may just have removed it
                raise


def in_effect(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the records that have not been rolled back, the oldest first, rollbacks left out.

    A rollback that was itself rolled back does not count: what it undid is in effect again.
    """
    return tuple(record for record in not_rolled_back(records) if not record.header.undoes)


def not_rolled_back(records: Iterable[Record]) -> tuple[Record, ...]:
    """Return the records, rollbacks among them, that no later one has rolled back, the oldest first."""
    undone: set[int] = set()
    found = []
    for record in sorted(records, reverse=True):
        if record.number not in undone:
            undone.update(record.header.undoes)
            found.append(record)
    return tuple(reversed(found))


class Installed(NamedTuple):
    """A file as it was last written, and by which record; ``first`` is the oldest record in effect that did."""

    record: Record
    file: File
    first: Record
    first_file: File


def installed(records: Iterable[Record]) -> dict[str, Installed]:
    """Return what the records in effect have installed, by path; files that they removed are left out."""
    found: dict[str, Installed] = {}
    for record in in_effect(records):
        for file in record.files():
            known = found.pop(file.path, None)
            if file.after is not None:
                first = (known.first, known.first_file) if known else (record, file)
                found[file.path] = Installed(record, file, *first)
    return found


def prune(store: Store, keep: int = KEPT, disk: Disk = DISK) -> tuple[int, ...]:
    """Forget all but the last ``keep`` records, never one of the last ten; return their numbers.

    A record stays that alone knows who wrote a file, last or first, and one that a kept rollback has rolled back: it is
    in effect again when that rollback is rolled back. Raises OSError where the disk refuses, and ``Rejected``
    where a record cannot be read; what is left is complete.
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
