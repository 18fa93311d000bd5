"""Which files of the language were found valid before: the validator is loaded only for what has changed since.

Loading and compiling it takes longer than all of a small build. Kept are digests, of the file and of all that decides
whether it is valid; see ``gsdc.cache.memo``.
"""

import json
from collections.abc import Iterable
from functools import cache
from typing import Final

from gsdc import __version__, data
from gsdc.cache.memo import key_of, memo
from gsdc.targets.registry import options_schema

_FILE: Final = "valid"
_MOST: Final = 500  # digests that are kept, the newest last


def is_known(text: str, kind: str, schemas: Iterable[str]) -> bool:
    """Tell whether ``text`` was found valid as a ``kind``, which ``schemas`` describe."""
    return memo(_FILE, _MOST).get(_key(text, kind, schemas)) is not None


def remember(text: str, kind: str, schemas: Iterable[str]) -> None:
    """Note that ``text`` is valid as a ``kind``."""
    known = memo(_FILE, _MOST)
    known.keep(_key(text, kind, schemas), b"")
    known.save()


def _key(text: str, kind: str, schemas: Iterable[str]) -> bytes:
    return key_of(_stamp(kind, tuple(schemas)), text.encode("utf-8", "surrogatepass"))


@cache
def _stamp(kind: str, schemas: tuple[str, ...]) -> bytes:
    """Return a digest of all that decides whether a ``kind`` is valid, but for the text."""
    folder = data.folder("schemas")
    contents = [(folder / f"{name}.schema.json").read_bytes() for name in schemas]
    options = json.dumps(options_schema(), sort_keys=True).encode()  # targets of plugins bring options of their own
    return key_of(__version__.encode(), kind.encode(), options, *contents)
