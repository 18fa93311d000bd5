"""The files of findings: their location, and their lines."""

import codecs
import os
from pathlib import Path

from gsdc.cache import store
from gsdc.credentials.masks import Masks
from gsdc.filesystem.read import Folder
from gsdc.finding import Finding, Rejected
from gsdc.source.span import Argument
from gsdc.source.tree import read_named


class ReportedFiles:
    """The files of the project in ``root``, each read once.

    The path of a finding is relative to the project's folder, or to the working folder if a person entered it so; the
    place of a finding about an option ("--fleet") is not a file.
    """

    def __init__(self, root: Path, *, follow_links: bool = False) -> None:
        self.root = root
        self._root = os.path.abspath(root)  # noqa: PTH100 - a symbolic link on the way to the project is no matter
        self._folder, self._follow_links = Folder(root), follow_links
        self._masks: dict[str, Masks] = {}
        self._lines: dict[str, list[bytes]] = {}
        self._locations: dict[str, str] = {}
        self._shown: dict[tuple[str, int], str] = {}

    def lines(self, path: str) -> list[bytes]:
        """Return the lines of a file without their ends; none of a file that cannot be read."""
        if path not in self._lines:
            try:
                content = read_named(self._location(path), self._folder, follow_links=self._follow_links)
            except Rejected:  # reported elsewhere, or not to be shown
                content = None
            self._lines[path] = content.split(b"\n") if content else []
        return self._lines[path]

    def line(self, finding: Finding) -> str | None:
        """Return the line of ``finding``, None if there is none or it cannot be read.

        It is cut before a credential, because output may be logged.
        """
        if finding.excerpt is not None:
            return finding.excerpt
        path, number = finding.span.path, finding.span.line
        if not number:
            return None
        lines = self.lines(path)
        if number > len(lines):
            return None
        if (path, number) not in self._shown:  # a file of one line may have thousands of findings
            line = lines[number - 1].rstrip(b"\r").decode("utf-8", "replace")
            self._shown[path, number] = self._masked(path).of(line)
        return self._shown[path, number]

    def _masked(self, path: str) -> Masks:
        if path not in self._masks:
            text = b"\n".join(self.lines(path)).decode("utf-8", "replace")
            self._masks[path] = Masks().add(path, text, store.folder("secrets"))
        return self._masks[path]

    def begins_with_mark(self, path: str) -> bool:
        """Tell whether a file begins with a byte order mark."""
        return any(line.startswith(codecs.BOM_UTF8) for line in self.lines(path)[:1])

    def in_project(self, path: str) -> str:
        """Return ``path`` relative to the project's folder; the whole path for a file outside of it."""
        return _below(self._location(path), self._root)

    def from_here(self, path: str) -> str:
        """Return ``path`` relative to the working folder; the whole path for a file outside of it."""
        return _below(self._location(path), os.getcwd())  # noqa: PTH109

    def _location(self, path: str) -> str:
        if path not in self._locations:
            inside = os.path.join(self._root, path)  # noqa: PTH118 - a path is a string throughout
            here = not os.path.lexists(inside) and os.path.lexists(path)
            self._locations[path] = os.path.abspath(path if here else inside)  # noqa: PTH100
        return self._locations[path]


def is_argument(path: str) -> bool:
    """Tell whether the place of a finding is an option or a parameter, not a file."""
    return isinstance(path, Argument)


def _below(location: str, folder: str) -> str:
    if location == folder:
        return "."
    within = folder.rstrip(os.sep) + os.sep
    return location.removeprefix(within).replace(os.sep, "/")
