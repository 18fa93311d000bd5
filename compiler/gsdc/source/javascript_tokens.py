"""The tokens of a JavaScript file: words, literals and operators, with their places.

Comments and white space are left out. A slash begins a regular expression if no value can precede it; the code inside a
template is code. The time is linear in the length of the file.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_ESCAPE: Final = r"\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]{1,6}\}"
_TOKEN: Final = re.compile(
    r"(?P<blank>\s+|//[^\n\r\u2028\u2029]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?)"
    rf"|(?P<word>(?:[^\W\d]|\$|{_ESCAPE})(?:\w|\$|{_ESCAPE})*)"
    r"|(?P<number>[0-9][\w.]*)"
    r"|(?P<text>'(?:[^'\\\n]|\\(?s:.))*'?|\"(?:[^\"\\\n]|\\(?s:.))*\"?)"
    r"|(?P<mark>=>|\.\.\.|\?\.(?![0-9])|>>>=|\*\*=|<<=|>>=|\|\|=|&&=|\?\?=|===|!==|==|!=|<=|>=|&&|\|\||\?\?|\+\+|--"
    r"|[-+*%&|^]=|(?s:.))"
)
# The limit exceeds any real pattern; without it, each slash of a line would be scanned to the end of the line.
_PATTERN: Final = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,500}/[a-z]*")
_TEMPLATE: Final = re.compile(r"(?s)(?:[^`\\$]|\\.|\$(?!\{))*")
_WORD_ESCAPE: Final = re.compile(_ESCAPE)
# A value follows these words, though they look like one; a statement follows the parentheses of those.
_BEFORE_VALUE: Final = frozenset(
    (
        "return",
        "typeof",
        "case",
        "in",
        "of",
        "delete",
        "void",
        "throw",
        "new",
        "do",
        "else",
        "yield",
        "await",
        "default",
    )
)
_CONDITIONS: Final = frozenset(("if", "while", "for", "with"))


OPENING: Final = frozenset("([{")
CLOSING: Final = frozenset(")]}")


class Token(NamedTuple):
    """A token: ``kind`` is "word", "number", "text", "template", "pattern" or "mark".

    ``text`` is the source; a name has its escapes resolved, a text has no quotes.
    """

    start: int
    kind: str
    text: str


def tokens(text: str) -> list[Token]:
    """Return the tokens of a file, in its order."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    open_: list[str] = []  # the owner of each open bracket: "", "condition", "template", "block"
    last = Token(0, "mark", ";")
    ends_value = False
    while at < len(text):
        if text[at] == "`" or (text[at] == "}" and open_ and open_[-1] == "template"):
            if text[at] == "}":
                open_.pop()
            match = _TEMPLATE.match(text, at + 1)
            end = match.end() if match else at + 1
            yield (last := Token(at, "template", text[at + 1 : end]))
            is_open = text.startswith("${", end)
            if is_open:
                open_.append("template")
            at, ends_value = end + (2 if is_open else 1), not is_open
            continue
        if text[at] == "/" and text[at + 1 : at + 2] not in ("/", "*") and not ends_value:
            match = _PATTERN.match(text, at)
            if match:
                yield (last := Token(at, "pattern", match[0]))
                at, ends_value = match.end(), True
                continue
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:  # nothing: every character is a mark
            return
        at = match.end()
        if match.lastgroup == "blank":
            continue
        token = Token(match.start(), match.lastgroup, _plain(match))
        ends_value = _ends_value(token, last, open_)
        yield (last := token)


def _plain(match: "re.Match[str]") -> str:
    if match.lastgroup == "word":
        return _WORD_ESCAPE.sub(_character, match[0]) if "\\" in match[0] else match[0]
    if match.lastgroup == "text":
        return match[0][1:-1] if len(match[0]) > 1 and match[0][-1] == match[0][0] else match[0][1:]
    return match[0]


def _character(match: "re.Match[str]") -> str:
    code = int(match[0].strip("\\u{}"), 16)
    return chr(code) if code < 0x110000 else "\ufffd"


def _ends_value(token: Token, last: Token, open_: list[str]) -> bool:
    """Tell whether a value ends with ``token``, so that a slash after it divides; count the brackets."""
    if token.kind != "mark":
        return token.kind != "word" or token.text not in _BEFORE_VALUE or last.text == "."
    if token.text in ("(", "[", "{"):
        is_block = token.text == "{" and (last.text in (")", ";", "{", "}", "=>", "else", "do", "try", "finally"))
        is_condition = token.text == "(" and last.kind == "word" and last.text in _CONDITIONS
        open_.append("condition" if is_condition else "block" if is_block else "")
        return False
    if token.text in (")", "]", "}"):
        kind = open_.pop() if open_ else ""
        return kind == ""
    return token.text in ("++", "--") and last.kind != "mark"


def partners(found: Sequence[Token]) -> dict[int, int]:
    """Return the index of the closing bracket for each opening one; an unclosed bracket has the last index."""
    pairs: dict[int, int] = {}
    open_: list[int] = []
    for index, token in enumerate(found):
        if token.kind == "mark" and token.text in OPENING:
            open_.append(index)
        elif token.kind == "mark" and token.text in CLOSING and open_:
            pairs[open_.pop()] = index
    return pairs | dict.fromkeys(open_, len(found) - 1)
