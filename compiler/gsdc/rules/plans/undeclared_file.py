"""A task writes a file that the plan's ``files_modified`` does not list.

## Why is this bad?
Tools tell by `files_modified` which plans may run in parallel; a file that only a task names escapes them. One in ten
plans has one (measured on 6,041 public plans). The files of a task that only verifies or runs something are read;
`STATE.md` and the like get-shit-done changes after every plan by itself.

## Fix (safe)
Adds the file to the list.

## Example (PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [src/a.ts]
autonomous: true
must_haves: {truths: []}
---
<task type="auto">
  <name>Task 1: Add the route</name>
  <files>src/a.ts, src/b.ts</files>
</task>

## Use instead (PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [src/a.ts, src/b.ts]
autonomous: true
must_haves: {truths: []}
---
<task type="auto">
  <name>Task 1: Add the route</name>
  <files>src/a.ts, src/b.ts</files>
</task>
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Fix, Severity
from gsdc.plans.collect import listed
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.file_list import paths, plain
from gsdc.source.plan import Plan
from gsdc.tasks.kind import only_looks

if TYPE_CHECKING:
    from gsdc.source.task import Task

ID: Final = "undeclared-file"
CODE: Final = "PL015"
SEVERITY: Final = Severity.WARNING


# Beside the project, or made again by tools.
_OUTSIDE: Final = ("/", "~", ".git/", "coverage/", "node_modules/")
# Every plan is followed by a change of these, which get-shit-done makes itself.
_EVERYBODYS: Final = frozenset({".planning/STATE.md", ".planning/ROADMAP.md", ".planning/REQUIREMENTS.md"})
# A blank, a wildcard or a comma may be a person's note: only plain paths are put into the list by a program.
_SURE: Final = re.compile(r"[\w./()\[\]@$-]+")


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each task that lists what is missing; a plan without the key is skipped."""
    given = plan.frontmatter.get("files_modified")
    if given is None:
        return
    declared = {plain(path) for item in listed(given) for path in paths(item)}
    patterns = [path for path in declared if path.endswith("/") or "*" in path]
    found: list[tuple[Task, list[str]]] = []
    for task in plan.tasks:
        missing = [path for path in task.files if plain(path) not in declared and _counts(path, declared)]
        missing = [path for path in missing if not any(_covers(pattern, plain(path)) for pattern in patterns)]
        if missing and not task.is_checkpoint and not only_looks(task):
            found.append((task, missing))
    # One edit for all: two that add to one list would not know of each other's commas.
    every = dict.fromkeys(plain(path) for _, missing in found for path in missing)
    edit = plan.head.appending("files_modified", every) if every and all(map(_SURE.fullmatch, every)) else None
    fix = Fix((edit,), safe=True) if edit else None
    for task, missing in found:
        names = ", ".join(f'"{path}"' for path in missing)
        message = f"{task_label(task)} writes {names}, which files_modified does not list"
        yield finding(__name__, plan.at(task.place_of(missing[0])), message, "add it to files_modified", fix=fix)


def _counts(path: str, declared: set[str]) -> bool:
    """Tell whether ``path`` is one of the project's that nothing declared lies in: a file outside is no plan's."""
    if path.startswith(_OUTSIDE) or path[1:2] == ":" or (" " in path and "/" not in path):
        return False
    if path.endswith(("PLAN.md", "SUMMARY.md")) or plain(path) in _EVERYBODYS:
        return False
    return not (path.endswith("/") and any(other.startswith(plain(path)) for other in declared))


def _covers(pattern: str, path: str) -> bool:
    return path.startswith(pattern) if pattern.endswith("/") else fnmatchcase(path, pattern)
