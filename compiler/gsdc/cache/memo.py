"""Answers of earlier runs by digest, in one file of the user's cache.

The digest covers all inputs of the answer. See ``gsdc.cache.store`` for where the file is and who may write it: a
project cannot supply one.
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
    """The answers in the file ``name`` of the cache folder ``place``, at most ``most``; None disables the cache."""

    def __init__(self, place: Path | None, name: str, most: int) -> None:
        self._place, self._name, self._most = place, name, most
        self._answers: dict[bytes, bytes] | None = None
        self._is_changed = False

    def get(self, key: bytes) -> bytes | None:
        """Return the answer stored under ``key``, None if there is none."""
        return self._known().get(key)

    def keep(self, key: bytes, answer: bytes) -> None:
        """Store ``answer``, one line, under ``key``, and evict the oldest if full. ``save`` writes it."""
        known = self._known()
        if self._place is None or known.get(key) == answer:
            return
        known[key] = answer
        if len(known) > self._most:
            del known[next(iter(known))]
        self._is_changed = True

    def save(self) -> None:
        """Write new answers."""
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
    """Return the key of an answer whose inputs are ``parts``."""
    return hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).hexdigest().encode()


def code_stamp(*folders: str) -> bytes:
    """Return the version of gsdc, and in a checkout a digest of the files in ``folders`` of code or data.

    The files of an installed gsdc change only with its version.
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
