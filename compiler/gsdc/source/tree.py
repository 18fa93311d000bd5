"""The user's files, read-only, and nothing outside their folder."""

import errno
import os
import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path, PurePosixPath

from gsdc.filesystem.read import Folder, NotRegularError, OutsideError, TooLargeError
from gsdc.filesystem.read import read as read_regular
from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.span import Span

PROJECT_FILE = "gsdc.yaml"
MISNAMED_FILE = "gsdc.yml"
PLANNING = ".planning"
MAX_BYTES = 4_000_000
# Folders with copies: of packages, of build output or of gsdc's history.
COPIES = frozenset({"node_modules", "build", "dist", "target", "vendor", "venv", "__pycache__", ".git", ".gsdc"})

UNUSABLE = Diagnostic(
    "IN001",
    "unusable-file",
    Severity.ERROR,
    """A file cannot be read.

    It does not exist or cannot be opened, it is no regular file (a folder, a pipe, a device), its text is not UTF-8, or
    it has more than 4 MB.

    ## Why is this bad?
    Nothing is compiled from what cannot be read. gsdc cannot start: the exit code is 2.

    ## Example (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
    -- opencode.json/agents.json --
    {}

    ## Use instead (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
    -- opencode.json --
    {}
    """,
)
OUTSIDE = Diagnostic(
    "IN004",
    "path-outside-project",
    Severity.ERROR,
    """A path leads out of the project.

    ## Why is this bad?
    Nothing is read from or written to a place outside the project: a path that is absolute, climbs with "..", or passes
    through a symbolic link that points out, is refused. The target of such a link is neither printed nor checked. With
    --follow-links (lint, status, diff, init --from) links are followed: use it if you trust the links, for example
    those of a dotfiles manager.

    ## Example (gsdc.yaml)
    targets:
      opencode: {path: ../opencode.json}

    ## Use instead (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
    """,
)


class Tree:
    """A folder of the user's: files are named by POSIX paths relative to ``root`` and never leave it.

    With ``follow_links`` they may leave it through symbolic links: the person trusts the links in this folder.
    """

    def __init__(self, root: Path, *, follow_links: bool = False) -> None:
        self.root = root
        self.unvisited: list[str] = []  # folders on the way of a pattern that are nested too deeply
        self.follow_links = follow_links
        self._folder = Folder(root)
        self._checked: set[Path] = set()  # folders known to be inside, through any path

    @property
    def within(self) -> Folder | None:
        """The folder that contains all files, None if links are followed."""
        return None if self.follow_links else self._folder

    def locate(self, path: str, span: Span | None = None) -> Path:
        """Return the location of ``path`` on disk. Raises ``Rejected`` (at ``span``) if it leaves the folder.

        A path leaves it if it is absolute, contains "..", or passes through a symbolic link that points outside.
        """
        location = self.root.joinpath(*parts_of(path, span or Span(path)))
        if self.follow_links:
            return location
        if _loops(location):
            message = f'"{path}" is a loop of symbolic links'
            raise Rejected(OUTSIDE.at(span or Span(path, 0, 0), message, "remove the loop"))
        if not self._folder.holds(os.path.realpath(location)):
            raise Rejected(self._outside(path, span))
        return location

    def read(self, path: str) -> bytes | None:
        """Return the bytes of ``path``, or None if there is no such file.

        Raises ``Rejected`` if it is not a regular file, is unreadable, over 4 MB, or outside the folder.
        """
        location = self.root.joinpath(*parts_of(path, Span(path)))
        try:
            content = read_file(location, path, self.within)
        except OutsideError:
            raise Rejected(self._outside(path, None)) from None
        except Rejected:
            self.locate(path)  # reports a loop of links as such
            raise
        if content is None and (location.parent not in self._checked or os.path.lexists(location)):
            self.locate(path)  # the target of a link may be missing
            self._checked.add(location.parent)
        return content

    def _outside(self, path: str, span: Span | None) -> Finding:
        """Return the finding that a link leads outside: at ``span``, else at the link, once for all paths."""
        if span is not None:
            message = f'"{path}" leads out of the project through a symbolic link'
            return OUTSIDE.at(span, message, "replace the link by a real folder")
        ways = accumulate(PurePosixPath(path).parts, "{}/{}".format)
        link = next((way for way in ways if not self._folder.holds(os.path.realpath(self.root / way))), path)
        return link_out(link)

    def exists(self, path: str) -> bool:
        """Tell whether ``path`` exists in the folder; a path through a link that leads outside does not."""
        try:
            return self.locate(path).exists()
        except Rejected:
            return False

    def size(self, path: str) -> int | None:
        """Return the size of the file ``path`` in bytes, None if there is no such file; raise as ``locate`` does."""
        location = self.locate(path)
        return location.stat().st_size if location.is_file() else None

    def glob(self, pattern: str) -> list[str]:
        """Return the files that ``pattern`` matches, sorted, as paths relative to the folder.

        Its wildcards match no folder of ``COPIES``: the pattern must name such a folder. In ``.planning``, and if the
        pattern begins in another folder of a client (``.claude/agents/**``), they match every folder.
        """
        folders = re.split(r"[*?]", pattern, maxsplit=1)[0].split("/")[:-1]
        for folder in filter(None, accumulate(folders, "{}/{}".format)):  # raises for a link that leads outside
            self.locate(folder)
        self.locate(pattern.replace("*", "x").replace("?", "x"))
        from gsdc.source.path_pattern import matching

        parts = PurePosixPath(pattern).parts
        is_clients = any(folder.startswith(".") for folder in folders)
        hidden = frozenset() if is_clients else COPIES.difference(parts)
        found = matching(str(self.root), parts, hidden, PLANNING, self.unvisited)
        # Everything except folders is listed: reading reports a pipe, or a broken link.
        return sorted(path for path in found if _is_named(f"{self.root}/{path}"))


def _is_named(location: str) -> bool:
    return os.path.lexists(location) and not os.path.isdir(location)  # noqa: PTH112 - for each of ten thousand files


def _loops(location: Path) -> bool:
    try:
        location.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    except ValueError:
        return False
    return False


def configured_folders(folder: Path, root: Path, top: Path | None = None) -> Iterator[Path]:
    """Yield ``folder`` and its parents that have a gsdc.yaml, or an entry of that name, nearest first.

    The search goes through ``root``, the project's folder, to the top of its repository. Folders in the project have
    paths in the form of ``root``, others absolute paths. ``top`` is the real path of ``root``, if known.
    """
    at, inside = os.path.realpath(folder), str(top or root.resolve())
    while True:
        below = at.startswith(inside.rstrip(os.sep) + os.sep)
        if os.path.lexists(f"{at}{os.sep}{PROJECT_FILE}"):
            yield root / at[len(inside) :].lstrip(os.sep) if below or at == inside else Path(at)
        above = os.path.dirname(at)  # noqa: PTH120 - strings: this is asked for each folder of plans
        if at == above or (not below and os.path.lexists(f"{at}{os.sep}.git")):
            return
        at = above


def is_blank(text: str) -> bool:
    """Tell whether a text contains only white space, and perhaps a byte order mark."""
    return not text.strip("\ufeff \t\r\n")


def parts_of(path: str, span: Span) -> tuple[str, ...]:
    """Return the parts of a path. Raises ``Rejected`` at ``span`` for a path that, as written, leaves the folder."""
    pure = PurePosixPath(path)
    if not pure.parts or pure.is_absolute() or "\\" in path or ":" in pure.parts[0] or not path.isprintable():
        help_ = "name a path relative to the project's folder, with forward slashes"
        raise Rejected(OUTSIDE.at(span, f'"{path}" is not a path inside the project', help_))
    if ".." in pure.parts:
        help_ = 'name a path below the project\'s folder, without ".."'
        raise Rejected(OUTSIDE.at(span, f'"{path}" leaves the project', help_))
    return pure.parts


def read_file(location: str | Path, shown: str, within: Folder | None = None) -> bytes | None:
    """Return the bytes of a file, None if it does not exist. Raises ``Rejected`` if it cannot be read.

    Raises ``OutsideError`` if a link takes it out of the folder ``within``.
    """
    try:
        return read_regular(location, MAX_BYTES, within)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OutsideError:
        raise
    except IsADirectoryError:
        raise Rejected(UNUSABLE.at(Span(shown, 0, 0), f'"{shown}" is a folder', "name a file")) from None
    except NotRegularError:
        raise Rejected(UNUSABLE.at(Span(shown, 0, 0), f'"{shown}" is not a regular file', "name a file")) from None
    except TooLargeError:
        help_ = "no configuration or plan is that large: check the path"
        raise Rejected(UNUSABLE.at(Span(shown, 0, 0), f'"{shown}" is larger than 4 MB', help_)) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        message = f'"{shown}" cannot be read: {reason}'
        raise Rejected(UNUSABLE.at(Span(shown, 0, 0), message, "check the path and its permissions")) from None


def read_named(path: str, base: Folder, *, follow_links: bool = False) -> bytes | None:
    """Return the bytes of a file that a person named, relative to the folder ``base``; None if there is none.

    Raises ``Rejected`` if it cannot be read, or is a link out of ``base``. A file outside ``base`` belongs to the
    parent of its .planning folder, else to its own folder.
    """
    location = os.path.join(base.path, path)  # noqa: PTH118 - thousands of times
    within = base
    if os.path.isabs(path) or ".." in path.split("/"):  # noqa: PTH117
        above = os.path.abspath(base.path).rstrip(os.sep) + os.sep  # noqa: PTH100
        if not os.path.abspath(location).startswith(above):  # noqa: PTH100
            project = location.rpartition(f"{os.sep}{PLANNING}{os.sep}")[0]
            within = Folder(project or os.path.dirname(location) or ".")  # noqa: PTH120
    try:
        return read_file(location, path, None if follow_links else within)
    except OutsideError:
        raise Rejected(link_out(path)) from None


def link_out(path: str) -> Finding:
    """Return the finding that a client's file, a plan or another file is not checked."""
    message = f'"{path}" is not checked: it is a link out of the project'
    help_ = "if you trust the link, use --follow-links with lint, status, diff or init"
    return OUTSIDE.at(Span(path, 0, 0), message, help_)


def decode(data: bytes, shown: str) -> str:
    """Return the text of ``data``, which must be UTF-8; a BOM stays the first character.

    Raises ``Rejected`` with the line and column of the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line_start = before.rfind("\n") + 1
        span = Span(shown, before.count("\n") + 1, len(before) - line_start + 1)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise Rejected(UNUSABLE.at(span, message, "save the file as UTF-8")) from None
