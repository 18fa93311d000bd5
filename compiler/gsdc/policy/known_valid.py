"""Which files of the language were found valid before: the validator is loaded only for what has changed since.

Loading and compiling it takes longer than all of a small build. Kept are digests, of the file and of all that decides
whether it is valid; see ``gsdc.cache.store`` for whose word that is.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from typing import Final

from gsdc import __version__, data
from gsdc.cache import store
from gsdc.targets.registry import options_schema

_FILE: Final = "valid"
_MOST: Final = 500  # digests that are kept, the newest last


def is_known(text: str, kind: str, schemas: Iterable[str]) -> bool:
    """Tell whether ``text`` was found valid as a ``kind``, which ``schemas`` describe."""
    place = store.folder("policy")
    return place is not None and _digest(text, kind, tuple(schemas)) in (store.read(place, _FILE) or ())


def remember(text: str, kind: str, schemas: Iterable[str]) -> None:
    """Note that ``text`` is valid as a ``kind``."""
    place = store.folder("policy")
    if place is not None:
        known = [line for line in store.read(place, _FILE) or () if line]
        store.write(place, _FILE, [*known[1 - _MOST :], _digest(text, kind, tuple(schemas))])


def _digest(text: str, kind: str, schemas: tuple[str, ...]) -> bytes:
    return hashlib.sha256(_stamp(kind, schemas) + text.encode("utf-8", "surrogatepass")).hexdigest().encode()


@cache
def _stamp(kind: str, schemas: tuple[str, ...]) -> bytes:
    """Return a digest of all that decides whether a ``kind`` is valid, but for the text."""
    folder = data.folder("schemas")
    contents = [(folder / f"{name}.schema.json").read_bytes() for name in schemas]
    options = json.dumps(options_schema(), sort_keys=True).encode()  # targets of plugins bring options of their own
    return hashlib.sha256(b"\0".join((__version__.encode(), kind.encode(), options, *contents))).digest()
