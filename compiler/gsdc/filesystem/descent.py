"""The way from a root folder to the folder that a place is in: through no symbolic link.

Each folder is opened relative to the one above it, so that a folder that is replaced by a link between a check and its
use is refused as well. Windows has no descriptors of folders: there, the folders on the way are checked by path.
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
# To go through a folder takes no permission to list it; not every system can open it for that alone.
THROUGH: Final[int] = getattr(os, "O_PATH", getattr(os, "O_SEARCH", os.O_RDONLY)) | FOLDER
_JUNCTION: Final = 0xA0000003  # Windows: IO_REPARSE_TAG_MOUNT_POINT

Parts = tuple[str, ...]


class OpenRoot(Protocol):
    """The root folder; see ``place.Root``."""

    path: Path

    def opened(self, opened: list[int]) -> int:
        """Return the descriptor of the folder, which is one of ``opened`` where it has to be closed."""


@contextmanager
def reached(root: OpenRoot, parts: Parts) -> Iterator[tuple[str, int | None]]:
    """Open the folder that the path ``parts`` below ``root`` is in.

    Yields the name for a call, and the descriptor that it is relative to. Raises ``Rejected`` for a symbolic link on
    the way, and OSError as the system does.
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
    """Raise ``Rejected`` where the folder ``parts``, which has ``status``, is a symbolic link."""
    if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION:
        shown = "/".join(parts)
        message = f'"{shown}" is a symbolic link, and gsdc does not write through links'
        raise Rejected(OUTSIDE.at(Span(shown, 0, 0), message, "replace the link by a real folder"))


def _open_folders(root: OpenRoot, parts: Parts, opened: list[int]) -> int:
    """Return the descriptor of the folder that the path is in, the last of those ``opened`` on the way."""
    descriptor = root.opened(opened)
    for depth, name in enumerate(parts[:-1], 1):
        try:
            descriptor = os.open(name, THROUGH, dir_fd=descriptor)
        except NotADirectoryError:
            refuse_link(parts[:depth], os.stat(name, dir_fd=descriptor, follow_symlinks=False))
            raise
        except OSError as error:
            if error.errno == errno.ELOOP:  # as some systems say it
                refuse_link(parts[:depth], os.stat(name, dir_fd=descriptor, follow_symlinks=False))
            raise
        opened.append(descriptor)
    return descriptor


def _checked(root: OpenRoot, parts: Parts) -> str:
    """Return the whole path, after a look at each folder on the way."""
    for depth in range(1, len(parts)):
        with suppress(FileNotFoundError):
            refuse_link(parts[:depth], root.path.joinpath(*parts[:depth]).lstat())
    return str(root.path.joinpath(*parts))
