"""Credentials in a JSON file without a mark of their issuer, detected by the name of their key.

The file need not be valid: the credentials of a broken file must be masked too, and so must those in its comments. So
nothing is parsed; each part of the pattern is bounded, which keeps it linear in the length of the text.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from gsdc.credentials.scanner import PLACEHOLDER
from gsdc.source.lazy_pattern import lazily

_LEAST: Final = 16  # characters: placeholders such as "ollama", for providers that require any key, are shorter
_OPEN: Final = r"(?<!public)(?<!public[_. -])(?<!cache)(?<!cache[_. -])"  # not secret: a public key, a cache's key
_ENDS: Final = ("key", "token", "secret", "password", "passwd", "authorization")
_NAME: Final = rf"[\w. -]{{0,64}}(?:(?<=[\w. -]){_OPEN}{'|'.join(_ENDS)})"
_BLANK: Final = r"\s*+(?:(?://[^\n]{0,200}\n|/\*[^*]{0,200}\*/)\s*+){0,3}"
_MEMBER: Final = lazily(rf'(?i)"(?P<name>{_NAME})"{_BLANK}:?{_BLANK}"(?P<value>[^"\n]++)')
_QUOTED_ENDS: Final = tuple(f'{end}"' for end in _ENDS)
_STAND_IN: Final = lazily(r"\{(?:env|file):[^{}]*\}|\$\{[^{}]*\}|^\$\w+$")


class LiteralKey(NamedTuple):
    """A credential: the characters ``start`` to ``end`` of a text, and the name of its key."""

    start: int
    end: int
    name: str


def literal_keys(text: str) -> Iterator[LiteralKey]:
    """Yield the credentials in the text of a JSON file: long values of letters and digits under a secret's key."""
    folded = text.casefold()  # long s and the Kelvin sign match "s" and "k" if case is ignored
    if not any(end in folded for end in _QUOTED_ENDS):  # a hundred times as fast as the expression
        return
    for member in _MEMBER.finditer(text):
        words = _STAND_IN.sub(" ", member["value"]).split()
        if any(map(_is_credential, words)):
            yield LiteralKey(*member.span("value"), member["name"])


def _is_credential(word: str) -> bool:
    mixed = any(char.isdigit() for char in word) and any(char.isalpha() for char in word)
    return len(word) >= _LEAST and mixed and not PLACEHOLDER.search(word)
