"""Patterns of paths as in a .gitignore, matched in time that is linear in the path.

Tested against ``git check-ignore``. ``pathspec``, the library for such patterns, is not used: its regular expressions
backtrack in a long name, for hours with a malicious pattern, and patterns come from untrusted repositories.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_ANY_FOLDERS: Final = "**"
_NOTHING: Final = re.compile(r"(?!)")
_CLASSES: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
# A set in brackets: its first "]" is literal, a backslash escapes the next character, "[:name:]" is a class.
_SET: Final = re.compile(r"\[([!^]?)(\]?(?:\[:\w*:\]|\\.|[^\]\\])*+)\]", re.DOTALL)
_IN_SET: Final = re.compile(r"\[:(?P<name>\w*):\]|(?P<low>\\.|.)(?:-(?P<high>\\.|[^\]]))?", re.DOTALL)
_TOKEN: Final = re.compile(
    rf"(?P<stars>\*+)|(?P<one>\?)|(?P<set>{_SET.pattern})|\\(?P<escaped>.)|(?P<plain>.)", re.DOTALL
)


class Glob:
    """A pattern: ``*`` and ``?`` match inside one name, ``**`` any number of folders, ``[a-c]`` one letter.

    A pattern with a slash begins at the project's folder, one without matches a name anywhere. A pattern that matches a
    folder matches everything in it. (gitignore(5), without "!", which has no meaning here.)
    """

    def __init__(self, pattern: str) -> None:
        names = [name for name in _names(pattern) if name]
        anywhere = [] if len(_names(pattern.rstrip("/"))) > 1 else [_ANY_FOLDERS]
        if names[-1:] == [_ANY_FOLDERS]:
            names.append("*")  # the paths inside those folders match
        if pattern.endswith("/"):
            names.append("*")  # the paths inside the matched folder match
        # A regular expression for each name, and None for any number of names: no expression sees more than one name,
        # and none backtracks.
        self._parts = [None if name == _ANY_FOLDERS else _compiled(name) for name in (*anywhere, *names, _ANY_FOLDERS)]

    def matches(self, path: str) -> bool:
        """Tell whether the pattern matches ``path``, which is relative to the project's folder."""
        states = self._reached([0])
        for name in path.split("/"):
            states = self._reached(self._step(states, name))
        return len(self._parts) in states

    def _step(self, states: Iterable[int], name: str) -> Iterator[int]:
        for state in states:
            part = self._parts[state] if state < len(self._parts) else _NOTHING
            if part is None:
                yield state
            elif part.match(name):
                yield state + 1

    def _reached(self, states: Iterable[int]) -> set[int]:
        """Return ``states`` and the states that follow if a ``**`` matches no folder."""
        reached = set(states)
        for state, part in enumerate(self._parts):
            if part is None and state in reached:
                reached.add(state + 1)
        return reached


def _names(pattern: str) -> list[str]:
    """Return the parts of a pattern between slashes; a slash in brackets separates nothing."""
    names = [""]
    for match in _TOKEN.finditer(pattern):
        if match["plain"] == "/":
            names.append("")
        else:
            names[-1] += match[0]
    return names


def _compiled(name: str) -> re.Pattern[str]:
    """Return the expression for one name; an open bracket, or a backslash at the end, matches nothing."""
    sections = [""]  # the text between stars
    for match in _TOKEN.finditer(name):
        if match["stars"]:
            sections.append("")
        elif match["set"]:
            sections[-1] += _set(match["set"])
        elif match["one"]:
            sections[-1] += "."
        elif match["plain"] in {"[", "\\"}:
            return _NOTHING
        else:
            sections[-1] += re.escape(match["escaped"] or match["plain"])
    first, *rest = sections
    if not rest:
        return re.compile(rf"(?s:{first})\Z")
    # The first match of a section is enough: the text before the next star needs no second attempt.
    middle = "".join(f"(?>.*?{section})" for section in rest[:-1])
    return re.compile(rf"(?s:{first}{middle}.*{rest[-1]})\Z")


def _set(text: str) -> str:
    """Return the set of a regular expression for a set in brackets."""
    found = _SET.fullmatch(text)
    if found is None:
        raise AssertionError(text)
    negated, inside = found.groups()
    members = "".join(map(_member, _IN_SET.finditer(inside)))
    if not members:
        return "." if negated else "(?!)"
    return f"[{'^' if negated else ''}{members}]"


def _member(match: re.Match[str]) -> str:
    if match["name"] is not None:
        return _CLASSES.get(match["name"], "")
    low, high = (each.removeprefix("\\") or each if each else each for each in match.group("low", "high"))
    if high is None:
        return re.escape(low)
    return f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
