"""One file, replaced as a whole or not at all."""

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from gsdc.filesystem.place import Place, Root, flush
from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Span

UNWRITABLE = Diagnostic(
    "IN005",
    "unwritable-file",
    Severity.ERROR,
    """A file cannot be written.

    ## Why is this bad?
    It is unchanged; other files of the same command may have been written.

    ## No example
    The permissions of a file, and the room on a disk, cannot be written down in one.
    """,
)

NEW_FILE: Final = 0o644  # the permission bits of a new file


def replace_file(place: Place, content: bytes, shown: str = "", *, mode: int = NEW_FILE) -> None:
    """Replace the content of the file at ``place``: write it beside the file, flush it to disk, then rename it.

    Its permission bits stay. A missing file is created, with ``mode`` and with its folders. Raises ``Rejected``, with
    the name ``shown``, if the disk or a permission refuses, or if there is something other than a file; that is
    unchanged then.
    """
    try:
        there = _mode(place)
        place.parent.make_folders()
        _replace(place, content, mode if there is None else there)
    except OSError as error:
        raise unwritable(shown or str(place), error) from None


def unwritable(shown: str, error: OSError) -> Rejected:
    """Return the rejection of a file that cannot be written, with the reason from the system."""
    message = f'"{shown}" cannot be written: {(error.strerror or str(error)).lower()}'
    return Rejected(UNWRITABLE.at(Span(shown, 0, 0), message, "check its permissions and the disk"))


def place_of(location: Path, folders: Iterable[Path], shown: str = "") -> Place:
    """Return the place of a file that a person named, or that is in a folder that they named.

    Its root is the first of ``folders`` that contains it, as written; else its own folder. A symbolic link is resolved.
    Raises ``Rejected``, with the name ``shown``, if it leads out of the root.
    """
    written = Path(os.path.abspath(location))  # noqa: PTH100 - no link is resolved yet
    for folder in folders:
        if folder.is_dir() and written.is_relative_to(os.path.abspath(folder)):  # noqa: PTH100
            return Root(folder).locate(location.absolute(), shown)
    return Root(location.parent).locate(location.name, shown)


def beside(place: Place) -> Place:
    """Return a unique place beside ``place``."""
    return place.with_name(f".{place.name}.{os.urandom(6).hex()}")


def _mode(place: Place) -> int | None:
    """Return the permission bits of the file at ``place``, None if there is none.

    Raises OSError if it may not be written, or is not a regular file.
    """
    status = place.status()
    if status is None:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(None, "it is not a regular file")
    if not place.is_allowed(os.W_OK):
        raise PermissionError(None, "permission denied")
    return stat.S_IMODE(status.st_mode)


def _replace(place: Place, content: bytes, mode: int) -> None:
    scratch = beside(place)
    try:
        with os.fdopen(scratch.open(os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
            file.write(content)
            file.flush()
            if sys.platform != "win32":
                os.fchmod(file.fileno(), mode)
            flush(file.fileno())
        scratch.rename(place)
    except BaseException:
        with suppress(OSError, Rejected):
            scratch.remove()
        raise
