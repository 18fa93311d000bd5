"""The files that findings are about: where they lie, and their lines."""

import codecs
import os
from pathlib import Path

from gsdc.finding import Finding
from gsdc.source.span import Argument


class Files:
    """The files of the project in ``root``, each read once.

    A finding names a file from the project's folder, or from the working folder where a person named it so; the place
    of a finding about an option ("--fleet") is no file.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.path.abspath(root)  # noqa: PTH100 - a symbolic link on the way to the project is no matter
        self._lines: dict[str, list[bytes]] = {}
        self._locations: dict[str, str] = {}

    def lines(self, path: str) -> list[bytes]:
        """Return the lines of a file without their ends; none of a file that cannot be read."""
        if path not in self._lines:
            try:
                content = Path(self._location(path)).read_bytes()
            except (OSError, ValueError):
                content = b""
            self._lines[path] = content.split(b"\n") if content else []
        return self._lines[path]

    def line(self, finding: Finding) -> str | None:
        """Return the line that ``finding`` is about, None where there is none or it cannot be read.

        A key that stands in a client's file is cut off: what is printed ends up in logs.
        """
        if finding.excerpt is not None:
            return finding.excerpt
        path, number, _ = finding.span
        if not number:
            return None
        lines = self.lines(path)
        if number > len(lines):
            return None
        line = lines[number - 1].rstrip(b"\r").decode("utf-8", "replace")
        return _without_keys(line) if path.lower().endswith((".json", ".jsonc")) else line

    def begins_with_mark(self, path: str) -> bool:
        """Tell whether a file begins with a byte order mark."""
        return any(line.startswith(codecs.BOM_UTF8) for line in self.lines(path)[:1])

    def in_project(self, path: str) -> str:
        """Return ``path`` from the project's folder; of a file outside the whole path."""
        return _below(self._location(path), self._root)

    def from_here(self, path: str) -> str:
        """Return ``path`` from the working folder; of a file outside the whole path."""
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


def _without_keys(line: str) -> str:
    from gsdc.plans.literal_keys import literal_keys

    key = next(literal_keys(line), None)
    return line if key is None else f"{line[: key.start]}…"


def _below(location: str, folder: str) -> str:
    if location == folder:
        return "."
    within = folder.rstrip(os.sep) + os.sep
    return location.removeprefix(within).replace(os.sep, "/")
