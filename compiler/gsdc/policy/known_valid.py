"""Which files were validated before: the validator is loaded only for files that have changed.

Loading and compiling the validator takes longer than the rest of a small build. The cache holds digests of the file and
of everything that affects whether it is valid; see ``gsdc.cache.memo``.
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
    """Tell whether ``text`` is known to be valid as a ``kind`` under ``schemas``."""
    return memo(_FILE, _MOST).get(_key(text, kind, schemas)) is not None


def remember(text: str, kind: str, schemas: Iterable[str]) -> None:
    """Record that ``text`` is valid as a ``kind``."""
    known = memo(_FILE, _MOST)
    known.keep(_key(text, kind, schemas), b"")
    known.save()


def _key(text: str, kind: str, schemas: Iterable[str]) -> bytes:
    return key_of(_stamp(kind, tuple(schemas)), text.encode("utf-8", "surrogatepass"))


@cache
def _stamp(kind: str, schemas: tuple[str, ...]) -> bytes:
    """Return a digest of everything except the text that affects whether a ``kind`` is valid."""
    folder = data.folder("schemas")
    contents = [(folder / f"{name}.schema.json").read_bytes() for name in schemas]
    options = json.dumps(options_schema(), sort_keys=True).encode()  # plugin targets add their own options
    return key_of(__version__.encode(), kind.encode(), options, *contents)
