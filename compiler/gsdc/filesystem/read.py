"""Reads of the user's files: regular files only, inside a folder, and never more than a limit.

What is read is judged by what was opened, not by a look at its path before: between the two, somebody may put a link in
the place of a file. Nothing waits: a pipe, a socket, a device and a folder raise at once.
"""

import errno
import os
import stat
import sys
from functools import cached_property
from pathlib import Path
from typing import Final

# What a platform does not have is no flag there. Without O_NONBLOCK, opening a pipe waits for somebody to write.
_FLAGS: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT")
)
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_IS_LINK: Final = (errno.ELOOP, errno.EMLINK)  # what O_NOFOLLOW answers; FreeBSD says EMLINK
_CHUNK: Final = 1 << 16


class NotRegularError(OSError):
    """What was opened is no regular file: a pipe, a socket or a device."""


class TooLargeError(OSError):
    """A file has more bytes than the limit."""


class OutsideError(OSError):
    """A symbolic link leads out of the folder that a file was to be read from."""


class Folder:
    """A folder that files are read from. It may itself be reached through a link: a person named it."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)

    def holds(self, real: str) -> bool:
        """Tell whether ``real``, a path without symbolic links, is this folder or lies in it."""
        return any(real == name or real.startswith(name.rstrip(os.sep) + os.sep) for name in self._names)

    @cached_property
    def _names(self) -> frozenset[str]:
        """The folder's path without links, as ``realpath`` and as the system spells it: letters may differ in case."""
        names = {os.path.realpath(self.path)}
        try:
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError:  # it need not be readable for a file in it to be; Windows opens no folders
            return frozenset(names)
        try:
            names.add(_location(handle, self.path))
        finally:
            os.close(handle)
        return frozenset(names)


def read(path: str | Path, limit: int, within: Folder | None = None) -> bytes:
    """Return the bytes of the regular file at ``path``, of which there are at most ``limit``.

    Raises ``OutsideError`` where a link takes it out of the folder ``within``, ``NotRegularError``,
    ``IsADirectoryError``, ``TooLargeError``, and OSError or ValueError as the system does.
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
    # To open some devices does something: what a link leads to is looked at first.
    real = os.path.realpath(name, strict=True)
    if not within.holds(real):
        raise OutsideError(errno.EXDEV, "it is outside the project", name)
    try:
        return os.open(name, _FLAGS)
    except OSError as error:
        raise _told(error, name) from None


def _told(error: OSError, name: str) -> OSError:
    """Return the error, or a better one: a socket cannot be opened, and Windows opens no folder."""
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 - a path is a string throughout
    except (OSError, ValueError):
        return error
    if stat.S_ISDIR(mode):
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    return error if stat.S_ISREG(mode) else NotRegularError(errno.EINVAL, "it is not a regular file", name)


def _content(handle: int, name: str, size: int, limit: int) -> bytes:
    """Return what is in an open file; its size is no more than a hint, for it may grow, and is 0 below /proc."""
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
    """Return where the open file ``handle``, opened by ``name``, lies: its path without links.

    Raises ``OutsideError`` where that cannot be told.
    """
    if sys.platform == "darwin":
        import fcntl

        return os.fsdecode(fcntl.fcntl(handle, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
    try:
        return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115
    except OSError:  # no such file system here
        real = os.path.realpath(name)
        if not os.path.samestat(os.stat(real), os.fstat(handle)):  # noqa: PTH116
            raise OutsideError(errno.EXDEV, "it changed while it was opened", name) from None
        return real


def read_part(path: str | Path, start: int, limit: int, within: Folder | None = None) -> bytes:
    """Return at most ``limit`` bytes of the regular file at ``path``, from byte ``start`` on; none behind its end.

    Raises what ``read`` raises, but for ``TooLargeError``.
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
