"""Files in a cache folder that belongs to the user alone.

A repository may contain a cache, and another user may prepare one: its answers would be under their control. So a cache
folder is used only if this user owns it, no other user may write to it or replace it, and it is not in the project. If
there is no such folder, nothing is cached, and this is not an error.
"""

import contextlib
import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

# Ten thousand plans take 20 MB. Larger files are neither read nor written.
_LARGEST: Final = 64_000_000
_MOST_LINES: Final = 200_000
_SUM: Final = 8  # hexadecimal digits
# Windows cannot open files relative to an open folder, so the owner of a folder cannot be checked: no cache.
_SUPPORTED: Final = sys.platform != "win32" and os.open in os.supports_dir_fd
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


_PROJECTS: Final[set[str]] = set()


def keep_out_of(project: str | Path) -> None:
    """Use no cache folder in ``project``, or in the git repository around it, for the rest of this process."""
    _PROJECTS.add(_repository(os.path.realpath(project)))


def folder(name: str, *projects: str | Path) -> Path | None:
    """Return the cache folder ``name``; None if nothing may be cached.

    It is in GSDC_CACHE_DIR, else in ``gsdc`` in the system's folder for caches (XDG_CACHE_HOME, else ~/.cache; on macOS
    ~/Library/Caches). Each of these must be an absolute path, and so must HOME. None also if the folder is in one of
    ``projects``, in one that was opened (see ``keep_out_of``), in the working folder, or in the git repository around
    one of them.
    """
    base = os.environ.get("GSDC_CACHE_DIR") or _system_folder()
    if not _SUPPORTED or base is None or not os.path.isabs(base):  # noqa: PTH117
        return None
    real = os.path.realpath(os.path.join(base, name))  # noqa: PTH118 - many times faster, and this is on every way
    tops = {_repository(os.path.realpath(project)) for project in (*projects, ".")}
    place = Path(real)
    around = {real, *map(str, place.parents)}
    return None if around & tops or around & _PROJECTS else place


def read(place: Path, name: str) -> list[bytes] | None:
    """Return the lines that were written to the file ``name`` of a cache folder.

    None if there is no such file, if it is damaged or too large, or if another user may have written it.
    """
    try:
        with _opened(place) as at:
            content = _content(name, at)
    except OSError:
        return None
    body = memoryview(content)[_SUM + 1 :]
    if not body or not content.startswith(_sum(body)) or content.count(b"\n") > _MOST_LINES:
        return None
    return content.split(b"\n")[1:]


def write(place: Path, name: str, lines: Iterable[bytes]) -> None:
    """Write ``lines``, which contain no line break, to the file ``name`` of a cache folder, in one step.

    Nothing is written if the folder is not the user's own.
    """
    body = b"\n".join(lines)
    if len(body) + _SUM >= _LARGEST:
        return
    scratch = f"{name}.{os.getpid()}"
    with contextlib.suppress(OSError), _opened(place, create=True) as at:
        with contextlib.suppress(FileNotFoundError):  # of a killed process with the same number
            os.unlink(scratch, dir_fd=at)
        try:
            with os.fdopen(os.open(scratch, _WRITE, 0o600, dir_fd=at), "wb") as file:
                file.writelines((_sum(body), body))
            os.rename(scratch, name, src_dir_fd=at, dst_dir_fd=at)
        except OSError:
            os.unlink(scratch, dir_fd=at)


def made(place: Path | None) -> Path | None:
    """Return ``place``, a cache folder, after creating it; None if it is not the user's own."""
    if place is not None:
        with contextlib.suppress(OSError), _opened(place, create=True):
            return place
    return None


def _system_folder() -> str | None:
    home = os.environ.get("HOME", "")
    if sys.platform == "darwin":
        return f"{home}/Library/Caches/gsdc" if home else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    # A relative path must be ignored (XDG Base Directory Specification).
    base = base if os.path.isabs(base) else f"{home}/.cache" if home else ""  # noqa: PTH117
    return f"{base}/gsdc" if base else None


def _repository(folder: str) -> str:
    """Return the top of the git repository that contains ``folder``, the folder itself if there is none."""
    at = folder
    while not os.path.lexists(os.path.join(at, ".git")):  # noqa: PTH118
        above = os.path.dirname(at)  # noqa: PTH120
        if above == at:
            return folder
        at = above
    return at


def _sum(body: bytes | memoryview) -> bytes:
    return b"%08x\n" % zlib.crc32(body)


def _content(name: str, at: int) -> bytes:
    """Return the content of the file ``name`` in the open folder ``at``. Raises OSError if it must not be used."""
    with os.fdopen(os.open(name, _READ, dir_fd=at), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or not _is_own(status) or status.st_size > _LARGEST:
            raise PermissionError(name)
        return file.read(_LARGEST + 1)


@contextlib.contextmanager
def _opened(place: Path, *, create: bool = False) -> Iterator[int]:
    """Yield an open cache folder, created if it is missing and creation is requested.

    Raises OSError if it cannot be opened, if it is not the user's own, and if another user could replace it. No
    symbolic link is followed.
    """
    at = os.open(place.anchor, _FOLDER)
    try:
        for name in place.parts[1:]:
            if not _is_safe(os.fstat(at)):
                raise PermissionError(place)
            if create:
                with contextlib.suppress(OSError):
                    os.mkdir(name, 0o700, dir_fd=at)
            inner = os.open(name, _FOLDER, dir_fd=at)
            os.close(at)
            at = inner
        if not _is_own(os.fstat(at)):
            raise PermissionError(place)
        yield at
    finally:
        os.close(at)


def _is_own(status: os.stat_result) -> bool:
    """Tell whether a file or folder belongs to this user, and no other user may write to it."""
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _is_safe(status: os.stat_result) -> bool:
    """Tell whether no other user can replace this user's files in a folder, such as / or, by its sticky bit, /tmp."""
    closed = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or status.st_mode & stat.S_ISVTX
    return status.st_uid in {0, os.geteuid()} and bool(closed)
