"""The paths of a ``<files>`` element, which people write in every form: lines, bullets, commas, blanks, with notes."""

import posixpath
import re
import unicodedata
from typing import Final

from gsdc.source.invisible import without_invisible

_NOTE: Final = re.compile(r"(?:(?<=\S)\s+|^)\([^()/]*\)(?=\s|$)|(?<=\S)(?:\s+(?:--?|—|–)|:)\s.*$")
_BULLET: Final = re.compile(r"^(?:[-*]|\d+[.)])\s+")
_ONE_PATH: Final = re.compile(r"[\w./@-]*[/.][\w/@-]+")
_BRACKET: Final = re.compile(r"[()\[\]{}]")
_SEPARATOR: Final = re.compile(r"[,;]")
_MARK: Final = re.compile(r"[()\[\]{},;]")
_PATH: Final = re.compile(r"\S*(?:/|\.\w)\S*")
_UNTIDY_ENDS: Final = ("/.", "/..")
_NO_PATHS: Final = frozenset({"none", "n/a", "-", "tbd"})


def paths(text: str) -> tuple[str, ...]:
    """Return the paths of a ``<files>`` element: separated by commas, lines or bullets, notes taken off.

    Commas and spaces inside brackets belong to a path or to its note: ``app/(auth)/page.tsx``, ``x.go (NEW, empty)``.
    """
    if _ONE_PATH.fullmatch(text) and text.lower() not in _NO_PATHS:
        return (text,)
    found: list[str] = []
    for line in text.splitlines():
        for part in _split(_BULLET.sub("", line.strip(), count=1)):
            unnoted = _NOTE.sub("", part.strip()).strip()
            words = unnoted.split()
            # Blanks separate paths only where every word is one: a folder's name may hold blanks.
            for path in words if len(words) > 1 and all(map(_PATH.fullmatch, words)) else [unnoted]:
                bare = path.strip("`\"'").strip()
                if bare.startswith("[") and bare.endswith("]") and "/" in bare and bare.count("[") == 1:
                    bare = bare[1:-1]
                if bare and bare.lower() not in _NO_PATHS and ("/" in bare or "." in bare or " " not in bare):
                    found.append(bare)
    return tuple(dict.fromkeys(found))


def plain(path: str) -> str:
    """Return ``path`` as others compare it: from the project's folder, with forward slashes, nothing in it twice.

    What takes no room is left out, and letters with accents have one form. ``./tests/../src/jwt.ts`` is ``src/jwt.ts``.
    """
    if not path.isascii():
        path = unicodedata.normalize("NFC", without_invisible(path))
    path = path.strip().replace("\\", "/")
    if "//" not in path and "./" not in path and not path.endswith(_UNTIDY_ENDS):
        return path
    folder = "/" if path.endswith("/") else ""
    return posixpath.normpath(f"/{path.lstrip('/')}" if path.startswith("/") else path) + folder


def _split(line: str) -> list[str]:
    if _BRACKET.search(line) is None:
        return _SEPARATOR.split(line)
    parts, depth, begin = [], 0, 0
    for match in _MARK.finditer(line):
        mark = match[0]
        depth += (mark in "([{") - (mark in ")]}")
        if mark in ",;" and depth <= 0:
            parts.append(line[begin : match.start()])
            begin = match.end()
    return [*parts, line[begin:]]
