"""Rollback: undo changes, newest first, from the recorded former contents."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from gsdc.deploy.edits import EDITED, OVERWRITE
from gsdc.deploy.policy_after import errors_after
from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.ownership.registry import ownership
from gsdc.source.span import Argument, Span
from gsdc.targets.modules import emitter
from gsdc.targets.registry import compiled_targets
from gsdc.transaction.change import Change, Image
from gsdc.transaction.commit import commit
from gsdc.transaction.disk import DISK, Disk
from gsdc.transaction.history import ADOPT, in_effect, not_rolled_back
from gsdc.transaction.places import RecordPlaces
from gsdc.transaction.preflight import expect_last, reason, unwritable
from gsdc.transaction.record import File, Known, Record, RecordHeader
from gsdc.transaction.record_files import IMAGES
from gsdc.transaction.store import Store

if TYPE_CHECKING:
    from gsdc.filesystem.place import Place
    from gsdc.transaction.record import Stored

NOT_IN_EFFECT = Diagnostic(
    "DP011",
    "not-in-effect",
    Severity.ERROR,
    """The change to roll back does not exist.

    ## Why is this bad?
    It was never made, is no longer in the history, or was rolled back already (seed 002, "Escape Hatches":
    rollback). Nothing is changed.

    ## No example
    It takes a history; `gsdc history` lists what is in effect.
    """,
)

# The places of findings: the argument that was used, or the command if none was.
_TO: Final = Argument("--to")
_ID: Final = Argument("ID")
_COMMAND: Final = Argument("rollback")


class Undoing(NamedTuple):
    """A rollback: the records to roll back, the file changes, and the findings that prevent it.

    ``edited`` contains, for each file whose manual edit would be lost, a change from the written to the current
    content. ``last`` is the newest record of the history; ``known`` are the images in the records. ``errors`` are those
    of the policy after a rollback that is forced.
    """

    records: tuple[Record, ...]
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    edited: tuple[Change, ...]
    last: int
    known: Known
    errors: tuple[Finding, ...] = ()


def chosen(records: Iterable[Record], number: int | None = None, to: int | None = None) -> tuple[Record, ...]:
    """Return the records to roll back, newest first: the last in effect, ``number``, or all records after ``to``.

    ``number`` may be a rollback, which is then rolled back itself. Rollbacks after ``to`` are rolled back too: the
    files are then as they were after that change. Raises ``Rejected`` if there is no such record.
    """
    known = {record.number: record for record in records}
    if to is not None:
        if to > max(known, default=0):
            raise Rejected(_missing(known, to, _TO))
        _expect_all_after(known, to, _TO)
        kept = [record for record in known.values() if record.number <= to]
        later = sorted((record for record in known.values() if record.number > to), reverse=True)
        return () if in_effect(kept) == in_effect(known.values()) else tuple(later)
    if number is None:
        last = tuple(record for record in in_effect(known.values()) if record.header.kind != ADOPT)[-1:]
        for record in last:
            _expect_all_after(known, record.number, _COMMAND)
        return last
    undone = {one for record in not_rolled_back(known.values()) for one in record.header.undoes}
    if number not in known or number in undone:
        raise Rejected(_missing(known, number, _ID))
    return (known[number],)


def _expect_all_after(known: Mapping[int, Record], number: int, place: Argument) -> None:
    """Raise ``Rejected`` at ``place`` if a change after ``number`` was pruned: it cannot be rolled back."""
    missing = [one for one in range(number + 1, max(known, default=0)) if one not in known]
    if missing:
        message = f"changes after {number} were forgotten, the last of them {missing[-1]}"
        help_ = f"go back as far as `--to {missing[-1]}`; `history: {{keep: 50}}` in gsdc.yaml keeps more"
        raise Rejected(NOT_IN_EFFECT.at(Span(place, 0, 0), message, help_))


def _missing(known: dict[int, Record], number: int, place: Argument) -> Finding:
    by = next((record.number for record in not_rolled_back(known.values()) if number in record.header.undoes), None)
    why = f"was rolled back by {by}" if by and number in known else "is not in the history"
    return NOT_IN_EFFECT.at(Span(place, 0, 0), f"change {number} {why}", "`gsdc history` lists what is in effect")


def later_writers(records: Iterable[Record], wanted: Iterable[Record]) -> tuple[int, ...]:
    """Return the later changes in effect that wrote to the same files as ``wanted`` and are not among them."""
    taken = tuple(wanted)
    numbers = {record.number for record in taken}
    paths = {file.path for record in taken for file in record.files()}
    later = (one for one in in_effect(records) if one.number > min(numbers) and one.number not in numbers)
    return tuple(one.number for one in later if any(file.path in paths for file in one.files()))


def undo(store: Store, records: Iterable[Record], last: int, *, force: bool = False) -> Undoing:
    """Compute the rollback of ``records``, newest first. Raises ``Rejected`` if one cannot be read.

    ``last`` is the newest record of the history from which they were selected.

    A file without manual edits gets its exact former bytes and mode. Edits elsewhere in the file are kept; an edit that
    conflicts, or without which the policy would be valid, is a finding, unless ``force``.
    """
    wanted = tuple(records)
    found = _Undone(RecordPlaces(store), wanted, force=force)
    for record in wanted:
        with record.images() as image:
            for file in record.files():
                found.revert(record, file, image)
    errors = errors_after(store.tree, found.changes())
    if force and errors:
        found.drop_edits()
        errors = errors_after(store.tree, found.changes())
    findings = tuple(found.findings) if force else (*found.findings, *errors)
    edited = tuple(found.conflicts.values())
    return Undoing(wanted, found.changes(), findings, edited, last, found.known, errors)


class _Undone:
    """The files of a project with the changes of ``records`` undone, one record at a time.

    ``conflicts`` are the edits that would be lost, by path; each is one of the ``findings``, unless ``force``.
    """

    def __init__(self, places: RecordPlaces, records: tuple[Record, ...], *, force: bool) -> None:
        self.findings: list[Finding] = []
        self.conflicts: dict[str, Change] = {}
        self.known: dict[str, tuple[Place, Stored]] = {}
        self._places = places
        self._records = records
        self._force = force
        self._owners: dict[str, File] = {}  # the newest record's entry of each file
        self._before: dict[str, Image | None] = {}
        self._after: dict[str, Image | None] = {}
        self._newer: dict[str, tuple[Record, File]] = {}  # the last reverted entry of each file

    def revert(self, record: Record, file: File, image: "Callable[[Stored], Image]") -> None:
        """Undo the change of ``record`` to ``file``; ``image`` reads a content of the record."""
        path = file.path
        stored = filter(None, (file.before, file.after))
        self.known.update((one.digest, (record.folder / IMAGES, one)) for one in stored)
        if path not in self._before:
            self._owners[path] = file
            self._before[path] = self._after[path] = _current(self._places, path)
        old = None if file.before is None else image(file.before)
        result = _undone(record, file, old, self._after[path])
        if isinstance(result, Finding):
            written = None if file.after is None else image(file.after)
            self.conflicts.setdefault(path, Change(path, written, self._after[path], file.ownership, file.target))
            if not self._force:
                self.findings.append(self._replaced_edit(record, file) or result)
            self._after[path] = _with_mode(old, self._after[path])
        else:
            self._after[path] = result.image
        self._newer[path] = record, file

    def drop_edits(self) -> None:
        """Give gsdc.yaml and models.yaml their former contents, without the edits that were kept in them."""
        for path, current in self._before.items():
            record, file = self._newer[path]
            old = None if file.before is None else _with_mode(record.image(file.before), current)
            if not file.ownership and self._after[path] != old:
                self.conflicts.setdefault(path, Change(path, old, self._after[path]))
                self._after[path] = old

    def _replaced_edit(self, record: Record, file: File) -> Finding | None:
        """Return the finding that the change after ``record`` replaced an edit: the file no longer contains it."""
        newer, next_file = self._newer.get(file.path, (None, file))
        if newer is None or not _replaces_edit(record, file, newer, next_file):
            return None
        first, last = self._records[0].number, self._records[-1].number
        restore = f"rollback {first}" if newer.number == first else f"rollback --to {newer.number - 1}"
        message = f'"{file.path}" was edited by hand before change {newer.number}, which replaced that edit (--force)'
        help_ = f"`gsdc {restore}` restores the edit; --force goes back to the state before change {last} without it"
        return EDITED.at(Span(file.path, 0, 0), message, help_, ("a further rollback would lose the edit",))

    def changes(self) -> tuple[Change, ...]:
        """Return the file changes, sorted by path."""
        return tuple(
            Change(path, before, self._after[path], self._owners[path].ownership, self._owners[path].target)
            for path, before in sorted(self._before.items(), key=lambda item: item[0])
            if before != self._after[path]
        )


def _current(places: RecordPlaces, path: str) -> Image | None:
    try:
        return DISK.read(places.at(path))
    except OSError as error:
        raise Rejected(unwritable(path, reason(error))) from None


class _Result(NamedTuple):
    image: Image | None


def _undone(record: Record, file: File, old: Image | None, current: Image | None) -> _Result | Finding:
    """Return a file with the change of ``record`` undone; a finding if a manual edit would be lost."""
    written, digest = file.after, None if current is None else current.digest
    if digest == (None if written is None else written.digest):
        return _Result(_with_mode(old, current))
    if digest == (None if old is None else old.digest):
        return _Result(current)
    if current is not None and written is not None:
        result = _reverted(record, file, old, current)
        if result is not None:
            return result
    message = f'"{file.path}" was edited where change {record.number} wrote'
    return EDITED.at(Span(file.path, 0, 0), message, f"undo the edit, or {OVERWRITE}")


def _replaces_edit(record: Record, file: File, newer: Record, next_file: File) -> bool:
    """Tell whether ``newer`` overwrote an edit of what ``record`` wrote; both files have the same path."""
    written, edited, wanted = file.after, next_file.before, next_file.after
    if written is None or edited is None or written.digest == edited.digest:
        return False
    content = b"" if wanted is None else newer.image(wanted).content
    strategy = ownership(next_file.ownership)
    try:
        return any(strategy.edits(file.path, record.image(written).content, newer.image(edited).content, content))
    except Rejected:
        return False


def _with_mode(old: Image | None, current: Image | None) -> Image | None:
    """Return ``old`` with the file's current permissions: gsdc never changes them, but a person may have."""
    return old if old is None or current is None else old._replace(mode=current.mode)


def _reverted(record: Record, file: File, old: Image | None, current: Image) -> _Result | None:
    """Return an edited file without gsdc's part; None if the edit is inside that part."""
    assert file.after is not None
    written = record.image(file.after).content
    try:
        before = None if old is None else old.content
        found = ownership(file.ownership).revert(file.path, before, written, current.content)
        if found is not None and found.content is not None:
            for target in set(file.targets).intersection(compiled_targets()):
                emitter(target).read_back(file.path, found.content, ())  # check that the client can still read it
    except Rejected:
        return None
    if found is None:
        return None
    return _Result(None if found.content is None else current._replace(content=found.content))


def roll_back(store: Store, undoing: Undoing, header: RecordHeader, disk: Disk = DISK) -> Record:
    """Apply the changes of ``undoing``; copy edited files to ``.gsdc/kept`` first.

    The caller must hold the lock. Raises ``Rejected`` as ``commit`` does, and if the history changed since.
    """
    expect_last(store, undoing.last)
    made = {path: None for record in reversed(undoing.records) for path in record.folders}
    modes = {path: mode for record in undoing.records for path, mode in record.emptied.items()}
    lost = {edit.path for edit in undoing.edited}
    known = undoing.known
    return commit(store, header, undoing.changes, disk, emptied=tuple(made), modes=modes, kept=lost, known=known)
