"""A task lacks its name, what to do, how to verify it, when it is done, or which files it writes.

A review and a check of finished work write no files, and a checkpoint has a form of its own.

## Why is this bad?
An agent that is not told fills the gap: it decides for itself what to do, when to stop, or which files to touch.
get-shit-done calls a missing name or action an error, the rest a warning (measured on get-shit-done 1.42).

## Example (PLAN.md)
<task type="auto">
  <name>Task 1: Add the route</name>
  <files>src/routes.ts</files>
  <action>Add it.</action>
</task>

## Use instead (PLAN.md)
<task type="auto">
  <name>Task 1: Add the route</name>
  <files>src/routes.ts</files>
  <action>Add it.</action>
  <verify>npm test -- routes</verify>
  <done>GET /plans answers 200</done>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.plan import Plan
from gsdc.source.task import Task
from gsdc.tasks.kind import classify

ID: Final = "incomplete-task"
CODE: Final = "PL007"
SEVERITY: Final = Severity.WARNING

# Each part with the elements that say the same; a task without elements may say it in bold words.
PARTS: Final = {
    "action": ("action", "behavior", "implementation", "steps", "instructions", "details", "description", "how"),
    "verify": ("verify", "verification", "automated", "acceptance_criteria", "how-to-verify"),
    "done": ("done", "done_criteria", "acceptance_criteria", "success_criteria"),
    "files": ("files",),
}


_WRITES_NOTHING: Final = frozenset({"review", "research"})


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each task that lacks something."""
    for task in plan.tasks:
        if task.is_checkpoint:
            continue
        missing = list(_missing(task))
        if missing:
            parts = ", ".join(f"<{part}>" for part in missing)
            yield finding(__name__, plan.at(task.start), f"{task_label(task)} has no {parts}", "add it to the task")


def _missing(task: Task) -> Iterator[str]:
    present = {child.name for child in task.children}
    said = "" if present else task.inner.lower()
    if not task.name:
        yield "name"
    for part, elements in PARTS.items():
        told = not present.isdisjoint(elements) or f"**{part}" in said
        if not told and not (part == "files" and _writes_nothing(task)):
            yield part


def _writes_nothing(task: Task) -> bool:
    kind = classify(task)
    return kind.checks or kind.name in _WRITES_NOTHING
