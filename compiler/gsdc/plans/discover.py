"""Which files below a folder are plans, found with one listing of each folder."""

import os
import re
from collections.abc import Collection, Iterable
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from gsdc.filesystem.read import Folder
from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.source.gsd_names import PHASES, Role, project_of, role
from gsdc.source.gsd_version import GsdVersion, installed_gsd
from gsdc.source.span import Span
from gsdc.source.summary import SUMMARY, is_done
from gsdc.source.tree import COPIES, PLANNING, UNUSABLE, link_out
from gsdc.source.walk import not_visited, walk

SKIPPED_PLAN = Diagnostic(
    "PL040",
    "skipped-plan",
    Severity.WARNING,
    """A file in a phase has almost the name of a plan, and get-shit-done skips it.

    In the folder of a phase, `*-PLAN.md` and `PLAN.md` are plans, in capitals. GSD core also reads `PLAN-NN*.md` in the
    folder `plans/` of a phase, and nothing else in there; get-shit-done 1.42 does not look into that folder.

    ## Why is this bad?
    The plan is never executed: the phase counts as finished, or as not planned (measured on get-shit-done 1.42.3 and
    GSD core 1.14.0).

    ## Example (.planning/phases/05-ui/05-PLAN-01.md)
    ---
    phase: 05-ui
    plan: 01
    type: execute
    wave: 1
    depends_on: []
    files_modified: []
    autonomous: true
    must_haves: {truths: []}
    ---

    ## Use instead (.planning/phases/05-ui/05-01-PLAN.md)
    ---
    phase: 05-ui
    plan: 01
    type: execute
    wave: 1
    depends_on: []
    files_modified: []
    autonomous: true
    must_haves: {truths: []}
    ---
    """,
)


class PlanFile(NamedTuple):
    """A plan on disk: its path for display, and what identifies its file state (ns, bytes).

    ``done`` means that it is no longer to be run: it has a summary (see ``gsdc.source.summary``), or is archived.
    """

    path: str
    mtime: int
    ctime: int
    size: int
    inode: int
    done: bool

    @property
    def folder(self) -> str:
        """The folder of the plan, "" for the base folder of the paths."""
        return self.path.rpartition("/")[0]

    @property
    def state(self) -> tuple[int, int, int, int]:
        """The file state, which differs after a change, except for a change within a clock tick."""
        return self.mtime, self.ctime, self.size, self.inode


class Discovery(NamedTuple):
    """The files below some paths: the plans, each once, sorted; the folders with a mark; the unvisited folders.

    ``marked`` are the folders that contain one of the requested ``marks``, so that no other code must walk the tree.
    ``unvisited`` is a finding for each path below which folders are nested too deeply, ``skipped`` one for each file
    that is meant as a plan and that get-shit-done skips.
    """

    files: tuple[PlanFile, ...]
    marked: tuple[str, ...]
    unvisited: tuple[Finding, ...]
    skipped: tuple[Finding, ...]


def find(
    paths: Iterable[str], base: str = "", *, follow_links: bool = False, marks: Collection[str] = frozenset()
) -> Discovery:
    """Return the plans among ``paths``: a file counts regardless of its name, a folder is searched.

    Paths are relative to the folder ``base``, the working folder by default. Hidden folders other than ``.planning``
    are skipped, and so are symbolic links. ``marks`` are names of files whose folders the caller needs. Raises
    ``Rejected`` for a path that does not exist, and for a folder that a link takes out of ``base``, unless
    ``follow_links`` is true: such a link may lead to the whole machine.
    """
    search = _Search(frozenset(marks))
    for path in paths:
        location = os.path.join(base, path)  # noqa: PTH118 - with os.scandir, a path is a string throughout
        try:
            stat = os.stat(location)  # noqa: PTH116
        except (OSError, ValueError) as error:
            reason = "does not exist" if isinstance(error, FileNotFoundError) else "cannot be read"
            raise Rejected(UNUSABLE.at(Span(path, 0, 0), f'"{path}" {reason}', "check the path")) from None
        if os.path.isdir(location):  # noqa: PTH112
            if not follow_links:
                _expect_inside(path, location, base)
            search.add_folder(location, "" if path in {".", "./"} else path.rstrip("/") + "/")
        else:
            search.add_file(location, path, stat)
    return search.found()


def _expect_inside(path: str, location: str, base: str) -> None:
    """Raise ``Rejected`` if ``path``, as written, is in ``base``, and a symbolic link takes it elsewhere."""
    if os.path.isabs(path) or ".." in Path(path).parts:  # noqa: PTH117
        return
    folder = Folder(base or ".")
    if not folder.holds(os.path.realpath(location)):
        above = accumulate(Path(path).parts, os.path.join)
        link = next(part for part in above if not folder.holds(os.path.realpath(os.path.join(base, part))))  # noqa: PTH118
        raise Rejected(link_out(link))


class _Around(NamedTuple):
    """A folder: the names that lead to it, its summaries, and the get-shit-done of its project."""

    parts: tuple[str, ...]
    summaries: frozenset[str]
    version: GsdVersion


class _Search:
    """The results so far, by path."""

    def __init__(self, marks: frozenset[str]) -> None:
        self._marks = marks
        self._files: dict[str, PlanFile] = {}
        self._marked: list[str] = []
        self._unvisited: list[Finding] = []
        self._skipped: dict[str, Finding] = {}
        self._versions: dict[str, GsdVersion] = {}
        self._around: dict[str, _Around] = {}

    def found(self) -> Discovery:
        """Return the results."""
        files = tuple(self._files[path] for path in sorted(self._files))
        skipped = tuple(self._skipped[path] for path in sorted(self._skipped))
        return Discovery(files, tuple(self._marked), tuple(self._unvisited), skipped)

    def add_file(self, location: str, path: str, stat: os.stat_result) -> None:
        """Add the file at ``location``, which a person named ``path``: it counts regardless of its name."""
        folder, name = os.path.split(location)
        around = self._around.get(folder) or self._look_around(folder)
        named = role(around.parts, name)
        if named is Role.SKIPPED or (named is Role.NESTED and around.version is GsdVersion.CLASSIC):
            self._skipped[path] = _skipped(path, around.version)
        done = named is Role.ARCHIVED or (
            bool(around.summaries) and "PLAN" in name and is_done(location, around.summaries, around.version)
        )
        self._files[path] = _plan(path, stat, done=done)

    def _look_around(self, folder: str) -> "_Around":
        """Return, and cache, the folder of a named file."""
        try:
            summaries = frozenset(entry for entry in os.listdir(folder or ".") if SUMMARY in entry)  # noqa: PTH208
        except OSError:
            summaries = frozenset()
        found = _Around(Path(folder).absolute().parts, summaries, self._version(os.path.join(folder, "PLAN.md")))  # noqa: PTH118
        self._around[folder] = found
        return found

    def add_folder(self, location: str, shown: str) -> None:
        """Add the plans below the folder at ``location``, displayed as the path ``shown``."""
        top = Path(location).absolute().parts
        within = PLANNING in top

        def enters(path: str, name: str) -> bool:
            return is_planning(path) or name == PLANNING or not (name.startswith(".") or name in COPIES)

        def is_planning(path: str) -> bool:
            return within or f"/{PLANNING}/" in f"/{path}"

        deep: list[str] = []
        for path, entries in walk(location, deep, enters):
            names = [entry.name for entry in entries]
            if not self._marks.isdisjoint(names) and not is_planning(path):
                self._marked.append((shown + path).rstrip("/"))
            candidates = [
                entry for entry in entries if "plan" in entry.name.lower() and entry.name[-3:].lower() == ".md"
            ]
            if candidates:
                self._add_candidates(candidates, shown + path, (*top, *path.split("/")[:-1]), names)
        self._unvisited.extend(not_visited(deep, shown))

    def _add_candidates(
        self, entries: Iterable[os.DirEntry[str]], folder: str, parts: tuple[str, ...], names: Iterable[str]
    ) -> None:
        """Add those of ``entries``, files in the folder ``parts`` displayed as ``folder``, that are plans."""
        summaries = {name for name in names if SUMMARY in name}
        for entry in entries:
            named = role(parts, entry.name)
            if named is Role.OTHER or not entry.is_file(follow_symlinks=False):
                continue
            path = folder + entry.name
            version = (
                self._version(entry.path) if summaries or named in {Role.NESTED, Role.SKIPPED} else GsdVersion.CORE
            )
            if named is Role.SKIPPED or (named is Role.NESTED and version is GsdVersion.CLASSIC):
                self._skipped.setdefault(path, _skipped(path, version))
                continue
            done = named is Role.ARCHIVED or (bool(summaries) and is_done(entry.path, summaries, version))
            self._files.setdefault(path, _plan(path, entry.stat(follow_symlinks=False), done=done))

    def _version(self, location: str) -> GsdVersion:
        """Return the get-shit-done of the project of the plan at ``location``."""
        project = project_of(os.path.abspath(location))  # noqa: PTH100
        if project not in self._versions:
            self._versions[project] = installed_gsd(project) or GsdVersion.CORE
        return self._versions[project]


def _plan(path: str, stat: os.stat_result, *, done: bool) -> PlanFile:
    return PlanFile(path, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino, done)


def _skipped(path: str, version: GsdVersion) -> Finding:
    if Path(path).parent.name == PHASES:
        message = f"{version} skips this file: it is not in the folder of a phase"
    else:
        message = f"{version} skips this file: its name is not that of a plan"
    return SKIPPED_PLAN.at(Span(path, 1, 1), message, _remedy(path))


def _remedy(path: str) -> str:
    name = Path(path).name
    if Path(path).parent.name == PHASES:
        return f'move it into the folder of its phase, such as "{PHASES}/{name.partition("-")[0]}-name/{name}"'
    number = re.search(r"\d+", path.rpartition("/")[2].partition("PLAN")[2])
    phase = re.match(r"\d+(?:\.\d+)?", Path(path).parent.name)
    example = f"{phase[0]}-{number[0]}-PLAN.md" if phase and number else "05-01-PLAN.md"
    return f'rename it to NN-MM-PLAN.md in the folder of its phase, such as "{example}"'
