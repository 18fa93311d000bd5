"""Answers of earlier runs by digest, in one file of the user's own cache.

The digest covers everything that decides the answer. See ``gsdc.cache.store`` for where the file lies and who may
write it: a project cannot bring one.
"""

import hashlib
import os
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gsdc import __version__, data
from gsdc.cache import store


class Memo:
    """The answers in the file ``name`` of the cache folder ``place``, at most ``most``; None for no cache at all."""

    def __init__(self, place: Path | None, name: str, most: int) -> None:
        self._place, self._name, self._most = place, name, most
        self._answers: dict[bytes, bytes] | None = None
        self._is_changed = False

    def get(self, key: bytes) -> bytes | None:
        """Return what was kept under ``key``, None where nothing was."""
        return self._known().get(key)

    def keep(self, key: bytes, answer: bytes) -> None:
        """Keep ``answer``, one line, under ``key``; the oldest one makes room. It is written by ``save``."""
        known = self._known()
        if self._place is None or known.get(key) == answer:
            return
        known[key] = answer
        if len(known) > self._most:
            del known[next(iter(known))]
        self._is_changed = True

    def save(self) -> None:
        """Write what is new."""
        if self._place is not None and self._is_changed:
            store.write(self._place, self._name, (b"%s %s" % item for item in self._known().items()))
            self._is_changed = False

    def _known(self) -> dict[bytes, bytes]:
        if self._answers is None:
            lines = (store.read(self._place, self._name) if self._place else None) or ()
            self._answers = {key: answer for key, _, answer in (line.partition(b" ") for line in lines)}
        return self._answers


@cache
def _memo(place: Path | None, name: str, most: int) -> Memo:
    return Memo(place, name, most)


def memo(name: str, most: int) -> Memo:
    """Return the answers in the file ``name`` of the cache, which is read once in a process."""
    return _memo(store.folder("answers"), name, most)


def key_of(*parts: bytes) -> bytes:
    """Return the key of an answer that ``parts`` decide."""
    return hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).hexdigest().encode()


def code_stamp(*folders: str) -> bytes:
    """Return what changes with the version of gsdc, and in a checkout with the files in ``folders`` of code or data.

    The files of an installed gsdc change with its version only.
    """
    if data.folder("profiles").parent == data.PACKAGE:
        return __version__.encode()
    states = sorted(state for folder in folders for state in _states(folder))
    return b"%s %08x" % (__version__.encode(), zlib.crc32(repr(states).encode()))


def _states(name: str) -> Iterator[tuple[str, int, int, int]]:
    folder = data.PACKAGE / name
    with os.scandir(folder if folder.is_dir() else data.folder(name)) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".yaml", ".json")):
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size, status.st_ino
