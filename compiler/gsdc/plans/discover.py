"""Which files below a folder are plans, found with one listing of each folder."""

import os
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.filesystem.read import Folder
from gsdc.finding import Finding, Rejected
from gsdc.source.span import Span
from gsdc.source.summary import is_done, summary_of
from gsdc.source.tree import COPIES, PLANNING, PROJECT_FILE, UNUSABLE, link_out
from gsdc.source.walk import not_visited, walk

# "03-02-PLAN.md", "PLAN.md", "PLAN-3.md", "05-W3-PLAN.md"; "01-02-PLAN.superseded.md" is none any more.
_NAME: Final = re.compile(r"(?:.*[-_.])?PLAN(?:-\w+)?\.md")
# What shows that a client is at work in a folder, or a policy of its own: it need not be the top of a repository.
SIGNS: Final = frozenset(
    {PROJECT_FILE, ".claude", ".opencode", "opencode.json", "opencode.jsonc", PLANNING, "CLAUDE.md", "AGENTS.md"}
)


class PlanFile(NamedTuple):
    """A plan on disk: its path as a person should see it, and what tells whether it changed (ns, bytes).

    ``done`` says that a summary stands beside it, and not an empty one (see ``gsdc.source.summary``).
    """

    path: str
    mtime: int
    ctime: int
    size: int
    inode: int
    done: bool

    @property
    def folder(self) -> str:
        """The folder that holds it, "" for the one that paths are relative to."""
        return self.path.rpartition("/")[0]

    @property
    def state(self) -> tuple[int, int, int, int]:
        """What is another where the file has changed, but for a change within a tick of its clock."""
        return self.mtime, self.ctime, self.size, self.inode


class Found(NamedTuple):
    """What lies below some paths: the plans, each once, sorted; the folders that show a client; what was not visited.

    ``signed`` are the folders that hold one of ``SIGNS``: nobody else has to walk the tree for them. ``unvisited`` is a
    finding for each path below which folders lie too deep.
    """

    files: tuple[PlanFile, ...]
    signed: tuple[str, ...]
    unvisited: tuple[Finding, ...]


def find(paths: Iterable[str], base: str = "", *, follow_links: bool = False) -> Found:
    """Return the plans among ``paths``: a file counts whatever its name, a folder is searched.

    Paths are relative to the folder ``base``, the working folder by default. Hidden folders other than ``.planning``
    are skipped, as are symbolic links. Raises ``Rejected`` for a path that does not exist, and for a folder that a link
    takes out of ``base``, unless with ``follow_links``: it may lead to the whole machine.
    """
    signed: list[str] = []
    unvisited: list[Finding] = []
    found: dict[str, PlanFile] = {}
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
            shown = "" if path in {".", "./"} else path.rstrip("/") + "/"
            for file in _below(location, shown, signed, unvisited):
                found.setdefault(file.path, file)
        else:
            found[path] = _plan(path, stat, done=is_done(location))
    return Found(tuple(found[path] for path in sorted(found)), tuple(signed), tuple(unvisited))


def _expect_inside(path: str, location: str, base: str) -> None:
    """Raise ``Rejected`` where ``path``, as it is written, lies in ``base``, and a symbolic link takes it elsewhere."""
    if os.path.isabs(path) or ".." in Path(path).parts:  # noqa: PTH117
        return
    folder = Folder(base or ".")
    if not folder.holds(os.path.realpath(location)):
        above = accumulate(Path(path).parts, os.path.join)
        link = next(part for part in above if not folder.holds(os.path.realpath(os.path.join(base, part))))  # noqa: PTH118
        raise Rejected(link_out(link))


def _plan(path: str, stat: os.stat_result, *, done: bool) -> PlanFile:
    return PlanFile(path, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino, done)


def _below(location: str, shown: str, signed: list[str], unvisited: list[Finding]) -> Iterator[PlanFile]:
    """Yield the plans below the folder at ``location``, ``shown`` as that path; all in a planning folder counts."""
    within = PLANNING in Path(location).absolute().parts

    def enters(path: str, name: str) -> bool:
        return is_planning(path) or name == PLANNING or not (name.startswith(".") or name in COPIES)

    def is_planning(path: str) -> bool:
        return within or f"/{PLANNING}/" in f"/{path}"

    deep: list[str] = []
    for path, entries in walk(location, deep, enters):
        names = [entry.name for entry in entries]
        if not SIGNS.isdisjoint(names) and not is_planning(path):
            signed.append((shown + path).rstrip("/"))
        summaries = {name for name in names if "SUMMARY" in name}
        for entry in entries:
            name = entry.name
            if name.endswith(".md") and _NAME.fullmatch(name) and entry.is_file(follow_symlinks=False):
                summary = summary_of(name)
                done = summary in summaries and is_done(entry.path)
                yield _plan(f"{shown}{path}{name}", entry.stat(follow_symlinks=False), done=done)
    unvisited.extend(not_visited(deep, shown))
