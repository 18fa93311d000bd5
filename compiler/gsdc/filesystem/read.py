"""Reads of the user's files: regular files only, inside a folder, up to a size limit.

The opened file is checked, not its path before opening: between the two, another process may replace a file by a link.
Nothing blocks: a pipe, a socket, a device and a folder raise at once.
"""

import errno
import os
import stat
import sys
from functools import cached_property
from pathlib import Path
from typing import Final

# A flag that a platform does not have is 0. Without O_NONBLOCK, opening a pipe waits for a writer.
_FLAGS: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT")
)
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_IS_LINK: Final = (errno.ELOOP, errno.EMLINK)  # the error of O_NOFOLLOW; on FreeBSD EMLINK
_CHUNK: Final = 1 << 16


class NotRegularError(OSError):
    """The opened path is not a regular file: a pipe, a socket or a device."""


class TooLargeError(OSError):
    """A file is larger than the limit."""


class OutsideError(OSError):
    """A symbolic link leads out of the folder that a file was to be read from."""


class Folder:
    """A folder that files are read from. It may itself be reached through a link: a person named it."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)

    def holds(self, real: str) -> bool:
        """Tell whether ``real``, a path without symbolic links, is this folder or is inside it."""
        return any(real == name or real.startswith(name.rstrip(os.sep) + os.sep) for name in self._names)

    @cached_property
    def _names(self) -> frozenset[str]:
        """The folder's path without links, from ``realpath`` and from the system: letters may differ in case."""
        names = {os.path.realpath(self.path)}
        try:
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError:  # a file in an unreadable folder may be readable; Windows opens no folders
            return frozenset(names)
        try:
            names.add(_location(handle, self.path))
        finally:
            os.close(handle)
        return frozenset(names)


def read(path: str | Path, limit: int, within: Folder | None = None) -> bytes:
    """Return the bytes of the regular file at ``path``, at most ``limit`` of them.

    Raises ``OutsideError`` if a link takes it out of the folder ``within``, ``NotRegularError``, ``IsADirectoryError``,
    ``TooLargeError``, and OSError or ValueError from the system.
    """
    handle, size = _open_regular(os.fspath(path), within)
    try:
        return _content(handle, os.fspath(path), size, limit)
    finally:
        os.close(handle)


def _open_regular(name: str, within: Folder | None) -> tuple[int, int]:
    """Return the descriptor and the size of a regular file."""
    handle = _open(name, within)
    try:
        status = os.fstat(handle)
        if within is not None and not within.holds(_location(handle, name)):
            raise OutsideError(errno.EXDEV, "it is outside the project", name)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError(errno.EINVAL, "it is not a regular file", name)
    except OSError:
        os.close(handle)
        raise
    return handle, status.st_size


def _open(name: str, within: Folder | None) -> int:
    try:
        return os.open(name, _FLAGS if within is None else _FLAGS | _NO_FOLLOW)
    except OSError as error:
        if within is None or error.errno not in _IS_LINK:
            raise _told(error, name) from None
    # Opening some devices has side effects: the target of a link is checked first.
    real = os.path.realpath(name, strict=True)
    if not within.holds(real):
        raise OutsideError(errno.EXDEV, "it is outside the project", name)
    try:
        return os.open(name, _FLAGS)
    except OSError as error:
        raise _told(error, name) from None


def _told(error: OSError, name: str) -> OSError:
    """Return the error, or a more specific one: a socket cannot be opened, and Windows opens no folder."""
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 - a path is a string throughout
    except (OSError, ValueError):
        return error
    if stat.S_ISDIR(mode):
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    return error if stat.S_ISREG(mode) else NotRegularError(errno.EINVAL, "it is not a regular file", name)


def _content(handle: int, name: str, size: int, limit: int) -> bytes:
    """Return the content of an open file; its size is only a hint, for it may grow, and is 0 below /proc."""
    pieces: list[bytes] = []
    length = 0
    while size <= limit and length <= limit:
        piece = os.read(handle, min(limit, max(size - length, _CHUNK)) + 1)
        if not piece:
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.append(piece)
        length += len(piece)
    raise TooLargeError(errno.EFBIG, f"it is larger than {limit} bytes", name)


def _location(handle: int, name: str) -> str:
    """Return the location of the open file ``handle``, opened by ``name``: its path without links.

    Raises ``OutsideError`` if it is unknown.
    """
    if sys.platform == "darwin":
        import fcntl

        return os.fsdecode(fcntl.fcntl(handle, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    try:
        return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115
    except OSError:  # there is no such file system here
        real = os.path.realpath(name)
        if not os.path.samestat(os.stat(real), os.fstat(handle)):  # noqa: PTH116
            raise OutsideError(errno.EXDEV, "it changed while it was opened", name) from None
        return real


def read_part(path: str | Path, start: int, limit: int, within: Folder | None = None) -> bytes:
    """Return at most ``limit`` bytes of the regular file at ``path``, starting at byte ``start``; none after its end.

    Raises the errors of ``read`` except ``TooLargeError``.
    """
    handle, _ = _open_regular(os.fspath(path), within)
    try:
        os.lseek(handle, start, os.SEEK_SET)
        pieces = []
        while limit > 0 and (piece := os.read(handle, limit)):
            pieces.append(piece)
            limit -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(handle)
