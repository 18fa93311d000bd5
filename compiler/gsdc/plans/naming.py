"""Which files of a project a must-have names: by path, by path and place, or by bare name."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from gsdc.finding import Rejected
from gsdc.plans.project_files import ProjectFiles
from gsdc.source.file_list import paths

# A part of a path: the text after "::", "#", "(" or ":" names a place in the file.
_PLACE: Final = re.compile(r"::?|#|\(")
_PLACEHOLDER: Final = re.compile(r"[{}<>]")
_SUFFIX: Final = re.compile(r"[^./\s]\.[a-z][a-z0-9]{0,4}")


class Refused(NamedTuple):
    """A path that is not followed, and why."""

    message: str
    help: str


class Naming:
    """Finds the files that names refer to; ``own`` are the paths of the plan, which have precedence."""

    def __init__(self, files: ProjectFiles, own: tuple[str, ...]) -> None:
        self._files, self._own = files, own

    def artifact(self, path: str) -> tuple[str, ...] | Refused | None:
        """Return the files at a path, with or without a note after it; None if there are none."""
        found = self._at(path)
        bare = paths(path)
        return self._at(bare[0]) if found is None and bare and bare[0] != path else found

    def end(self, name: str) -> tuple[str, ...] | Refused | None:
        """Return the files that one end of a link names: by its path, else by a word of it, else by a file's name.

        Returns None if it names none.
        """
        exact = self._at(name)
        if exact and not isinstance(exact, Refused):
            return exact
        for word in _words(name):
            found = self._at(word)
            if found and not isinstance(found, Refused):
                return found
            own = [found for path in self._own if path.endswith("/" + word) for found in self._existing(path)]
            by_name = tuple(own) or self._files.named(word)
            if by_name:
                return by_name
        # A route such as "/api/users" is not a path, though it looks like one.
        return exact if isinstance(exact, Refused) and names_file(name) else None

    def could_be_file(self, name: str) -> bool:
        """Tell whether a name without a file is meant as a file: its extension is in use, here or in the plan."""
        if has_placeholder(name):
            return False
        if name.endswith("/") and " " not in name and not name.startswith("/"):
            return True
        word = next(iter(_words(name)), "")
        if not names_file(word) or not name.startswith(word):
            return False
        suffix = "." + word.rpartition(".")[2]
        return "/" in word or suffix in self._files.suffixes or any(path.endswith(suffix) for path in self._own)

    def elsewhere(self, path: str) -> str:
        """Return the one file of the project with the name of the file at ``path``, "" if there is not exactly one."""
        same = self._files.named(path.rstrip("/").rpartition("/")[2])
        return same[0] if len(same) == 1 else ""

    def _existing(self, path: str) -> tuple[str, ...]:
        found = self._at(path)
        return () if found is None or isinstance(found, Refused) else found

    def _at(self, path: str) -> tuple[str, ...] | Refused | None:
        """Return the files at a path, None if there are none, or why it is not followed."""
        if path.startswith("~"):
            return Refused(f'"{path}" is not a path inside the project', "name a path relative to the project's folder")
        try:
            return self._files.at(path)
        except Rejected as rejected:
            return Refused(rejected.findings[0].message, rejected.findings[0].help)


def has_placeholder(path: str) -> bool:
    """Tell whether a path is a template for several paths, such as "phases/{N}/notes.md"."""
    return _PLACEHOLDER.search(path) is not None


def names_file(path: str) -> bool:
    """Tell whether a text ends as a file's path does: with an extension, and without blanks around it."""
    return " " not in path.strip() and _SUFFIX.search(path[-7:]) is not None and path[-1:].isalnum()


def _words(name: str) -> Iterator[str]:
    """Yield the words of a text that look like paths, without a place in the file after them."""
    for word in name.split():
        path = _PLACE.split(word, maxsplit=1)[0].strip("`\"',;()")
        if ("/" in path or "." in path) and not path.startswith(("/", "~")):
            yield path
