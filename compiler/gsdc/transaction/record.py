"""The record of a transaction: its purpose, the changed files, and all their bytes before and after.

A folder contains ``record.json`` (the header), ``files.json`` (one entry per file) and ``images`` (the contents
concatenated, each once). During the transaction it is the journal; afterwards it is history.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, Final, NamedTuple

from gsdc.filesystem.place import PRIVATE_FILE, PRIVATE_FOLDER, Place
from gsdc.policy.ref import NOTHING
from gsdc.source.key_document import Key
from gsdc.transaction.change import Change, Image, targets_of
from gsdc.transaction.disk import DISK, LARGEST, Disk
from gsdc.transaction.places import RecordPlaces
from gsdc.transaction.record_files import FILES, HEADER, IMAGES, damaged
from gsdc.transaction.store import Store

FORMAT: Final = 1
MODES: Final = 0o7777  # all bits of permissions


class RecordHeader(NamedTuple):
    """The purpose of a transaction.

    ``kind`` is "apply", "adopt", "rollback", "override" or "models"; ``time`` is UTC, in ISO format. ``profile``,
    ``workflow``, ``fleets``, ``zone`` and ``policy`` (a digest) identify the compiled policy, "" if there is none.
    ``before`` is the profile that ran until then. ``stage`` is the percentage of agents cut over; ``before_workflow``
    is the workflow of the others. ``despite`` are the waived gates; ``undoes`` are the numbers of the records rolled
    back.
    """

    kind: str
    time: str = ""
    who: str = ""
    reason: str = ""
    profile: str = ""
    before: str = ""
    workflow: str = ""
    fleets: tuple[str, ...] = ()
    zone: str = ""
    stage: int = 100
    before_workflow: str = ""
    policy: str = ""
    despite: tuple[str, ...] = ()
    undoes: tuple[int, ...] = ()


class Stored(NamedTuple):
    """An image stored in ``images``: SHA-256 of its content, permission bits, and its byte range."""

    digest: str
    mode: int
    offset: int
    size: int


Known = Mapping[str, tuple[Place, Stored]]
"""Contents that lie in the history: for each digest, in which file, and where in it."""


class File(NamedTuple):
    """The change of a transaction to one file; see ``Change``."""

    path: str
    before: Stored | None
    after: Stored | None
    ownership: str
    target: str
    keys: frozenset[Key] = frozenset()

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets that wrote it."""
        return targets_of(self.target)


class Record(NamedTuple):
    """A recorded transaction. ``folder`` is its folder; ``place`` is ``Store.place`` of its store.

    ``folders`` are the project folders that it created, ``emptied`` those that it removed because they became empty,
    with their permission bits. Each comes after its parent.
    """

    number: int
    header: RecordHeader
    folders: tuple[str, ...]
    emptied: Mapping[str, int]
    place: int
    folder: Place

    def files(self) -> tuple[File, ...]:
        """Return the changed files. Raises ``Rejected`` if they cannot be read."""
        return tuple(_file(self.folder, item) for item in _load(self.folder / FILES, list))

    @contextmanager
    def images(self) -> Iterator[Callable[[Stored], Image]]:
        """Open the contents; the yielded function reads an image.

        Both raise ``Rejected`` if a content cannot be read or its bytes differ from those written.
        """
        place = self.folder / IMAGES
        try:
            descriptor = place.open(os.O_RDONLY)
        except OSError as error:
            raise damaged(place, (error.strerror or str(error)).lower()) from None
        with os.fdopen(descriptor, "rb") as file:
            there = os.fstat(descriptor).st_size
            yield partial(_image, place, file, there)

    def image(self, stored: Stored) -> Image:
        """Return one image. Raises ``Rejected`` as ``images`` does."""
        with self.images() as image:
            return image(stored)


def _image(place: Place, file: BinaryIO, there: int, stored: Stored) -> Image:
    try:
        file.seek(min(stored.offset, there))
        content = file.read(min(stored.size, there, LARGEST))
    except OSError as error:
        raise damaged(place, (error.strerror or str(error)).lower()) from None
    image = Image(content, stored.mode)
    if image.digest != stored.digest:
        raise damaged(place, "its content is not what gsdc wrote")
    return image


def write(record: Record, changes: Collection[Change], disk: Disk, known: Known = NOTHING) -> None:
    """Write a record into its new folder and flush it. Raises OSError on a disk error.

    If one file of an older record contains all contents, as for a rollback, it is hard-linked.
    """
    disk.make_folder(record.folder, PRIVATE_FOLDER)
    offsets = _linked(record.folder / IMAGES, changes, disk, known)
    contents = None if offsets else _joined(changes, offsets)

    def place(image: Image | None) -> dict[str, Any] | None:
        if image is None:
            return None
        offset = offsets[image.digest]
        return {"sha256": image.digest, "mode": image.mode, "offset": offset, "size": len(image.content)}

    files = [
        {
            "path": change.path,
            "owns": change.ownership,
            "target": change.target,
            "keys": sorted(change.keys),
            "before": place(change.before),
            "after": place(change.after),
        }
        for change in changes
    ]
    head = {"format": FORMAT, **record._asdict(), **record.header._asdict()}
    del head["header"], head["folder"]
    texts = {HEADER: json.dumps(head, indent=2).encode(), FILES: json.dumps(files).encode()}
    if contents is not None:
        texts[IMAGES] = contents
    for name, content in texts.items():
        disk.write(record.folder / name, Image(content, PRIVATE_FILE))
        disk.sync(record.folder / name)
    disk.sync(record.folder)


def _joined(changes: Iterable[Change], offsets: dict[str, int]) -> bytes:
    """Return all contents of ``changes`` concatenated, each once; store the start of each in ``offsets``."""
    contents: list[bytes] = []
    end = 0
    for change in changes:
        for image in (change.before, change.after):
            if image is not None and image.digest not in offsets:
                offsets[image.digest] = end
                contents.append(image.content)
                end += len(image.content)
    return b"".join(contents)


def _linked(target: Place, changes: Iterable[Change], disk: Disk, known: Known) -> dict[str, int]:
    """Link ``target`` to a file with all contents; return the start of each, nothing if there is no such file."""
    needed = {image.digest for change in changes for image in (change.before, change.after) if image is not None}
    found = {digest: known[digest] for digest in needed if digest in known}
    sources = {source for source, _ in found.values()}
    if len(found) < len(needed) or len(sources) != 1:
        return {}
    try:
        disk.link(sources.pop(), target)
    except OSError:  # not every file system has hard links; a full disk fails again later
        return {}
    return {digest: stored.offset for digest, (_, stored) in found.items()}


def read(store: Store, folder: Place) -> Record:
    """Return the record in ``folder``. Raises ``Rejected`` if it cannot be read or is not a gsdc record."""
    data = _load(folder / HEADER, dict)
    try:
        if data.pop("format") != FORMAT:
            raise damaged(folder / HEADER, "it was written by another version of gsdc")
        number, place = data.pop("number"), data.pop("place")
        folders, emptied = tuple(data.pop("folders")), dict(data.pop("emptied"))
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        header = RecordHeader(**fields)
    except (KeyError, TypeError, ValueError):
        raise damaged(folder / HEADER, "it lacks required fields") from None
    typed = all(type(value) is type(RecordHeader._field_defaults.get(name, "")) for name, value in fields.items())
    if (
        not typed
        or type(number) is not int
        or type(place) is not int
        or not all(isinstance(name, str) for name in (*folders, *emptied))
        or not all(type(mode) is int and 0 <= mode <= MODES for mode in emptied.values())
    ):
        raise damaged(folder / HEADER, "it has unknown fields")
    if not all(type(number) is int for number in header.undoes) or not all(
        type(f) is str for f in (*header.fleets, *header.despite)
    ):
        raise damaged(folder / HEADER, "it has unknown fields")
    record = Record(number, header, folders, emptied, place, folder)
    places = RecordPlaces(store)
    for path in (*folders, *emptied):
        places.at(path)
    return record


def _load(path: Place, kind: type) -> Any:
    try:
        image = DISK.read(path)
        if image is None:
            raise damaged(path, "it is missing")
        data = json.loads(image.content)
    except OSError as error:
        raise damaged(path, (error.strerror or str(error)).lower()) from None
    except (ValueError, RecursionError):
        raise damaged(path, "it is not JSON") from None
    if not isinstance(data, kind):
        raise damaged(path, "it lacks required fields")
    return data


def _file(folder: Place, item: Mapping[str, Any]) -> File:
    try:
        path, ownership, target = item["path"], item["owns"], item["target"]
        before, after = (_stored(item[name]) for name in ("before", "after"))
        keys = frozenset(map(tuple, item["keys"]))
    except (KeyError, TypeError, ValueError):
        raise damaged(folder / FILES, "it lacks required fields") from None
    if not all(isinstance(value, str) for value in (path, ownership, target, *chain.from_iterable(keys))):
        raise damaged(folder / FILES, "it has unknown fields")
    return File(path, before, after, ownership, target, keys)


def _stored(item: Mapping[str, Any] | None) -> Stored | None:
    if item is None:
        return None
    digest, *numbers = (item[name] for name in ("sha256", "mode", "offset", "size"))
    if not isinstance(digest, str) or not all(type(number) is int and number >= 0 for number in numbers):
        raise ValueError
    mode, offset, size = numbers
    return Stored(digest, mode & MODES, offset, size)
