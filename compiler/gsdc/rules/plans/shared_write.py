"""Two plans of one wave, or two tasks that run side by side, write the same file.

## Why is this bad?
Agents that run at the same time overwrite each other's work, and the merge is lost (seed 004, rule 3). Of the pairs of
plans that share a wave in public projects, a fifth write the same file.

## Example (PLAN.md)
<task type="auto" parallel="can-parallelize">
  <name>Task 1: Add the route</name>
  <files>src/routes.ts</files>
</task>
<task type="auto" parallel="can-parallelize">
  <name>Task 2: Add the other route</name>
  <files>src/routes.ts</files>
</task>

## Use instead (PLAN.md)
<task type="auto" parallel="sequential">
  <name>Task 1: Add the route</name>
  <files>src/routes.ts</files>
</task>
<task type="auto" parallel="sequential" depends-on="1">
  <name>Task 2: Add the other route</name>
  <files>src/routes.ts</files>
</task>
"""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.plans.phase import Project
from gsdc.rules.plans.api import Context, finding
from gsdc.source.span import Span

if TYPE_CHECKING:
    from gsdc.source.plan import Plan

ID: Final = "shared-write"
CODE: Final = "NB009"
SEVERITY: Final = Severity.ERROR

# Of one plan's tasks; pairs grow with the square.
_MOST: Final = 100


def check(plan: "Plan", context: Context) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each pair of tasks that a person lets run side by side though they write one file."""
    marked = [(task, a) for task in plan.tasks if (a := task.attribute("parallel")) and a.value == "can-parallelize"]
    del marked[_MOST:]
    if len(marked) < 2:
        return
    from gsdc.tasks.dependency import declaration, declared, labels

    known = labels(plan)
    waits = {t.number: set(declared(d.value, known)) if (d := declaration(t)) else set() for t, _ in marked}
    for (first, _), (second, attribute) in combinations(marked, 2):
        shared = sorted(set(first.files).intersection(second.files))
        if shared and first.number not in waits[second.number] and second.number not in waits[first.number]:
            message = f"tasks {first.number} and {second.number} run side by side and both write {_some(shared)}"
            help_ = f'write depends-on="{first.number}" into task {second.number}, or parallel="sequential"'
            yield finding(__name__, plan.at(attribute.start), message, help_)


def check_together(project: Project) -> Iterator[Finding]:
    """Yield one finding for each pair of plans of one wave that write one file and do not wait for each other."""
    for plans in project.folders.values():
        for first, second in combinations(plans, 2):
            if first.wave is None or first.wave != second.wave:
                continue
            shared = sorted(set(first.writes).intersection(second.writes))
            if not shared or project.waits_for(first, second) or project.waits_for(second, first):
                continue
            yield finding(
                __name__,
                Span(second.path, *second.writes_at),
                f"{first.name} and this plan are both in wave {second.wave:g} and write {_some(shared)}",
                "put one of them into a later wave, with the other in its depends_on",
                related=(Span(first.path, *first.writes_at),),
            )


def _some(paths: list[str]) -> str:
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(f'"{path}"' for path in paths[:3]) + more
