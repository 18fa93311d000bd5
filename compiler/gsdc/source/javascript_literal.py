"""Constants of a JavaScript file that are plain literals, read with positions and never run.

It accepts hand-written forms: keys without quotes, single quotes, comments, trailing commas, ``Object.freeze(...)``. A
value that is not a literal (a name, a call, a sum, a spread) is ``UNKNOWN``: only running the code would give its
value. The time is linear in the length of the file.
"""

import re
from collections.abc import Collection
from typing import Any, Final

from gsdc.source.json_text import MAX_DEPTH, JsonNode

# An unclosed one ends with its line or file: otherwise each of its quotes would be scanned again.
_STRING: Final = r"""'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|`(?:[^`\\]|\\.)*`?"""
_COMMENT: Final = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?"
# Between an operator and the end of its line: quotes in it are not strings. The limit exceeds any real pattern.
_PATTERN: Final = r"(?<=[(,=:\[!&|?{};])[ \t]{0,20}/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,200}/"
_DECLARATION: Final = re.compile(
    rf"(?s:{_COMMENT}|{_STRING}|{_PATTERN})"
    r"|\b(?:const|let|var|static)[ \t]+(?P<name>[\w$]+)[ \t]*=(?![=>])|\bexports\.(?P<export>[\w$]+)[ \t]*=(?![=>])"
    # A name exported under its own name is declared elsewhere.
    r"(?![ \t]*(?P=export)[ \t]*(?:[;,\n]|$))"
)
_BLANK: Final = re.compile(rf"(?s:(?:\s|{_COMMENT})*)")
_TEXT: Final = re.compile(r"""(?s)'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`""")
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w$.])")
_FREEZE: Final = re.compile(r"Object[ \t]*\.[ \t]*freeze[ \t]*\(")
_ESCAPE: Final = re.compile(r"(?s)\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))")
_CODE: Final = re.compile(rf"(?s:{_COMMENT}|{_STRING}|[^\"'`/(){{}}\[\],;]+|.)")
_CONSTANTS: Final = {"true": True, "false": False, "null": None, "undefined": None}
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


class Unknown:
    """The value of an expression that is not a literal; the only instance is ``UNKNOWN``."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def constants(text: str, names: Collection[str]) -> dict[str, JsonNode]:
    """Return the values of the constants ``names`` that a file declares or exports, each with its place.

    The last declaration of a constant counts. Data are text, numbers, true, false, null, lists and objects; ``UNKNOWN``
    if there is no literal, or one that is nested too deeply.
    """
    found = {match["name"] or match["export"]: match.end() for match in _DECLARATION.finditer(text)}
    return {name: _Reader(text).value(found[name], 0) for name in names if name in found}


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self._unclosed = -1  # starts of unclosed expressions; an expression around one is unclosed too

    def value(self, at: int, depth: int) -> JsonNode:
        """Return the value at ``at``; an expression that continues after a literal is not a literal."""
        start = self._skip(at)
        node = self._literal(start, depth) if depth < MAX_DEPTH else None
        if node is not None and self._ends(node.end):
            return node
        return JsonNode(start, self._end_of_expression(start), UNKNOWN)

    def _literal(self, at: int, depth: int) -> JsonNode | None:
        first = self.text[at : at + 1]
        if first == "{":
            return self._object(at, depth)
        if first == "[":
            return self._array(at, depth)
        if first in {'"', "'", "`"}:
            return self._string(at)
        if match := _NUMBER.match(self.text, at):
            return JsonNode(at, match.end(), float(match[0]))
        if match := _FREEZE.match(self.text, at):
            inner = self.value(match.end(), depth + 1)
            end = self._skip(inner.end)
            return inner._replace(end=end + 1) if self.text.startswith(")", end) else None
        match = _WORD.match(self.text, at)
        if match and match[0] in _CONSTANTS:
            return JsonNode(at, match.end(), _CONSTANTS[match[0]])
        return None

    def _string(self, at: int) -> JsonNode | None:
        match = _TEXT.match(self.text, at)
        if match is None or (match[0][0] == "`" and "${" in match[0]):
            return None
        text = _ESCAPE.sub(_escaped, match[0][1:-1]) if "\\" in match[0] else match[0][1:-1]
        # Two escapes may form one character.
        return JsonNode(at, match.end(), text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    def _object(self, at: int, depth: int) -> JsonNode | None:
        members: list[tuple[str | int, int, JsonNode]] = []
        places: dict[str, int] = {}
        here = self._skip(at + 1)
        while not self.text.startswith("}", here):
            member = self._member(here, depth)
            end = self._skip(member[2].end)
            if not self.text.startswith((",", "}"), end):
                return None
            places[str(member[0])] = len(members)
            members.append(member)
            here = self._skip(end + 1) if self.text[end] == "," else end
        data = {str(name): node.data for name, _, node in members}
        return JsonNode(at, here + 1, data, tuple(members), places)

    def _member(self, at: int, depth: int) -> tuple[str, int, JsonNode]:
        """Return a member of an object; a member without a plain key is unknown, with its text as the key."""
        word = _WORD.match(self.text, at)
        key = word[0] if word else None
        end = word.end() if word else at
        if word is None and (literal := self._string(at) if self.text[at : at + 1] in {'"', "'"} else None):
            key, end = literal.data, literal.end
        elif word is None and (number := _NUMBER.match(self.text, at)):
            key, end = number[0], number.end()
        colon = self._skip(end)
        if key is not None and self.text.startswith(":", colon):
            return key, at, self.value(colon + 1, depth + 1)
        node = JsonNode(at, self._end_of_expression(at), UNKNOWN)
        return self.text[at : node.end].strip()[:40], at, node

    def _array(self, at: int, depth: int) -> JsonNode | None:
        members: list[tuple[str | int, int, JsonNode]] = []
        here = self._skip(at + 1)
        while not self.text.startswith("]", here):
            node = self.value(here, depth + 1)
            end = self._skip(node.end)
            if not self.text.startswith((",", "]"), end):
                return None
            members.append((len(members), here, node))
            here = self._skip(end + 1) if self.text[end] == "," else end
        return JsonNode(at, here + 1, [node.data for _, _, node in members], tuple(members))

    def _skip(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def _ends(self, at: int) -> bool:
        """Tell whether an expression ends at ``at``: nothing follows that would change its value."""
        here = self._skip(at)
        if here >= len(self.text) or self.text[here] in ",;)]}":
            return True
        return "\n" in self.text[at:here] and self.text[here] not in ".([+-*/%&|?<>=`"

    def _end_of_expression(self, at: int) -> int:
        """Return where the expression at ``at`` ends: at a comma, a semicolon or a bracket that it did not open."""
        if at <= self._unclosed:
            return len(self.text)
        depth = 0
        for token in _CODE.finditer(self.text, at):
            first = token[0]
            if first in {"(", "[", "{"}:
                depth += 1
            elif depth == 0 and first in {",", ";", ")", "]", "}"}:
                return token.start()
            elif first in {")", "]", "}"}:
                depth -= 1
        self._unclosed = at
        return len(self.text)


def _escaped(match: "re.Match[str]") -> Any:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _ESCAPED.get(match[4], match[4])
    number = int(code, 16)
    return chr(number) if number < 0x110000 else "\ufffd"
