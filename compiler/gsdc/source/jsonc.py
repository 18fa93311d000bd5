"""JSON with comments and trailing commas, read with positions and edited without touching anything else.

OpenCode accepts both in ``.json`` and ``.jsonc`` files. An edit replaces one value, or inserts one member in the
file's own style; every other character stays as a person wrote it.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span, span_at

Path = tuple[str | int, ...]

SYNTAX = Diagnostic(
    "JS001",
    "json-syntax",
    Severity.ERROR,
    """A JSON file is not valid, comments and trailing commas apart.

    ## Why is this bad?
    One bad character makes some clients discard the whole configuration silently. gsdc neither guesses nor rewrites
    such a file.

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
    """A JSON object says something twice.

    ## Why is this bad?
    Clients take the last one, silently: a downgrade can hide behind a key that looks right.

    ## Example (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-4-6"}, "build": {}}}

    ## Use instead (opencode.json)
    {"agent": {"build": {"model": "anthropic/claude-opus-4-6"}}}
    """,
)

_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SCALAR: Final = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_MAX_DEPTH: Final = 200


class Node(NamedTuple):
    """A value in the text: its characters ``start`` to ``end``, its data, and for containers its members.

    A member is (key, start of the key, value); for arrays the key is the index.
    """

    start: int
    end: int
    data: Any
    members: "tuple[tuple[str | int, int, Node], ...] | None" = None


class Jsonc:
    """A JSONC text. Raises ``Rejected`` with line and column for the first thing that is not JSONC.

    Of a key that stands twice the last counts, as for the clients; ``duplicates`` holds a finding for each.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        parser = _Parser(path, text)
        self.root = parser.document()
        self.duplicates = tuple(parser.duplicates)

    @property
    def data(self) -> Any:
        """Return the content as plain Python data."""
        return self.root.data

    def node(self, path: Path) -> Node | None:
        """Return the value at ``path``, None where there is none."""
        node = self.root
        for key in path:
            found = _member(node, key)
            if found is None:
                return None
            node = found
        return node

    def span(self, path: Path) -> Span:
        """Return where the value at ``path`` stands, or its nearest parent."""
        node = self.node(path)
        while node is None:
            path = path[:-1]
            node = self.node(path)
        return span_at(self.path, self.text, node.start)

    def set(self, path: Sequence[str], value: Any) -> "Jsonc":
        """Return the document with ``value`` at ``path``, creating the objects on the way.

        A value that is equal already changes nothing. Raises ``Rejected`` where ``path`` leads through something that
        is not an object.
        """
        node = self.root
        for depth, key in enumerate(path):
            if not isinstance(node.data, dict):
                where = span_at(self.path, self.text, node.start)
                message = f'"{".".join(path[:depth]) or self.path}" is not an object'
                raise Rejected(SYNTAX.at(where, message, "write an object here, or remove it"))
            child = _member(node, key)
            if child is None:
                for inner in reversed(path[depth + 1 :]):
                    value = {inner: value}
                return self._insert(node, key, value)
            node = child
        if type(node.data) is type(value) and node.data == value:
            return self
        return self._edited(node.start, node.end, self._render(value, self._column_indent(node.start)))

    def _insert(self, parent: Node, key: str, value: Any) -> "Jsonc":
        text, members = self.text, parent.members or ()
        outer = self._column_indent(parent.start)
        if not members:
            inner = outer + self._unit
            body = f"{self._newline}{inner}{json.dumps(key, ensure_ascii=False)}: {self._render(value, inner)}{self._newline}{outer}"
            if text[parent.start + 1 : parent.end - 1].strip():  # only comments: keep them above the new member
                kept = text[parent.start + 1 : parent.end - 1].rstrip()
                return self._edited(parent.start + 1, parent.end - 1, kept + body)
            return self._edited(parent.start + 1, parent.end - 1, body)
        _, key_start, last = members[-1]
        line_start = text.rfind("\n", 0, key_start) + 1
        inline = bool(text[line_start:key_start].strip(" \t\ufeff"))
        indent = "" if inline else text[line_start:key_start]
        lead = " " if inline else self._newline + indent
        member = f"{lead}{json.dumps(key, ensure_ascii=False)}: {self._render(value, outer if inline else indent)}"
        blank = _skip(text, last.end)
        if text[blank] == ",":  # the file's habit is a trailing comma: keep it, and a comment on the comma's line
            end = _line_comment_end(text, blank + 1)
            return self._edited(end, end, member + ",")
        end = _line_comment_end(text, last.end)
        return Jsonc(self.path, text[: last.end] + "," + text[last.end : end] + member + text[end:])

    def _edited(self, start: int, end: int, new: str) -> "Jsonc":
        return Jsonc(self.path, self.text[:start] + new + self.text[end:])

    @property
    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    @property
    def _unit(self) -> str:
        """The file's own step of indentation, read off its first member."""
        for _, start, _ in self.root.members or ():
            line_start = self.text.rfind("\n", 0, start) + 1
            indent = self.text[line_start:start]
            if line_start and indent and not indent.strip(" \t"):
                return indent
        return "  "

    def _column_indent(self, offset: int) -> str:
        """Return the indentation of the line that holds ``offset``."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        line = self.text[line_start:offset]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def _render(self, value: Any, indent: str) -> str:
        text = json.dumps(value, ensure_ascii=False, indent=self._unit)
        return text.replace("\n", self._newline + indent)


def _member(node: Node, key: str | int) -> Node | None:
    return next((value for name, _, value in reversed(node.members or ()) if name == key), None)


def _skip(text: str, offset: int) -> int:
    match = _BLANK.match(text, offset)
    return match.end() if match else offset


def _line_comment_end(text: str, offset: int) -> int:
    """Return the end of a comment that follows ``offset`` on its line, or ``offset`` where there is none."""
    match = re.compile(r"[ \t]*(?://[^\r\n]*|/\*[^\r\n]*?\*/(?=[ \t]*\r?\n))").match(text, offset)
    return match.end() if match else offset


class _Parser:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.duplicates: list[Finding] = []

    def document(self) -> Node:
        start = _skip(self.text, 1 if self.text.startswith("\ufeff") else 0)
        node = self._value(start, 0)
        end = _skip(self.text, node.end)
        if end != len(self.text):
            raise self._error(end, "something follows the end of the document", "remove it")
        return node

    def _error(self, offset: int, message: str, help_: str) -> Rejected:
        return Rejected(SYNTAX.at(span_at(self.path, self.text, min(offset, len(self.text))), message, help_))

    def _value(self, at: int, depth: int) -> Node:
        first = self.text[at : at + 1]
        if depth > _MAX_DEPTH:
            raise self._error(at, "the file nests too deeply", "no configuration needs that: write it flat")
        if first == "{" or first == "[":
            return self._container(at, depth, is_object=first == "{")
        if first == '"':
            data, end = self._string(at)
            return Node(at, end, data)
        match = _SCALAR.match(self.text, at)
        if match is None:
            found = f'"{first}"' if first else "the end of the file"
            raise self._error(at, f"{found} stands where a value is meant", "write a JSON value")
        try:
            return Node(at, match.end(), json.loads(match[0]))
        except ValueError:
            raise self._error(at, "the number is too long", "write a shorter number") from None

    def _string(self, at: int) -> tuple[str, int]:
        match = _STRING.match(self.text, at)
        if match is None:
            raise self._error(at, "the text has no closing quote on its line", 'close it with "')
        try:
            data: str = json.loads(match[0])
        except ValueError:
            raise self._error(at, "the text has an escape that JSON does not know", r"write a backslash as \\") from None
        return data, match.end()

    def _container(self, at: int, depth: int, *, is_object: bool) -> Node:
        close = "}" if is_object else "]"
        members: list[tuple[str | int, int, Node]] = []
        seen: set[str | int] = set()
        here = _skip(self.text, at + 1)
        while self.text[here : here + 1] != close:
            key_start = here
            name: str | int = len(members)
            if is_object:
                if self.text[here : here + 1] != '"':
                    raise self._error(here, f'a key in quotes, or "{close}", is meant here', "write keys in double quotes")
                name, end = self._string(here)
                if name in seen:
                    where = span_at(self.path, self.text, here)
                    message = f'"{name}" stands twice in one object: the last one counts'
                    self.duplicates.append(DUPLICATE.at(where, message, "keep one of the two"))
                seen.add(name)
                here = _skip(self.text, end)
                if self.text[here : here + 1] != ":":
                    raise self._error(here, f'":" is missing after "{name}"', 'write ": " and a value')
                here = _skip(self.text, here + 1)
            value = self._value(here, depth + 1)
            members.append((name, key_start, value))
            here = _skip(self.text, value.end)
            if self.text[here : here + 1] == ",":
                here = _skip(self.text, here + 1)
            elif self.text[here : here + 1] != close:
                raise self._error(here, f'"," or "{close}" is missing', f'write "," between members, "{close}" at the end')
        values = [value.data for _, _, value in members]
        data = {name: value.data for name, _, value in members} if is_object else values
        return Node(at, here + 1, data, tuple(members))
