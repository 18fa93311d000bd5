"""The text of a JSON file with comments and trailing commas, parsed into values with positions."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.nesting import DEEPEST
from gsdc.source.span import Span, span_at

SYNTAX = Diagnostic(
    "JS001",
    "json-syntax",
    Severity.ERROR,
    """A JSON file is not valid, comments and trailing commas apart.

    ## Why is this bad?
    One bad character makes some clients discard the whole configuration silently (measured on get-shit-done 1.42). gsdc
    does not guess, and does not rewrite such a file.

    ## Example (opencode.json)
    {"agent": {"build": {"model" "anthropic/claude-opus-4-6"}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-4-6"}}}
    """,
)
DUPLICATE = Diagnostic(
    "JS002",
    "duplicate-key",
    Severity.WARNING,
    """A JSON object has a duplicate key.

    ## Why is this bad?
    Clients take the last one, silently: a downgrade can hide behind a key that looks right.

    ## Example (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-4-6"}, "build": {}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-4-6"}}}
    """,
)

MAX_DEPTH: Final = DEEPEST
MAX_VALUES: Final = 50_000  # commas and brackets; each costs microseconds in every reader of the file
MAX_DUPLICATES: Final = 100  # more are not useful, and each requires counting lines
_NO_KEYS: Final[Mapping[str, int]] = MappingProxyType({})
_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*(?s:.*?)\*/)*")
STRING: Final = re.compile(r'"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*"')
_SCALAR: Final = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class JsonNode(NamedTuple):
    """A value in the text: its characters ``start`` to ``end``, its data, and for containers its members.

    A member is (key, start of the key, value); for arrays the key is the index, and its start is that of the value.
    ``places`` gives, for objects, the index of the last member of each key: a file may have thousands of them.
    """

    start: int
    end: int
    data: Any
    members: "tuple[tuple[str | int, int, JsonNode], ...]" = ()
    places: Mapping[str, int] = _NO_KEYS

    def member(self, key: str | int) -> int | None:
        """Return the index of the member ``key``, the last one of duplicates; None if there is none."""
        if isinstance(key, str):
            return self.places.get(key)
        return key if isinstance(self.data, list) and 0 <= key < len(self.members) else None

    def all_of(self, key: str) -> tuple[int, ...]:
        """Return the indexes of all members ``key`` of an object: a key may be duplicated."""
        index = self.places.get(key)
        if index is None:
            return ()
        if len(self.places) == len(self.members):
            return (index,)
        return tuple(index for index, (name, _, _) in enumerate(self.members) if name == key)


def skip(text: str, offset: int) -> int:
    """Return the offset of the next character that is neither white space nor part of a comment."""
    match = _BLANK.match(text, offset)
    return match.end() if match else offset


def parse(path: str, text: str) -> tuple[JsonNode, tuple[Finding, ...]]:
    """Return the value in ``text``, and a finding for every duplicate key in an object.

    Raises ``Rejected`` with line and column for the first error in JSON with comments and trailing commas.
    """
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        message = f"the file has more than {MAX_VALUES:,} values"
        raise Rejected(SYNTAX.at(Span(path), message, "no configuration is that large: check the file"))
    parser = _Parser(path, text)
    return parser.document(), tuple(parser.duplicates)


class _Parser:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.duplicates: list[Finding] = []

    def document(self) -> JsonNode:
        node = self._value(skip(self.text, 1 if self.text.startswith("\ufeff") else 0), 0)
        end = skip(self.text, node.end)
        if end != len(self.text):
            raise self._error(end, "there is text after the end of the document", "remove it")
        return node

    def _error(self, offset: int, message: str, help_: str) -> Rejected:
        if self.text.startswith("/*", offset):
            message, help_ = "the comment has no end", "close it with */"
        return Rejected(SYNTAX.at(span_at(self.path, self.text, min(offset, len(self.text))), message, help_))

    def _value(self, at: int, depth: int) -> JsonNode:
        first = self.text[at : at + 1]
        if depth > MAX_DEPTH:
            raise self._error(at, "the file nests too deeply", "use less nesting")
        if first == "{":
            return self._object(at, depth)
        if first == "[":
            return self._array(at, depth)
        if first == '"':
            data, end = self._string(at)
            return JsonNode(at, end, data)
        match = _SCALAR.match(self.text, at)
        if match is None:
            found = json.dumps(first) if first else "the end of the file"
            raise self._error(at, f"expected a value, found {found}", "write a JSON value")
        try:
            return JsonNode(at, match.end(), json.loads(match[0]))
        except ValueError:
            raise self._error(at, "the number is too long", "write a shorter number") from None

    def _string(self, at: int) -> tuple[str, int]:
        match = STRING.match(self.text, at)
        if match is None:
            raise self._error(at, "the string has no closing quote on its line", 'close it with "')
        if "\\" not in match[0] and match[0].isascii():
            return match[0][1:-1], match.end()
        try:
            data: str = json.loads(match[0])
            data.encode()
        except UnicodeEncodeError:
            raise self._error(
                at, "the string has half of a surrogate pair", "write both halves, or the character"
            ) from None
        except ValueError:
            raise self._error(at, "the string has an unknown escape", r"write a backslash as \\") from None
        return data, match.end()

    def _object(self, at: int, depth: int) -> JsonNode:
        members: list[tuple[str | int, int, JsonNode]] = []
        data: dict[str, Any] = {}
        places: dict[str, int] = {}
        here = skip(self.text, at + 1)
        while not self.text.startswith("}", here):
            if not self.text.startswith('"', here):
                raise self._error(here, 'expected a key in quotes, or "}"', "write keys in double quotes")
            name, end = self._string(here)
            if name in data and len(self.duplicates) < MAX_DUPLICATES:
                where = span_at(self.path, self.text, here)
                message = f'duplicate key "{name}": the last one counts'
                self.duplicates.append(DUPLICATE.at(where, message, "keep one of the two"))
            colon = skip(self.text, end)
            if not self.text.startswith(":", colon):
                raise self._error(colon, f'":" is missing after "{name}"', 'write ": " and a value')
            value = self._value(skip(self.text, colon + 1), depth + 1)
            places[name] = len(members)
            members.append((name, here, value))
            data[name] = value.data
            here = self._after(value, "}")
        return JsonNode(at, here + 1, data, tuple(members), places)

    def _array(self, at: int, depth: int) -> JsonNode:
        members: list[tuple[str | int, int, JsonNode]] = []
        here = skip(self.text, at + 1)
        while not self.text.startswith("]", here):
            value = self._value(here, depth + 1)
            members.append((len(members), here, value))
            here = self._after(value, "]")
        return JsonNode(at, here + 1, [value.data for _, _, value in members], tuple(members))

    def _after(self, value: JsonNode, close: str) -> int:
        """Return the place of the next member, or of the end of the container."""
        here = skip(self.text, value.end)
        if self.text.startswith(",", here):
            return skip(self.text, here + 1)
        if not self.text.startswith(close, here):
            raise self._error(here, f'"," or "{close}" is missing', f'write "," between members, "{close}" at the end')
        return here
