"""One folder, replaced as a whole or not at all."""

import os
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Final

from gsdc.filesystem.file import beside
from gsdc.filesystem.place import PRIVATE_FILE, PRIVATE_FOLDER, Place
from gsdc.finding import Rejected

_NEW_FILE: Final = 0o666  # less the bits of the umask


def unlisted(folder: Place, listed: Collection[str]) -> str | None:
    """Return the path, in ``folder``, of an entry that is not one of the files ``listed``; None if there is none.

    Empty folders are ignored. Raises OSError if the folder cannot be read.
    """
    depth = len(folder.parts)
    for place, status in folder.below():
        path = "/".join(place.parts[depth:])
        if not stat.S_ISDIR(status.st_mode) and not (path in listed and stat.S_ISREG(status.st_mode)):
            return path
    return None


def replace_folder(
    folder: Place, files: Mapping[str, bytes], listed: Collection[str], *, private: bool = False
) -> str | None:
    """Replace the content of ``folder`` by ``files``: write a complete folder next to it, then rename twice.

    Returns None; or the path of an entry that is not one of the files ``listed``, with nothing changed. If ``private``,
    it is accessible to its owner only. Raises OSError if the disk refuses; the old folder then still exists.
    """
    folder.parent.make_folders()
    scratch = beside(folder)
    scratch.make_folder(PRIVATE_FOLDER)
    new, old = scratch / "new", scratch / "old"
    try:
        _fill(new, files, private=private)
        if folder.is_folder():
            folder.rename(old)
            found = unlisted(old, listed)  # again: something may have been added since the check
            if found is not None:
                return found
        new.rename(folder)
    finally:
        if old.is_folder() and folder.status() is None:
            old.rename(folder)
        with suppress(OSError, Rejected):
            scratch.remove_tree()
    return None


def _fill(folder: Place, files: Mapping[str, bytes], *, private: bool) -> None:
    mode = PRIVATE_FOLDER if private else None
    folder.make_folder(mode)
    for path, content in files.items():
        place = folder / path
        place.parent.make_folders(mode)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(place.open(flags, PRIVATE_FILE if private else _NEW_FILE), "wb") as file:
            file.write(content)
