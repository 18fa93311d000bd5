"""The store: the folder ``.gsdc`` with gsdc's state for a project; it excludes itself from Git.

.gsdc/lock             the process at work; locked by the system while the process lives
.gsdc/new/             a transaction that is being written
.gsdc/pending/         a transaction that has begun; if it exists at the next start, it is undone
.gsdc/history/000007/  a complete transaction
.gsdc/kept/000007/     manually edited files that --force replaced, and files that recovery could not restore
.gsdc/old/             files that are being deleted
.gsdc/ledger.db        recorded usage: the ledger
"""

import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from gsdc.filesystem.place import PRIVATE_FOLDER, Place, Root
from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.source.span import Span
from gsdc.source.tree import OUTSIDE, Tree
from gsdc.transaction.change import Image
from gsdc.transaction.disk import Disk

FOLDER: Final = ".gsdc"
# The history is local to one machine; a baseline and the editor schemas are shared.
_IGNORED: Final = """\
# made by gsdc
/.gitignore
/history/
/kept/
/ledger.db*
/lock
/log.jsonl
/new/
/old/
/paused.json
/pending/
/shadow/
"""
# They contain no client file. A file written there could be run by every user of the repository.
PROTECTED: Final = frozenset({".git", ".hg", ".jj", ".svn", FOLDER})

UNUSABLE_STORE = Diagnostic(
    "DP002",
    "unusable-store",
    Severity.ERROR,
    """The folder .gsdc, or one in it, is a file or a symbolic link, or cannot be read.

    ## Why is this bad?
    History would be missing, or be written outside the project through a link (design, "apply"). Nothing is
    changed.

    ## Example (gsdc.yaml, gsdc apply --yes)
    profile: balanced
    -- .gsdc --
    a file

    ## Use instead (gsdc.yaml, gsdc apply --yes)
    profile: balanced
    """,
)


class Store:
    """The paths below ``.gsdc`` of the project in ``root``. Raises ``Rejected`` if it is not a real folder."""

    def __init__(self, root: Path) -> None:
        self.tree = Tree(root)
        self.root = Root(root)
        self.folder = self.root / FOLDER
        self.lock = self.folder / "lock"
        self.new = self.folder / "new"
        self.pending = self.folder / "pending"
        self.history = self.folder / "history"
        self.kept = self.folder / "kept"
        self.old = self.folder / "old"
        for folder in (self.folder, self.new, self.pending, self.history, self.kept, self.old):
            try:
                status = folder.status()
            except OSError as error:
                raise self._unusable(folder, error) from None
            if status is not None and not stat.S_ISDIR(status.st_mode):
                message = f'"{folder}" is not a folder'
                help_ = "move it away: gsdc keeps its history there"
                raise Rejected(UNUSABLE_STORE.at(Span(str(folder), 0, 0), message, help_))

    def _unusable(self, folder: Place, error: OSError) -> Rejected:
        message = f'"{folder}" cannot be read: {(error.strerror or str(error)).lower()}'
        return Rejected(UNUSABLE_STORE.at(Span(str(folder), 0, 0), message, "make it readable and writable"))

    @property
    def place(self) -> int:
        """An id that distinguishes this folder from every other in the file system; it cannot be predicted."""
        status = self.folder.status()
        return 0 if status is None else status.st_ino

    def prepare(self, disk: Disk) -> None:
        """Create the missing folders. Raises OSError on a disk error."""
        if not self.folder.is_folder():
            disk.make_folder(self.folder)
            disk.sync(self.folder.parent)
        self._prepare_history(disk)
        ignored, scratch = self.folder / ".gitignore", self.folder / ".gitignore.new"
        if ignored.status() is None:
            disk.remove(scratch)
            with suppress(FileExistsError, FileNotFoundError):  # another process created it first
                disk.write(scratch, Image(_IGNORED.encode()))
                disk.replace(scratch, ignored)

    def _prepare_history(self, disk: Disk) -> None:
        """Create the history folder, readable by its owner only; older gsdc versions made it readable by all."""
        status = self.history.status()
        if status is None:
            disk.make_folder(self.history, PRIVATE_FOLDER)
        elif stat.S_IMODE(status.st_mode) & ~PRIVATE_FOLDER:
            with suppress(PermissionError):  # another user owns it
                disk.make_folder(self.history, stat.S_IMODE(status.st_mode) & PRIVATE_FOLDER)

    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of the complete transactions, ascending.

        Raises ``Rejected`` if the folder cannot be read.
        """
        try:
            names = self.history.names()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unusable(self.history, error) from None
        return tuple(sorted(int(name) for name in names if name.isdecimal()))

    def record(self, number: int) -> Place:
        """Return the folder of a complete transaction."""
        return self.history / f"{number:06}"

    def discard(self, folder: Place, disk: Disk) -> None:
        """Delete a folder of the store atomically. Raises OSError on a disk error; the folder then stays."""
        disk.remove_all(self.old)
        disk.replace(folder, self.old)
        with suppress(OSError):  # the folder no longer counts; its remains are deleted next time
            disk.sync(self.folder)
            disk.remove_all(self.old)


def kept_at(number: int, path: str, count: int = 1) -> str:
    """Return the place, relative to the project, of the copy of an edited file that change ``number`` replaced.

    ``count`` is 2 or more where another copy has the place before.
    """
    return f"{FOLDER}/kept/{number:06}{f'-{count}' if count > 1 else ''}/{path}"


def real_path(tree: Tree, path: str) -> str:
    """Return the path of the file ``path`` with symbolic links resolved; the file may not exist yet.

    For a file outside the project, if ``tree`` follows links, return ``path`` unchanged.

    Raises ``Rejected`` if the path is outside the project, or in a folder of Git or of gsdc.
    """
    real, root = tree.locate(path).resolve(), tree.root.resolve()
    if not real.is_relative_to(root):
        return path
    real = real.relative_to(root)
    inner = next((part for part in real.parts if part.lower() in PROTECTED), None)
    if inner is not None:
        message = f'"{path}" is in "{inner}", where no client looks'
        raise Rejected(OUTSIDE.at(Span(path, 0, 0), message, "give the target another path"))
    return real.as_posix()
