"""The paths of a ``<files>`` element, in any form people use: lines, bullets, commas, blanks, with notes."""

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from gsdc.source.invisible import without_invisible

_NOTE: Final = re.compile(r"(?:(?<=\S)\s+|^)(?:\([^()/]*\)|\[[A-Za-z, -]+\])(?=\s|$)|(?<=\S)(?:\s+(?:--?|—|–)|:)\s.*$")
# The action on a path, before it: "MODIFY src/a.ts", "- Create: `src/b.ts`", "Server: api/app.py".
_LABEL: Final = re.compile(
    r"^(?:(?:new|add|create|modif(?:y|ied)|edit|update|change|extend|delete|remove|rename|move|touch)[ds]?:?"
    r"|[A-Za-z][\w ]{1,20}:)"
    r"\s+(?=[`\"']?[^\s`\"']*(?:/|\.\w))",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(r"^(?:[-*]|\d+[.)])\s+")
_ONE_PATH: Final = re.compile(r"[\w./@-]*[/.][\w/@-]+")
_BRACKET: Final = re.compile(r"[()\[\]{}]")
# A list of JSON or YAML: empty, of several paths, or of quoted ones. "[slug]" alone is the name of a folder.
_LIST: Final = re.compile(r"""\s*\[(\s*|\s*["'][^\[\]]*|[^\[\],]*,[^\[\]]*)\]\s*""")
_SEPARATOR: Final = re.compile(r"[,;]")
_MARK: Final = re.compile(r"[()\[\]{},;]")
_PATH: Final = re.compile(r"\S*(?:/|\.\w)\S*")
_UNTIDY_ENDS: Final = ("/.", "/..")
# Placeholders for no file, or a file not yet known.
_NO_PATHS: Final = re.compile(
    r"-|\u2013|\u2014|all|any|existing|invoke|manual|many|multiple|n/?a|none?|nothing|reference|runtime|see|several|tbd|todo|unknown|various"
    r"|varies|verification",
    re.IGNORECASE,
)
# A note that the file already exists and is not changed.
_NOT_WRITTEN: Final = re.compile(
    r"\((?:invoke[ds]?|run(?:s| only)?|execut\w+|read(?:[ -]?only)?|read, no \w+|reference(?: only)?|verif\w+(?: only)?"
    r"|no (?:code )?changes?|unchanged|not modified|check(?:ed)? only|context)\b[^()]*\)\s*$",
    re.IGNORECASE,
)
_SEVERAL: Final = re.compile(r"(?<=\S)\s+(?:or|and|OR|AND|\+|&|→|[-=]>)\s+")
_ENDING: Final = re.compile(r"(?:\.\w{1,10}|/|\*)$")
_PROSE: Final = re.compile(
    r"(?:all|any|as|each|every|e\.g\.|existing|files?|if|in|multiple|new|no|none|other|others|plus|possibly|read|related|relevant|run|see"
    r"|several|tbd|test|tests|the|to|under|update|updated|various|verification|whichever|wherever)\b[ :]",
    re.IGNORECASE,
)


def paths(text: str) -> tuple[str, ...]:
    """Return the paths of a ``<files>`` element: separated by commas, lines or bullets, without notes.

    Commas and spaces inside brackets belong to a path or to its note: ``app/(auth)/page.tsx``, ``x.go (NEW, empty)``.
    Prose is not a path. A file whose note says that it is only read or run is left out. XML entities ("&") are decoded.
    """
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if _ONE_PATH.fullmatch(text) and not _NO_PATHS.fullmatch(text):
        return (text,)
    if listed := _LIST.fullmatch(text):
        text = listed[1]
    found: list[str] = []
    for line in text.splitlines():
        for part in _split(_BULLET.sub("", line.strip(), count=1)):
            if not _NOT_WRITTEN.search(part):
                found += _entries(_NOTE.sub("", _LABEL.sub("", part.strip(), count=1)).strip())
    return tuple(dict.fromkeys(found))


def _entries(text: str) -> Iterator[str]:
    """Yield the paths of one entry without its note."""
    words = text.split()
    several = _SEVERAL.split(text)
    # Blanks separate paths only if every word is one: a folder's name may contain blanks.
    if len(words) > 1 and all(map(_PATH.fullmatch, words)):
        parts = words
    else:
        parts = several if len(several) > 1 and all(map(_PATH.fullmatch, several)) else [text]
    for path in parts:
        bare = path.strip("`\"'").strip()
        if bare.startswith("[") and bare.endswith("]") and "/" in bare and bare.count("[") == 1:
            bare = bare[1:-1]
        if bare and not _NO_PATHS.fullmatch(bare) and (" " not in bare or _is_path(bare)):
            yield bare


def _is_path(text: str) -> bool:
    """Tell whether ``text``, which contains blanks, is a path rather than prose."""
    return ("/" in text or "." in text) and _ENDING.search(text) is not None and _PROSE.match(text) is None


def plain(path: str) -> str:
    """Return ``path`` in normal form: relative to the project's folder, forward slashes, no redundant parts.

    Zero-width characters are removed, and accented letters have one form. ``./tests/../src/jwt.ts`` is ``src/jwt.ts``.
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
