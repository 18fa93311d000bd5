"""The user's files, read-only, and nothing outside their folder."""

import re
from fnmatch import fnmatchcase
from itertools import accumulate, takewhile
from pathlib import Path, PurePosixPath

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Span

PROJECT_FILE = "gsdc.yaml"
MISNAMED_FILE = "gsdc.yml"
PLANNING = ".planning"
MAX_BYTES = 4_000_000
# Folders that hold copies: of packages, of a build or of the history of gsdc.
COPIES = frozenset({"node_modules", "build", "dist", "target", "vendor", "venv", "__pycache__", ".git", ".gsdc"})

UNUSABLE = Diagnostic(
    "IN001",
    "unusable-file",
    Severity.ERROR,
    """A file cannot be read.

    It does not exist or cannot be opened, it is a folder where a file is meant, its text is not UTF-8, or it has more
    than 4 MB.

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
    through a symbolic link that points out, is refused.

    ## Example (gsdc.yaml)
    targets:
      opencode: {path: ../opencode.json}

    ## Use instead (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
    """,
)


class Tree:
    """A folder of the user's: files are named by POSIX paths relative to ``root`` and never leave it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real_root = root.resolve()

    def locate(self, path: str, span: Span | None = None) -> Path:
        """Return where ``path`` lies on disk; raise ``Rejected`` (at ``span``) where it would leave the folder.

        A path leaves it when it is absolute, climbs with "..", or passes through a symbolic link that points out.
        """
        span = span or Span(path)
        location = self.root.joinpath(*parts_of(path, span))
        try:
            real = location.resolve()
        except (OSError, RuntimeError):
            raise Rejected(OUTSIDE.at(span, f'"{path}" is a loop of symbolic links', "remove the loop")) from None
        if real != self._real_root and self._real_root not in real.parents:
            message = f'"{path}" leads out of the project through a symbolic link'
            raise Rejected(OUTSIDE.at(span, message, "replace the link by a real folder"))
        return location

    def read(self, path: str) -> bytes | None:
        """Return the bytes of ``path``, or None where there is no such file.

        Raises ``Rejected`` for a folder, an unreadable file, or one over 4 MB.
        """
        return read_file(self.locate(path), path)

    def size(self, path: str) -> int | None:
        """Return how many bytes the file ``path`` has, None where there is no such file; raise as ``locate`` does."""
        location = self.locate(path)
        return location.stat().st_size if location.is_file() else None

    def glob(self, pattern: str) -> list[str]:
        """Return the files that ``pattern`` matches, sorted, as paths relative to the folder.

        Its wildcards match no folder of ``COPIES``: such a one has to be named. Within ``.planning``, and where the
        pattern begins in another folder of a client's own (``.claude/agents/**``), they match every folder.
        """
        folders = re.split(r"[*?]", pattern, maxsplit=1)[0].split("/")[:-1]
        for folder in filter(None, accumulate(folders, "{}/{}".format)):  # say which of them is a link that leads out
            self.locate(folder)
        self.locate(pattern.replace("*", "x").replace("?", "x"))
        is_clients = any(folder.startswith(".") for folder in folders)
        hidden = frozenset() if is_clients else COPIES.difference(PurePosixPath(pattern).parts)
        found = (p.relative_to(self.root) for p in self.root.glob(pattern))
        return sorted(
            p.as_posix()
            for p in found
            if hidden.isdisjoint(takewhile(PLANNING.__ne__, p.parts)) and (self.root / p).is_file()
        )


def is_blank(text: str) -> bool:
    """Tell whether nothing stands in a text but white space, a byte order mark apart."""
    return not text.strip("\ufeff \t\r\n")


def parts_of(path: str, span: Span) -> tuple[str, ...]:
    """Return the parts of a path; raise ``Rejected`` at ``span`` for one that, as written, is not inside a folder."""
    pure = PurePosixPath(path)
    if not pure.parts or pure.is_absolute() or "\\" in path or ":" in pure.parts[0] or not path.isprintable():
        help_ = "name a path relative to the project's folder, with forward slashes"
        raise Rejected(OUTSIDE.at(span, f'"{path}" is not a path inside the project', help_))
    if ".." in pure.parts:
        help_ = 'name a path below the project\'s folder, without ".."'
        raise Rejected(OUTSIDE.at(span, f'"{path}" leaves the project', help_))
    return pure.parts


def fits(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Tell whether a path is one that ``pattern`` names, as ``Tree.glob`` does; both come in parts."""
    if not pattern or not parts:
        return not pattern and not parts
    if pattern[0] == "**":
        return any(fits(parts[skipped:], pattern[1:]) for skipped in range(len(parts)))
    return fnmatchcase(parts[0], pattern[0]) and fits(parts[1:], pattern[1:])


def read_file(location: Path, shown: str) -> bytes | None:
    """Return the bytes of a file, None where it does not exist; raise ``Rejected`` where it cannot be read."""
    try:
        if not location.is_file() and location.exists() and not location.is_dir():
            raise Rejected(UNUSABLE.at(Span(shown), f'"{shown}" is not a regular file', "name a file"))
        with location.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        raise Rejected(UNUSABLE.at(Span(shown), f'"{shown}" is a folder', "name a file")) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        message = f'"{shown}" cannot be read: {reason}'
        raise Rejected(UNUSABLE.at(Span(shown), message, "check the path and its permissions")) from None
    if len(data) > MAX_BYTES:
        help_ = "no configuration or plan is that large: check the path"
        raise Rejected(UNUSABLE.at(Span(shown), f'"{shown}" is larger than 4 MB', help_))
    return data


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
