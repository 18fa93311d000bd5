"""The calls of a transaction to the file system, each in one place: a test puts a disk there that fails, or dies."""

import errno
import os
import stat
import sys
from typing import Final, NamedTuple

from gsdc.filesystem.place import Place
from gsdc.transaction.change import Image

LARGEST: Final = 64_000_000  # bytes of a file that is read: no more is written either, nor compiled


class Stamp(NamedTuple):
    """The metadata by which an unchanged file is recognised without reading it."""

    inode: int
    size: int
    changed: int


class Disk:
    """The calls. Each raises OSError as the system does, and ``Rejected`` where a folder on the way is a link.

    None follows a symbolic link.
    """

    def read(self, place: Place) -> Image | None:
        """Return the regular file at ``place``, None where there is nothing.

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
        """Return the stamp of what is at ``place``, None where there is nothing."""
        status = place.status()
        return None if status is None else Stamp(status.st_ino, status.st_size, status.st_mtime_ns)

    def write(self, place: Place, image: Image, like: Place | None = None) -> None:
        """Make a new file at ``place``; it belongs to whom the file ``like`` belongs to, where this user may do so."""
        with os.fdopen(place.open(os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
            file.write(image.content)
            if like is not None and sys.platform != "win32":
                _give(file.fileno(), like)
            if sys.platform != "win32":  # last, since a new owner takes away the set-user-id bit
                os.fchmod(file.fileno(), image.mode)

    def sync(self, place: Place) -> None:
        """Have the content of a file, or the names in a folder, on the medium before going on."""
        place.sync()

    def link(self, source: Place, target: Place) -> None:
        """Give the file at ``source`` a second name; raises OSError also where the file system has no hard links."""
        source.link(target)

    def replace(self, source: Place, target: Place) -> None:
        """Give what is at ``source`` the place ``target``, in one step, whether a file is there or not."""
        source.rename(target)

    def remove(self, place: Place) -> None:
        """Remove a file, or a symbolic link; nothing happens where there is none."""
        place.remove()

    def make_folder(self, place: Place, mode: int | None = None) -> None:
        """Make a folder where it is not there; give it the permission bits ``mode``, if any are named."""
        place.make_folder(mode)

    def remove_folder(self, place: Place) -> None:
        """Remove a folder; nothing happens where something is in it, or where there is none."""
        try:
            place.remove_folder()
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                raise

    def remove_all(self, folder: Place) -> None:
        """Remove a folder with all that is in it; nothing happens where there is none."""
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
        except PermissionError:  # only root may: the file is then this user's, as with any editor
            return


DISK: Final = Disk()
