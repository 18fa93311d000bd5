"""The path from a root folder to the folder of a place, without following symbolic links.

Each folder is opened relative to its parent, so that a folder that is replaced by a link between a check and its use is
refused as well. Windows has no descriptors of folders: there, the folders on the path are checked by name.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from gsdc.finding import Rejected
from gsdc.source.span import Span
from gsdc.source.tree import OUTSIDE

BY_DESCRIPTOR: Final = {os.mkdir, os.open, os.rename, os.rmdir, os.stat, os.unlink} <= os.supports_dir_fd
NO_FOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)
FOLDER: Final[int] = getattr(os, "O_DIRECTORY", 0) | NO_FOLLOW
# Traversing a folder does not require permission to list it; not every system can open it only for that.
THROUGH: Final[int] = getattr(os, "O_PATH", getattr(os, "O_SEARCH", os.O_RDONLY)) | FOLDER
_JUNCTION: Final = 0xA0000003  # Windows: IO_REPARSE_TAG_MOUNT_POINT

Parts = tuple[str, ...]


class OpenRoot(Protocol):
    """The root folder; see ``place.Root``."""

    path: Path

    def opened(self, opened: list[int]) -> int:
        """Return the descriptor of the folder; it is in ``opened`` if it must be closed."""


@contextmanager
def reached(root: OpenRoot, parts: Parts) -> Iterator[tuple[str, int | None]]:
    """Open the folder that contains the path ``parts`` below ``root``.

    Yields the name for a call, and the descriptor that it is relative to. Raises ``Rejected`` for a symbolic link on
    the path, and OSError from the system.
    """
    opened: list[int] = []
    try:
        if BY_DESCRIPTOR:
            yield parts[-1] if parts else ".", _open_folders(root, parts, opened)
        else:
            yield _checked(root, parts), None
    except OSError as error:
        error.filename = "/".join(parts) or "."
        raise
    finally:
        for descriptor in opened:
            os.close(descriptor)


def refuse_link(parts: Parts, status: os.stat_result) -> None:
    """Raise ``Rejected`` if the folder ``parts``, which has ``status``, is a symbolic link."""
    if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION:
        shown = "/".join(parts)
        message = f'"{shown}" is a symbolic link, and gsdc does not write through links'
        raise Rejected(OUTSIDE.at(Span(shown, 0, 0), message, "replace the link by a real folder"))


def _open_folders(root: OpenRoot, parts: Parts, opened: list[int]) -> int:
    """Return the descriptor of the folder that contains the path, the last of those ``opened`` on the path."""
    descriptor = root.opened(opened)
    for depth, name in enumerate(parts[:-1], 1):
        try:
            descriptor = os.open(name, THROUGH, dir_fd=descriptor)
        except NotADirectoryError:
            refuse_link(parts[:depth], os.stat(name, dir_fd=descriptor, follow_symlinks=False))
            raise
        except OSError as error:
            if error.errno == errno.ELOOP:  # the error on some systems
                refuse_link(parts[:depth], os.stat(name, dir_fd=descriptor, follow_symlinks=False))
            raise
        opened.append(descriptor)
    return descriptor


def _checked(root: OpenRoot, parts: Parts) -> str:
    """Return the whole path, after checking each folder on it."""
    for depth in range(1, len(parts)):
        with suppress(FileNotFoundError):
            refuse_link(parts[:depth], root.path.joinpath(*parts[:depth]).lstat())
    return str(root.path.joinpath(*parts))
