"""Patterns of paths as in a .gitignore, matched in time that is linear in the path."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from typing import Final

_ANY_FOLDERS: Final = "**"
_NOTHING: Final = re.compile(r"(?!)")


class Glob:
    """A pattern: ``*`` and ``?`` stay inside one name, ``**`` stands for any number of folders, ``[a-c]`` for a letter.

    A pattern with a slash begins at the project's folder, one without matches a name anywhere. What matches a folder
    matches everything in it. (gitignore(5), without "!", which has no meaning here.)
    """

    def __init__(self, pattern: str) -> None:
        names = [name for name in pattern.split("/") if name]
        anywhere = [] if "/" in pattern.rstrip("/") else [_ANY_FOLDERS]
        if names[-1:] == [_ANY_FOLDERS]:
            names.append("*")  # what is matched lies in those folders
        if pattern.endswith("/"):
            names.append("*")  # and here in the folder that is matched
        # A regular expression for each name, and None for any number of them: no expression sees more than one name,
        # and those of `translate` never go back over what they have passed.
        self._parts = [
            None if name == _ANY_FOLDERS else re.compile(translate(name)) for name in (*anywhere, *names, _ANY_FOLDERS)
        ]

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
        """Return ``states`` with those that a ``**`` which stands for no folder leads to."""
        reached = set(states)
        for state, part in enumerate(self._parts):
            if part is None and state in reached:
                reached.add(state + 1)
        return reached
