"""Values written as YAML: quoted only if a reader of YAML 1.1 or 1.2 would misread the plain text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from gsdc.source.yaml_text import NotYamlError, loads

# YAML 1.1 reads these words as booleans or null (https://yaml.org/type/bool.html).
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# What YAML 1.1 or 1.2 may read as a number, a date, or a number in base 60 (https://yaml.org/type/).
_NUMBER: Final = re.compile(
    r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(?::[0-9_]+)*(?:\.[0-9_]*)?"
    r"|[0-9_]*\.?[0-9_]*(?:e[-+]?[0-9]+)?|\.(?:inf|nan))|\d{4}-\d\d?-\d\d?(?:[t ].*)?",
    re.IGNORECASE,
)
_FLOW_MARKS: Final = frozenset(",[]{}")
_SHORT_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Style(NamedTuple):
    """The indentation of a file: columns of a mapping in a mapping, and of a list in a mapping."""

    unit: int = 2
    list_unit: int = 2


def scalar(text: str, *, flow: bool = False, quote: str = "") -> str:
    """Return ``text`` as a YAML scalar on one line: plain if that is safe, in ``quote`` if one is given.

    ``flow`` is whether it is within brackets, where a comma ends a plain scalar. Text that single quotes cannot
    represent is written in double quotes.
    """
    if not quote and _is_plain(text, flow=flow):
        return text
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def in_flow(value: Any, *, quote: str = "", nested: bool = False) -> str:
    """Return ``value`` on one line; a list or mapping in brackets. ``nested`` is whether it is within brackets."""
    if isinstance(value, dict):
        items = (f"{scalar(key, flow=True)}: {in_flow(item, nested=True)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_flow(item, nested=True) for item in value) + "]"
    return scalar(value, flow=nested, quote=quote) if isinstance(value, str) else _word(value)


def in_block(value: Any, style: Style) -> Iterator[str]:
    """Yield the lines of a ``value`` in block style, without the indentation of the whole.

    Scalars and empty values give one line.
    """
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from member(key, item, style)
    elif isinstance(value, list) and value:
        for item in value:
            lines = in_block(item, style) if isinstance(item, dict) else iter((in_flow(item),))
            yield f"- {next(lines)}"
            yield from (f"  {line}" for line in lines)
    else:
        yield in_flow(value)


def member(key: str, value: Any, style: Style) -> Iterator[str]:
    """Yield the lines of a member of a mapping in block style, without the indentation of the whole."""
    if isinstance(value, dict | list) and value:
        yield f"{scalar(key)}:"
        indent = " " * (style.unit if isinstance(value, dict) else style.list_unit)
        yield from (f"{indent}{line}" for line in in_block(value, style))
    else:
        yield f"{scalar(key)}: {in_flow(value)}"


@lru_cache(maxsize=4096)  # a build writes the names and descriptions of agents for every client
def _is_plain(text: str, *, flow: bool) -> bool:
    if not text.isprintable() or not (text[:1].isalnum() or text[:1] in {"_", "/", "."}):
        return False
    if text[-1] in " :" or text.startswith("...") or ": " in text or " #" in text:
        return False
    if (flow and not _FLOW_MARKS.isdisjoint(text)) or text.lower() in _WORDS or _NUMBER.fullmatch(text):
        return False
    try:
        return bool(loads(text) == text)
    except NotYamlError:
        return False


def _escaped(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _word(value: Any) -> str:
    """Return a number, a boolean or null in a form that YAML 1.1 and 1.2 both read."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not isinstance(value, float):
        return str(value)
    mantissa, e, exponent = repr(value).partition("e")
    return mantissa + (".0" if e and "." not in mantissa else "") + e + exponent
