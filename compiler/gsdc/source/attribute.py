"""The attributes of a task's opening tag, as a lenient reader parses them.

Models and people accept more than XML allows: names in any case, values without quotes, blanks and line breaks around
"=", entities, zero-width letters, and a ">" inside quotes. A value that only a strict reader misses would bypass every
rule.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from gsdc.source.invisible import without_invisible

# A name begins with a letter of any script or a zero-width letter; it never begins inside another word.
_ATTRIBUTE: Final = re.compile(
    r"""(?<![\w:.\-])([^\W\d][\w:.\-\u00ad\u200b-\u200f\u2060\ufeff]*)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)"""
)
# A tag whose quotes contain ">", up to its real end: it contains no "<".
_REST_OF_TAG: Final = re.compile(r"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""")
_QUOTES: Final = "\"'"


class Attribute(NamedTuple):
    """An attribute of a task's opening tag; ``start`` to ``end`` is all of it, including quotes.

    ``name`` is in lower case, ``value`` without quotes and entities.
    """

    name: str
    value: str
    start: int
    end: int


def read_attributes(text: str, start: int, end: int) -> tuple[Attribute, ...]:
    """Return the attributes of the opening tag from ``start`` to ``end``, the first ">", in their order.

    If that ">" is inside quotes, the rest of the tag counts as well.
    """
    if text.count('"', start, end) % 2 or text.count("'", start, end) % 2:
        whole = _REST_OF_TAG.match(text, start + 1)
        end = whole.end() if whole else end
    return tuple(_attributes(text, start, end))


def _attributes(text: str, start: int, end: int) -> Iterator[Attribute]:
    for match in _ATTRIBUTE.finditer(text, start, end):
        yield Attribute(_plain_name(match[1]), _plain_value(match[2]), *match.span())


def _plain_name(name: str) -> str:
    return name.lower() if name.isascii() else without_invisible(unicodedata.normalize("NFKC", name)).lower()


def _plain_value(written: str) -> str:
    value = written[1:-1] if written[0] in _QUOTES and written[0] == written[-1] else written.strip(_QUOTES)
    if "&" in value:
        from html import unescape

        return unescape(value)
    return value
