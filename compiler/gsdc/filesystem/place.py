"""Places below a root folder: every call that creates, replaces or deletes something is made here.

A path is walked from the root, folder by folder, and no symbolic link is followed; the call itself identifies the last
folder by its descriptor (``descent``).
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.filesystem import descent
from gsdc.filesystem.descent import FOLDER, NO_FOLLOW, THROUGH, reached, refuse_link
from gsdc.finding import Rejected
from gsdc.source.span import Span
from gsdc.source.tree import OUTSIDE
from gsdc.source.walk import DEEPEST

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700

_FILE: Final[int] = NO_FOLLOW | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)  # do not wait for a pipe


class Root:
    """A folder that a person named; ``path`` is its real path, with its own symbolic links resolved once."""

    def __init__(self, folder: Path) -> None:
        self.path = _resolved(folder, folder.as_posix())
        self._descriptor: int | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Root) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __truediv__(self, path: str) -> "Place":
        return Place(self, ()) / path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the folder open for many calls; otherwise each call opens it."""
        with suppress(OSError):  # the next call reports the error
            self._descriptor = os.open(self.path, THROUGH) if descent.BY_DESCRIPTOR else None
        try:
            yield
        finally:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)

    def opened(self, opened: list[int]) -> int:
        """Return the descriptor of the folder; it is in ``opened``, to be closed, if it is not kept open.

        Raises OSError if it cannot be opened.
        """
        if self._descriptor is not None:
            return self._descriptor
        opened.append(os.open(self.path, THROUGH))
        return opened[-1]

    def make(self) -> "Root":
        """Create the folder and its parents if missing; a person named it. Returns the root."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self

    def locate(self, path: Path | str, shown: str = "") -> "Place":
        """Return the place at ``path``, with symbolic links resolved; a relative path begins at the root.

        Raises ``Rejected``, with the name ``shown``, if it leads out of the root.
        """
        shown = shown or Path(path).as_posix()
        real = _resolved(self.path / path, shown)
        if not real.is_relative_to(self.path):
            message = f'"{shown}" leads out of the folder "{self.path.name}"'
            raise Rejected(OUTSIDE.at(Span(shown, 0, 0), message, "replace the link by a real file or folder"))
        return Place(self, real.relative_to(self.path).parts)


class Place(NamedTuple):
    """A path below ``root``, existing or not; as text, it is relative to the root.

    Every method raises ``Rejected`` if a folder on the path is a symbolic link, and OSError from the system.
    """

    root: Root
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(self.parts) or "."

    def __truediv__(self, path: str) -> "Place":
        parts = tuple(path.split("/"))
        if any(part in {"", ".", ".."} or "\0" in part for part in parts) or (os.sep != "/" and os.sep in path):
            message = f'"{path}" is not a path below "{self}"'
            raise Rejected(OUTSIDE.at(Span(path, 0, 0), message, "name a relative path with forward slashes"))
        return self._replace(parts=self.parts + parts)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.parts[-1]

    @property
    def parent(self) -> "Place":
        """The parent folder."""
        return self._replace(parts=self.parts[:-1])

    @property
    def location(self) -> Path:
        """The whole path, for messages and for other programs."""
        return self.root.path.joinpath(*self.parts)

    def with_name(self, name: str) -> "Place":
        """Return the place with the name ``name`` in the same folder."""
        return self.parent / name

    def status(self) -> os.stat_result | None:
        """Return the status of this place, of a symbolic link itself; None if it does not exist."""
        try:
            with reached(self.root, self.parts) as (name, folder):
                return os.stat(name, dir_fd=folder, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def is_folder(self) -> bool:
        """Tell whether this is a folder; a symbolic link to one is not."""
        status = self.status()
        return status is not None and stat.S_ISDIR(status.st_mode)

    def is_allowed(self, access: int) -> bool:
        """Tell whether this user has ``access``, as in ``os.access``, to this place."""
        with reached(self.root, self.parts) as (name, folder):
            return os.access(name, access, dir_fd=folder)

    def open(self, flags: int, mode: int = PRIVATE_FILE) -> int:
        """Return a descriptor of the regular file here, created with ``mode`` if ``flags`` request it.

        Raises OSError for anything else, such as a folder, a pipe or a symbolic link.
        """
        with reached(self.root, self.parts) as (name, folder):
            descriptor = os.open(name, flags | _FILE, mode, dir_fd=folder)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return descriptor
            os.close(descriptor)
            raise OSError(errno.EINVAL, "it is not a regular file")

    def read(self, limit: int) -> bytes | None:
        """Return the first ``limit`` bytes of the regular file here, None if it does not exist."""
        try:
            descriptor = self.open(os.O_RDONLY)
        except (FileNotFoundError, NotADirectoryError):
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read(limit)

    def make_folder(self, mode: int | None = None) -> None:
        """Create a folder if there is none; set its permission bits to ``mode``, if given."""
        with reached(self.root, self.parts) as (name, folder):
            try:
                os.mkdir(name, 0o777 if mode is None else PRIVATE_FOLDER, dir_fd=folder)
            except FileExistsError:
                there = os.stat(name, dir_fd=folder, follow_symlinks=False)
                refuse_link(self.parts, there)
                if not stat.S_ISDIR(there.st_mode):
                    raise
        if mode is not None and sys.platform != "win32":
            self._set_mode(mode)

    def make_folders(self, mode: int | None = None) -> None:
        """Create this folder, and its missing parents, with the permission bits ``mode``."""
        for depth in range(1, len(self.parts) + 1):
            folder = self._replace(parts=self.parts[:depth])
            if not folder.is_folder():
                folder.make_folder(mode)

    def rename(self, target: "Place") -> None:
        """Rename this to ``target``, in one step, whether a file exists there or not."""
        with reached(self.root, self.parts) as (name, folder), reached(target.root, target.parts) as (other, into):
            os.replace(name, other, src_dir_fd=folder, dst_dir_fd=into)

    def link(self, target: "Place") -> None:
        """Create a hard link to the file here; raises OSError also if the file system has no hard links."""
        with reached(self.root, self.parts) as (name, folder), reached(target.root, target.parts) as (other, into):
            if sys.platform == "win32":
                os.link(name, other)
            else:
                os.link(name, other, src_dir_fd=folder, dst_dir_fd=into, follow_symlinks=False)

    def remove(self) -> None:
        """Remove a file, or a symbolic link; does nothing if there is none."""
        with suppress(FileNotFoundError, NotADirectoryError), reached(self.root, self.parts) as (name, folder):
            os.unlink(name, dir_fd=folder)

    def remove_folder(self) -> None:
        """Remove a folder, which must be empty; does nothing if there is none."""
        with suppress(FileNotFoundError), reached(self.root, self.parts) as (name, folder):
            os.rmdir(name, dir_fd=folder)

    def remove_tree(self) -> None:
        """Remove a folder with all its contents, or a file; does nothing if there is none."""
        for place, is_folder in self.innermost_first():
            if is_folder:
                place.remove_folder()
            else:
                place.remove()

    def names(self) -> list[str]:
        """Return the names in the folder, sorted; raises OSError if there is no folder."""
        with reached(self.root, self.parts) as (name, folder):
            if folder is None:
                return sorted(os.listdir(name))  # noqa: PTH208 - as below
            descriptor = os.open(name, os.O_RDONLY | FOLDER, dir_fd=folder)
            try:
                return sorted(os.listdir(descriptor))  # noqa: PTH208 - of a descriptor
            finally:
                os.close(descriptor)

    def below(self) -> Iterator[tuple["Place", os.stat_result]]:
        """Yield the contents of the folder and its subfolders, each folder before its contents.

        Raises OSError if folders are nested more than ``DEEPEST`` deep.
        """
        waiting = [self]
        while waiting:
            folder = waiting.pop()
            if len(folder.parts) - len(self.parts) > DEEPEST:
                raise OSError(errno.ENAMETOOLONG, f"folders are nested more than {DEEPEST} deep", str(self))
            for name in folder.names():
                place = folder._replace(parts=(*folder.parts, name))
                status = place.status()
                if status is not None:
                    yield place, status
                    if stat.S_ISDIR(status.st_mode):
                        waiting.append(place)

    def innermost_first(self) -> list[tuple["Place", bool]]:
        """Return all entries to remove for a removal of this, in that order, each with whether it is a folder."""
        status = self.status()
        if status is None:
            return []
        if not stat.S_ISDIR(status.st_mode):
            return [(self, False)]
        inside = [(place, stat.S_ISDIR(status.st_mode)) for place, status in self.below()]
        return [*reversed(inside), (self, True)]

    def sync(self) -> None:
        """Flush the content of a file, or the names in a folder, to the medium."""
        if sys.platform == "win32" and self.is_folder():  # it has no such call for folders
            return
        flags = (os.O_RDWR if sys.platform == "win32" else os.O_RDONLY) | _FILE
        with reached(self.root, self.parts) as (name, folder):
            descriptor = os.open(name, flags, dir_fd=folder)
            try:
                flush(descriptor)
            finally:
                os.close(descriptor)

    def _set_mode(self, mode: int) -> None:
        status = self.status()
        if status is None or stat.S_IMODE(status.st_mode) == mode:
            return
        with reached(self.root, self.parts) as (name, folder):
            descriptor = os.open(name, os.O_RDONLY | FOLDER, dir_fd=folder)
            try:
                os.fchmod(descriptor, mode)
            finally:
                os.close(descriptor)


def flush(descriptor: int) -> None:
    """Flush the content of an open file to the medium."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # fsync leaves it in the drive's cache there
    else:
        os.fsync(descriptor)


def _resolved(path: Path, shown: str) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, as reported by some versions of Python; or a null
        message = f'"{shown}" is a loop of symbolic links'
        raise Rejected(OUTSIDE.at(Span(shown, 0, 0), message, "remove the loop")) from None
