"""All file system calls of a transaction in one place: tests replace the disk with one that fails or stops."""

import errno
import os
import stat
import sys
from typing import Final, NamedTuple

from gsdc.filesystem.place import Place
from gsdc.transaction.change import Image

LARGEST: Final = 64_000_000  # maximum file size in bytes, for reads, writes and compilation


class Stamp(NamedTuple):
    """The metadata by which an unchanged file is recognised without reading it."""

    inode: int
    size: int
    changed: int


class Disk:
    """File system calls. Each raises OSError as the system does, and ``Rejected`` if a parent folder is a link.

    No call follows a symbolic link.
    """

    def read(self, place: Place) -> Image | None:
        """Return the regular file at ``place``, None if it does not exist.

        Raises OSError for anything else, such as a folder or a symbolic link.
        """
        try:
            descriptor = place.open(os.O_RDONLY)
        except (FileNotFoundError, NotADirectoryError):
            return None
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if status.st_size > LARGEST:
                raise OSError(errno.EFBIG, f"it is larger than {LARGEST // 1_000_000} MB", str(place))
            return Image(file.read(LARGEST), stat.S_IMODE(status.st_mode))

    def stamp(self, place: Place) -> Stamp | None:
        """Return the stamp of ``place``, None if nothing exists there."""
        status = place.status()
        return None if status is None else Stamp(status.st_ino, status.st_size, status.st_mtime_ns)

    def write(self, place: Place, image: Image, like: Place | None = None) -> None:
        """Create a file at ``place``, with the owner of the file ``like`` if this user may set it."""
        with os.fdopen(place.open(os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
            file.write(image.content)
            if like is not None and sys.platform != "win32":
                _give(file.fileno(), like)
            if sys.platform != "win32":  # last, since chown clears the set-user-id bit
                os.fchmod(file.fileno(), image.mode)

    def sync(self, place: Place) -> None:
        """Flush the content of a file, or the entries of a folder, to the medium."""
        place.sync()

    def link(self, source: Place, target: Place) -> None:
        """Create a hard link to ``source``; raises OSError also if the file system has no hard links."""
        source.link(target)

    def replace(self, source: Place, target: Place) -> None:
        """Move ``source`` to ``target`` atomically, whether or not ``target`` exists."""
        source.rename(target)

    def remove(self, place: Place) -> None:
        """Remove a file or a symbolic link; do nothing if it does not exist."""
        place.remove()

    def make_folder(self, place: Place, mode: int | None = None) -> None:
        """Create a folder if it does not exist; set the permission bits ``mode``, if given."""
        place.make_folder(mode)

    def remove_folder(self, place: Place) -> None:
        """Remove a folder; do nothing if it is not empty or does not exist."""
        try:
            place.remove_folder()
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                raise

    def remove_all(self, folder: Place) -> None:
        """Remove a folder with its content; do nothing if it does not exist."""
        for place, is_folder in folder.innermost_first():
            if is_folder:
                self.remove_folder(place)
            else:
                self.remove(place)


def _give(descriptor: int, like: Place) -> None:
    wanted = like.status()
    if wanted is None:
        return
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (wanted.st_uid, wanted.st_gid):
        try:
            os.fchown(descriptor, wanted.st_uid, wanted.st_gid)
        except PermissionError:  # only root may; the file then belongs to this user, as with any editor
            return


DISK: Final = Disk()
