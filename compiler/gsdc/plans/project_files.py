"""The files of a project, by the names that plans use: paths, folders, globs, and bare file names."""

import os
import stat
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Final

from gsdc.finding import Rejected
from gsdc.source.tree import Tree
from gsdc.source.walk import walk

# Plans do not promise files in these folders, which may contain a hundred thousand.
_SKIPPED: Final = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__"})
_MAX_FILES: Final = 200_000


class ProjectFiles:
    """The files below ``root``; nothing outside is read, nor through a symbolic link that leads outside."""

    def __init__(self, root: Path) -> None:
        self._tree = Tree(root)

    def at(self, path: str) -> tuple[str, ...] | None:
        """Return the files at ``path``: the file, those below a folder, or those that a glob matches.

        None if there is nothing; an empty folder is something. Raises ``Rejected`` if it leaves the project.
        """
        location = self._tree.locate(path)
        try:
            mode = location.stat().st_mode
        except OSError:  # also for a name that is too long: there may be prose instead of a path
            mode = 0
        if stat.S_ISDIR(mode):
            return self._below(path)
        if mode:
            return None if path.endswith("/") else (path,)
        if "*" not in path and "?" not in path:
            return None
        parts = [part for part in path.split("/") if part not in {"", "."}]
        fixed = next(index for index, part in enumerate(parts) if "*" in part or "?" in part)
        return tuple(file for file in self._below("/".join(parts[:fixed])) if _matches(file, parts)) or None

    def named(self, name: str) -> tuple[str, ...]:
        """Return the files of the whole project whose path ends in ``name``, such as "routes.py" or "api/routes.py"."""
        same = self._by_name.get(name.rpartition("/")[2], ())
        return tuple(file for file in same if file == name or file.endswith("/" + name))

    @cached_property
    def suffixes(self) -> frozenset[str]:
        """The file name extensions in use in the project, with their dots."""
        return frozenset(os.path.splitext(name)[1] for name in self._by_name)  # noqa: PTH122 - a name, many times

    def text(self, path: str) -> str:
        """Return the text of a file, with invalid UTF-8 replaced. Raises ``Rejected`` if it cannot be read."""
        return (self._tree.read(path) or b"").decode("utf-8", "replace")

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for file in self._below(""):
            found.setdefault(file.rpartition("/")[2], []).append(file)
        return found

    def _below(self, folder: str) -> tuple[str, ...]:
        """Return the files below ``folder``, sorted, without those that a symbolic link takes out of the project."""
        found: list[str] = []
        within = "" if folder in {"", "."} else folder.rstrip("/") + "/"
        for path, entries in walk(str(self._tree.root / folder), [], lambda _, name: name not in _SKIPPED):
            names = (entry.name for entry in entries if not entry.is_dir())
            found += (file for file in (f"{within}{path}{name}" for name in names) if self._inside(file))
            if len(found) > _MAX_FILES:
                break
        return tuple(sorted(found))

    def _inside(self, path: str) -> bool:
        if not (self._tree.root / path).is_symlink():
            return True
        try:
            self._tree.locate(path)
        except Rejected:
            return False
        return True


def _matches(file: str, pattern: list[str]) -> bool:
    """Tell whether a glob matches a file's path: ``*`` stays in its folder, ``**`` does not; brackets are literal."""
    if any("**" in part for part in pattern):
        return fnmatchcase(file, "/".join(pattern).replace("[", "[[]").replace("**/", "*"))
    parts = file.split("/")
    return len(parts) == len(pattern) and all(
        fnmatchcase(part, glob.replace("[", "[[]")) for part, glob in zip(parts, pattern, strict=True)
    )
