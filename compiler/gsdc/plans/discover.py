"""Which files below a folder are plans, found with one listing of each folder."""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from gsdc.finding import Rejected
from gsdc.source.span import Span
from gsdc.source.tree import UNUSABLE

# "03-02-PLAN.md", "PLAN.md", "PLAN-3.md", "05-W3-PLAN.md"; "01-02-PLAN.superseded.md" is none any more.
_NAME: Final = re.compile(r"(?:.*[-_.])?PLAN(?:-\w+)?\.md")
_PLANNING: Final = ".planning"
# Where plans are copies: of packages, or of a build of ours.
_SKIPPED: Final = frozenset({"node_modules", "build", "dist", "target", "vendor", "venv", "__pycache__"})


class PlanFile(NamedTuple):
    """A plan on disk: its path as a person should see it, and what tells whether it changed (ns, bytes)."""

    path: str
    mtime: int
    size: int


def find(paths: Iterable[str]) -> tuple[PlanFile, ...]:
    """Return the plans among ``paths`` (from the working folder), each once, sorted: files are, folders hold them.

    Hidden folders other than ``.planning`` are passed by, as are symbolic links. Raises ``Rejected`` for a path that
    does not exist.
    """
    found: dict[str, PlanFile] = {}
    for path in paths:
        try:
            stat = os.stat(path)  # noqa: PTH116 - with os.scandir, a path is a string throughout
        except (OSError, ValueError) as error:
            reason = "does not exist" if isinstance(error, FileNotFoundError) else "cannot be read"
            raise Rejected(UNUSABLE.at(Span(path, 0, 0), f'"{path}" {reason}', "check the path")) from None
        if os.path.isdir(path):  # noqa: PTH112
            inside = _PLANNING in os.path.abspath(path).split(os.sep)  # noqa: PTH100
            found.update((file.path, file) for file in _walk("" if path in {".", "./"} else path, inside))
        else:
            found[path] = PlanFile(path, stat.st_mtime_ns, stat.st_size)
    return tuple(found[path] for path in sorted(found))


def _walk(folder: str, inside: bool) -> Iterator[PlanFile]:
    """Yield the plans below ``folder``; ``inside`` says whether it lies in a planning folder, all of which counts."""
    try:
        entries = list(os.scandir(folder or "."))
    except OSError:
        return
    for entry in entries:
        name = entry.name
        path = f"{folder.rstrip('/')}/{name}" if folder else name
        if entry.is_dir(follow_symlinks=False):
            if inside or name == _PLANNING or not (name.startswith(".") or name in _SKIPPED):
                yield from _walk(path, inside or name == _PLANNING)
        elif _NAME.fullmatch(name) and entry.is_file(follow_symlinks=False):
            stat = entry.stat(follow_symlinks=False)
            yield PlanFile(path, stat.st_mtime_ns, stat.st_size)
