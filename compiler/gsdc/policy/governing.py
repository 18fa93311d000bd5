"""Which policies govern a folder: that of the nearest gsdc.yaml, and those of all gsdc.yaml files above it.

The nearest one decides. It may require more than the ones above, never less: their never-break rules also apply below.
An invalid nested gsdc.yaml decides nothing: the nearest valid one above it applies to its folder.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.policy.load import Loaded, load
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE, configured_folders

LINKED_POLICY = Diagnostic(
    "RF010",
    "linked-policy",
    Severity.ERROR,
    """A gsdc.yaml in a subfolder of the project is a symbolic link.

    ## Why is this bad?
    Its content was written for another folder, and changes with it. It is ignored: the policy above applies to the
    files in the folder.

    ## No example
    A text cannot show a link.
    """,
)

Loader = Callable[..., Loaded]
"""``policy.load.load``, with the options of a command."""

Placed = tuple[Path, Loaded]
"""A policy with the folder of its gsdc.yaml."""


class Governing(NamedTuple):
    """The policies of one folder: the ``nearest`` valid one, and all valid ones ``above`` it, nearest first."""

    nearest: Placed
    above: tuple[Placed, ...]


class Policies:
    """The policies that govern the folders in and above the project in ``root``, each loaded once.

    ``loader`` loads the project's own policy with the options of a command; the others are loaded without options.
    """

    def __init__(self, root: Path, loader: Loader = load, *, follow_links: bool = False) -> None:
        self._root = root
        self._real_root = root.resolve()
        self._loader = loader
        self._follow_links = follow_links
        self._loaded: dict[Path, Loaded] = {}

    def load(self, folder: Path) -> Loaded:
        """Return the result of loading the gsdc.yaml in ``folder``; the defaults if there is none."""
        real = folder.resolve()
        if real not in self._loaded:
            loader = self._loader if real == self._real_root else load
            self._loaded[real] = loader(folder, follow_links=self._follow_links)
        return self._loaded[real]

    def govern(self, folder: Path) -> Governing:
        """Return the policies that govern ``folder``; the nearest is the project's own if none is valid."""
        good = self._good(configured_folders(folder, self._root))
        return Governing(good[0] if good else (self._root, self.load(self._root)), good[1:])

    def above(self, folder: Path) -> tuple[Placed, ...]:
        """Return the valid policies above ``folder``, nearest first."""
        real = folder.resolve()
        return self._good(at for at in configured_folders(folder, self._root) if at.resolve() != real)

    def broken(self, folder: Path) -> tuple[Finding, ...]:
        """Return why the gsdc.yaml in ``folder``, not the project's own, decides nothing; () if it is valid."""
        if (folder / PROJECT_FILE).is_symlink():
            help_ = "write a real file there; `extends` can include another file of that folder"
            return (LINKED_POLICY.at(Span(PROJECT_FILE), f'"{PROJECT_FILE}" is a symbolic link', help_),)
        loaded = self.load(folder)
        return () if loaded.policy is not None else loaded.findings

    def _good(self, folders: Iterable[Path]) -> tuple[Placed, ...]:
        found = ((at, self.load(at)) for at in folders if not self._is_link(at))
        return tuple((at, loaded) for at, loaded in found if loaded.policy is not None)

    def _is_link(self, folder: Path) -> bool:
        return folder.resolve() != self._real_root and (folder / PROJECT_FILE).is_symlink()
