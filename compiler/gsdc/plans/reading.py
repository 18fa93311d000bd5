"""Plans parsed from their files, without generated annotations."""

from collections.abc import Sequence
from pathlib import Path

from gsdc.filesystem.read import Folder
from gsdc.finding import Rejected
from gsdc.plans.discover import PlanFile, find
from gsdc.source.gsd_status import is_superseded
from gsdc.source.plan import Plan, parse
from gsdc.source.plan_annotation import strip
from gsdc.source.span import Span
from gsdc.source.tree import UNUSABLE, decode, read_named


def read_plan(path: str, base: str | Path = ".") -> Plan:
    """Return the plan at ``path`` (from the folder ``base``) without generated annotations.

    Raises ``Rejected`` for a file that does not exist or cannot be read, is a link out of ``base``, or is not UTF-8.
    """
    return parse(path, strip(path, read_text(path, base)))


def read_text(path: str, base: str | Path = ".") -> str:
    """Return the text of the file at ``path``. Raises ``Rejected`` if it is missing or cannot be read."""
    content = read_named(path, Folder(base))
    if content is None:
        raise Rejected(UNUSABLE.at(Span(path, 0, 0), f'"{path}" does not exist', "check the path"))
    return decode(content, path)


def read_plans(paths: Sequence[str]) -> tuple[Plan, ...]:
    """Return the plans among ``paths``, files or folders, sorted by path.

    Raises ``Rejected`` for a path that does not exist or cannot be read, if folders are nested too deeply to be
    visited, and if there is no plan at all.
    """
    plans = tuple(read_plan(file.path) for file in _files(paths))
    if not plans:
        listed = ", ".join(f'"{path}"' for path in paths)
        help_ = "a plan is called PLAN.md or ends in -PLAN.md; hidden folders other than .planning are skipped"
        raise Rejected(UNUSABLE.at(Span(paths[0], 0, 0), f"no plan in {listed}", help_))
    return plans


def read_open_plans(paths: Sequence[str]) -> tuple[Plan, ...]:
    """Return the plans among ``paths`` that are still to be executed, sorted by path. Raises as ``read_plans``."""
    files = (file for file in _files(paths) if not file.done)
    return tuple(
        plan for plan in (read_plan(file.path) for file in files) if not is_superseded(plan.text, plan.path, "")
    )


def _files(paths: Sequence[str]) -> tuple[PlanFile, ...]:
    found = find(paths)
    if found.unvisited:
        raise Rejected(*found.unvisited)
    return found.files
