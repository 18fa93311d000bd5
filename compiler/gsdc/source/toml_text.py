"""The statements of a TOML file, with positions: which keys they set, and which characters are theirs.

``tomllib`` decides whether a text is TOML, and gives its data; this module only finds places in texts that it accepts
(TOML 1.0, https://toml.io/en/v1.0.0).
"""

import json
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from gsdc.source.key_document import Key

_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_NAME: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRINGS: Final = (
    r'"""(?:[^\\]|\\(?s:.))*?"{3,5}(?!")',
    r"'''(?s:.)*?'{3,5}(?!')",
    r'"(?:[^"\\\n]|\\.)*"',
    r"'[^'\n]*'",
)
_STRING: Final = re.compile("|".join(_STRINGS))
_SCALAR: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]+|[^\s,\]}#]+")


class Pair(NamedTuple):
    """A key and its value in the text: from ``start`` to ``end``, the value from ``value`` on.

    ``key`` is its whole path, ``own`` the part that is written here, ``members`` the pairs of an inline table.
    """

    key: Key
    own: Key
    start: int
    value: int
    end: int
    members: "tuple[Pair, ...]" = ()
    is_table: bool = False


class TableHeader(NamedTuple):
    """The header of a table, ``[key]``, or of one of an array of tables, ``[[key]]``."""

    key: Key
    start: int
    end: int
    is_array: bool


Statement = Pair | TableHeader


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a text that ``tomllib`` accepts, in their order.

    Raises ``ValueError`` for syntax that it does not support.
    """
    table: Key = ()
    at = _skip(text, 1 if text.startswith("\ufeff") else 0)
    while at < len(text):
        if text[at] == "[":
            header = _header(text, at)
            table = header.key
            yield header
            end = header.end
        else:
            pair = _pair(text, at, table)
            yield pair
            end = pair.end
        at = _skip(text, end)


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _header(text: str, at: int) -> TableHeader:
    brackets = 2 if text.startswith("[[", at) else 1
    key, end = _key(text, _space(text, at + brackets))
    if not text.startswith("]" * brackets, end):
        raise ValueError(f'"]" is missing at {end}')
    return TableHeader(key, at, end + brackets, brackets == 2)


def _key(text: str, at: int) -> tuple[Key, int]:
    """Return a dotted key, and where the blanks after it end."""
    names: list[str] = []
    while True:
        match = _NAME.match(text, at)
        if match is None:
            raise ValueError(f"a key is missing at {at}")
        names.append(_name(match[0]))
        at = _space(text, match.end())
        if not text.startswith(".", at):
            return tuple(names), at
        at = _space(text, at + 1)


def _name(text: str) -> str:
    if text[0] == "'":
        return text[1:-1]
    if text[0] != '"' or "\\" not in text:
        return text.strip('"')
    wide = re.sub(r"\\(.)([0-9A-Fa-f]{8})?", lambda m: _wide(m[1], m[2] or ""), text)
    return str(json.loads(wide, strict=False))


def _wide(letter: str, digits: str) -> str:
    r"""Return an escape of TOML as one of JSON, which has no ``\UXXXXXXXX`` and no ``\e``."""
    if letter != "U" or not digits:
        return f"\\{letter}{digits}"
    return json.dumps(chr(int(digits, 16)))[1:-1]


def _pair(text: str, at: int, above: Key) -> Pair:
    own, end = _key(text, at)
    if not text.startswith("=", end):
        raise ValueError(f'"=" is missing at {end}')
    value = _space(text, end + 1)
    key = (*above, *own)
    if text.startswith("{", value):
        members, end = _inline_table(text, value, key)
        return Pair(key, own, at, value, end, members, is_table=True)
    return Pair(key, own, at, value, _end_of_value(text, value))


def _inline_table(text: str, at: int, key: Key) -> tuple[tuple[Pair, ...], int]:
    members: list[Pair] = []
    at = _skip(text, at + 1)
    while not text.startswith("}", at):
        pair = _pair(text, at, key)
        members.append(pair)
        at = _after(text, pair.end)
    return tuple(members), at + 1


def _after(text: str, at: int) -> int:
    """Return the offset of the next item of a list or inline table, or of its end."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text.startswith(",", at) else at


def _end_of_value(text: str, at: int) -> int:
    if text.startswith("[", at):
        at = _skip(text, at + 1)
        while not text.startswith("]", at):
            at = _after(text, _end_of_value(text, at))
        return at + 1
    if text.startswith("{", at):
        return _inline_table(text, at, ())[1]
    match = _STRING.match(text, at) if text[at : at + 1] in {'"', "'"} else _SCALAR.match(text, at)
    if match is None:
        raise ValueError(f"a value is missing at {at}")
    return match.end()
