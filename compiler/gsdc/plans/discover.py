"""Which files below a folder are plans, found with one listing of each folder."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.finding import Rejected
from gsdc.source.span import Span
from gsdc.source.summary import summary_of
from gsdc.source.tree import COPIES, PLANNING, PROJECT_FILE, UNUSABLE

# "03-02-PLAN.md", "PLAN.md", "PLAN-3.md", "05-W3-PLAN.md"; "01-02-PLAN.superseded.md" is none any more.
_NAME: Final = re.compile(r"(?:.*[-_.])?PLAN(?:-\w+)?\.md")
# What shows that a client is at work in a folder, or a policy of its own: it need not be the top of a repository.
SIGNS: Final = frozenset(
    {PROJECT_FILE, ".claude", ".opencode", "opencode.json", "opencode.jsonc", PLANNING, "CLAUDE.md", "AGENTS.md"}
)


class PlanFile(NamedTuple):
    """A plan on disk: its path as a person should see it, and what tells whether it changed (ns, bytes).

    ``done`` says that a summary stands beside it: get-shit-done writes one when it has carried a plan out.
    """

    path: str
    mtime: int
    size: int
    done: bool = False


def find(paths: Iterable[str], base: str = "", signed: list[str] | None = None) -> tuple[PlanFile, ...]:
    """Return the plans among ``paths``, each once, sorted: a file counts whatever its name, a folder is searched.

    Paths are relative to the folder ``base``, the working folder by default. Hidden folders other than ``.planning``
    are passed by, as are symbolic links. Folders that hold one of ``SIGNS`` are added to ``signed``: nobody else has to
    walk the tree for them. Raises ``Rejected`` for a path that does not exist.
    """
    signed = [] if signed is None else signed
    found: dict[str, PlanFile] = {}
    for path in paths:
        location = os.path.join(base, path)  # noqa: PTH118 - with os.scandir, a path is a string throughout
        try:
            stat = os.stat(location)  # noqa: PTH116
        except (OSError, ValueError) as error:
            reason = "does not exist" if isinstance(error, FileNotFoundError) else "cannot be read"
            raise Rejected(UNUSABLE.at(Span(path, 0, 0), f'"{path}" {reason}', "check the path")) from None
        if os.path.isdir(location):  # noqa: PTH112
            inside = PLANNING in Path(location).absolute().parts
            for file in _walk(location, "" if path in {".", "./"} else path.rstrip("/") + "/", inside, signed):
                found.setdefault(file.path, file)
        else:
            found[path] = PlanFile(path, stat.st_mtime_ns, stat.st_size, _is_done(location))
    return tuple(found[path] for path in sorted(found))


def _is_done(location: str) -> bool:
    summary = summary_of(location)
    return summary is not None and os.path.isfile(summary)  # noqa: PTH113


def _walk(folder: str, shown: str, inside: bool, signed: list[str]) -> Iterator[PlanFile]:
    """Yield the plans below ``folder``; ``inside`` says whether it lies in a planning folder, all of which counts."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    names = None
    if not inside and not SIGNS.isdisjoint([entry.name for entry in entries]):
        signed.append(shown.rstrip("/"))
    for entry in entries:
        name = entry.name
        if name.endswith(".md"):
            if _NAME.fullmatch(name) and entry.is_file(follow_symlinks=False):
                names = names or {other.name for other in entries}
                stat = entry.stat(follow_symlinks=False)
                yield PlanFile(shown + name, stat.st_mtime_ns, stat.st_size, summary_of(name) in names)
        elif entry.is_dir(follow_symlinks=False) and (
            inside or name == PLANNING or not (name.startswith(".") or name in COPIES)
        ):
            yield from _walk(entry.path, f"{shown}{name}/", inside or name == PLANNING, signed)
