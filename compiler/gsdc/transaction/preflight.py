"""Checks before a transaction: every file is unchanged, can be written, and contains no credential."""

import os
import stat
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from gsdc.filesystem.place import Place
from gsdc.finding import Diagnostic, Finding, Rejected, Severity, counted
from gsdc.source.span import Span
from gsdc.transaction.change import Change
from gsdc.transaction.disk import Disk, Stamp
from gsdc.transaction.exposed import exposed_by
from gsdc.transaction.places import RecordPlaces
from gsdc.transaction.recovery import scratch_of
from gsdc.transaction.store import FOLDER, Store

CHANGED_MEANWHILE = Diagnostic(
    "DP005",
    "changed-meanwhile",
    Severity.ERROR,
    """A file changed while the change was being prepared.

    ## Why is this bad?
    What somebody wrote in between would be lost (design, "What a person gets": the hash last written tells a person's
    edit from ours). Nothing is changed.

    ## No example
    It takes somebody who writes at the same time.
    """,
)
UNWRITABLE_PLACE = Diagnostic(
    "DP006",
    "unwritable-place",
    Severity.ERROR,
    """A file or its folder may not be written.

    ## Why is this bad?
    All files are changed, or none is (design, "apply"): one that is read-only, perhaps on purpose, stops the whole.
    Nothing is changed.

    ## No example
    Permissions cannot be written down in an example.
    """,
)


class PreflightStep(NamedTuple):
    """One change with its paths: the file, the temporary file for its new content, and the file's stamp."""

    change: Change
    place: Place
    scratch: Place
    stamp: Stamp | None


def steps_of(
    store: Store, number: int, changes: tuple[Change, ...], disk: Disk, known: Container[str] = ()
) -> tuple[PreflightStep, ...]:
    """Return the steps of a transaction; raise ``Rejected`` with every reason why a step is not possible."""
    findings: list[Finding] = []
    obstacles: dict[str, str] = {}
    steps: list[PreflightStep] = []
    places = RecordPlaces(store)
    for index, change in enumerate(changes):
        try:
            place = places.at(change.path)
            stamp, current = disk.stamp(place), disk.read(place)
            why = _obstacle(place, None if current is None else current.mode)
        except OSError as error:
            obstacles[change.path] = reason(error)
            continue
        steps.append(PreflightStep(change, place, scratch_of(place, number, index), stamp))
        if current != change.before:
            message = f'"{change.path}" was edited while this change was being prepared'
            findings.append(CHANGED_MEANWHILE.at(Span(change.path, 0, 0), message, "run the command again"))
            continue
        if why:
            obstacles[change.path] = why
        findings.extend(_secrets(change, known))
    findings.extend(all_unwritable(obstacles))
    if findings:
        raise Rejected(*findings)
    return tuple(steps)


def unwritable_files(store: Store, changes: Iterable[Change]) -> dict[str, str]:
    """Return the files of ``changes`` that cannot be changed now, each with the reason; nothing is written."""
    found: dict[str, str] = {}
    places = RecordPlaces(store)
    for change in changes:
        try:
            place = places.at(change.path)
            status = place.status()
            why = _obstacle(place, None if status is None else status.st_mode)
        except Rejected:  # not a path that gsdc writes: the transaction reports it
            continue
        except OSError as error:
            why = reason(error)
        if why:
            found[change.path] = why
    return found


def _obstacle(place: Place, mode: int | None) -> str:
    """Return why a file cannot be changed, "" if it can; ``mode`` is None if it does not exist."""
    if mode is not None and not mode & stat.S_IWUSR:
        return "it is read-only"
    if mode is not None and not place.is_allowed(os.W_OK):
        return "permission denied"
    folder = place.parent
    while folder.parts and folder.status() is None:
        folder = folder.parent
    if not folder.is_folder():
        return f'"{folder.name}" is not a folder'
    return "" if folder.is_allowed(os.W_OK | os.X_OK) else f'nothing may be written in the folder "{folder.name}"'


def _secrets(change: Change, known: Container[str]) -> Iterator[Finding]:
    """Yield a finding for each credential that would be copied into the history."""
    for found in exposed_by(change, known):
        note = "gsdc does not copy credentials into its history, and does not change files that it could not restore"
        yield found._replace(notes=(*found.notes, note))


def unwritable(path: str, why: str) -> Finding:
    """Return the finding that a file cannot be changed; ``why`` is the reason."""
    return UNWRITABLE_PLACE.at(Span(path, 0, 0), f'"{path}" cannot be changed: {why}', "make it writable")


def all_unwritable(obstacles: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each reason why files cannot be changed; ``obstacles`` gives it for each path."""
    by_reason: dict[str, list[str]] = {}
    for path, why in obstacles.items():
        by_reason.setdefault(why, []).append(path)
    for why, (path, *others) in by_reason.items():
        found = unwritable(path, why)
        if others:
            said = why.replace("it is ", "they are ", 1)
            message = f"{counted(len(others) + 1, 'file')} cannot be changed: {said}"
            related = tuple(Span(one, 0, 0) for one in others)
            found = found._replace(message=message, help="make them writable", related=related)
        yield found


def reason(error: OSError) -> str:
    """Return the system's error text, formatted for a message."""
    return (error.strerror or str(error)).lower()


def expect_last(store: Store, number: int) -> None:
    """Raise ``Rejected`` if ``number`` is no longer the newest record of the history."""
    if max(store.numbers(), default=0) != number:
        message = "another change was made while this one was being prepared"
        raise Rejected(CHANGED_MEANWHILE.at(Span(FOLDER, 0, 0), message, "run the command again"))
