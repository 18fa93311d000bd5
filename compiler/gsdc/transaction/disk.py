"""The file-system calls of a transaction, each in one place: a test puts a disk there that fails, or dies, at any."""

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.transaction.change import Image


class Stamp(NamedTuple):
    """By what it is told, without reading it, that a file is still the same one."""

    inode: int
    size: int
    changed: int


class Disk:
    """The calls. Each raises OSError as the system does; none follows a symbolic link at the end of its path."""

    def read(self, path: Path) -> Image | None:
        """Return the regular file at ``path``, None where there is nothing.

        Raises OSError for anything else, such as a folder or a symbolic link.
        """
        try:
            handle = os.open(path, os.O_RDONLY | _NO_FOLLOW | _NO_WAITING | _BINARY)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is not a regular file", str(path))
            with os.fdopen(handle, "rb", closefd=False) as file:
                return Image(file.read(), stat.S_IMODE(status.st_mode))
        finally:
            os.close(handle)

    def stamp(self, path: Path) -> Stamp | None:
        """Return the stamp of what is at ``path``, None where there is nothing."""
        try:
            status = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Stamp(status.st_ino, status.st_size, status.st_mtime_ns)

    def write(self, path: Path, image: Image, like: Path | None = None) -> None:
        """Make a new file at ``path``; it belongs to whom the file ``like`` belongs to, where this user may do so."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(image.content)
            if like is not None and sys.platform != "win32":
                _give(file.fileno(), like)
            if sys.platform != "win32":  # last, since a new owner takes away the set-user-id bit
                os.fchmod(file.fileno(), image.mode)

    def sync(self, path: Path) -> None:
        """Have the content of a file, or the names in a folder, on the medium before going on."""
        if sys.platform == "win32" and path.is_dir():  # it has no such call for folders
            return
        handle = os.open(path, (os.O_RDWR if sys.platform == "win32" else os.O_RDONLY) | _NO_FOLLOW)
        try:
            if sys.platform == "darwin":
                import fcntl

                fcntl.fcntl(handle, fcntl.F_FULLFSYNC)  # fsync leaves it in the drive's cache there
            else:
                os.fsync(handle)
        finally:
            os.close(handle)

    def link(self, source: Path, target: Path) -> None:
        """Give the file at ``source`` a second name; raises OSError also where the file system knows no such thing."""
        target.hardlink_to(source)

    def replace(self, source: Path, target: Path) -> None:
        """Give what is at ``source`` the name ``target``, in one step, whether that is taken or not."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file, or a symbolic link; nothing happens where there is none."""
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()

    def make_folder(self, path: Path, mode: int | None = None) -> None:
        """Make a folder where it is not there; give it the permission bits ``mode``, if any are named."""
        path.mkdir(exist_ok=True)
        if mode is not None and sys.platform != "win32":
            path.chmod(mode)

    def remove_folder(self, path: Path) -> None:
        """Remove a folder; nothing happens where something is in it, or where there is none."""
        try:
            path.rmdir()
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                raise

    def remove_all(self, folder: Path) -> None:
        """Remove a folder with all that is in it; nothing happens where there is none."""
        if folder.is_symlink() or not folder.is_dir():
            self.remove(folder)
            return
        for path in list(folder.iterdir()):
            self.remove_all(path)
        self.remove_folder(folder)


# Windows has no such flag, nor symbolic links that an ordinary user may make; text mode is its own.
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)
_NO_WAITING: int = getattr(os, "O_NONBLOCK", 0)  # for whoever writes into a pipe


def _give(handle: int, like: Path) -> None:
    try:
        wanted = like.lstat()
    except FileNotFoundError:
        return
    own = os.fstat(handle)
    if (own.st_uid, own.st_gid) != (wanted.st_uid, wanted.st_gid):
        try:
            os.fchown(handle, wanted.st_uid, wanted.st_gid)
        except PermissionError:  # only root may: the file is then this user's, as with any editor
            return


DISK: Final = Disk()
