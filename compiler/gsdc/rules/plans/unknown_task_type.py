"""A task has a type that get-shit-done does not know.

## Why is this bad?
It carries out tasks of type `auto`, `tracer`, `tdd` or `manual`, and stops at `checkpoint:...`; a checkpoint that is
misspelt does not stop anything
(measured on get-shit-done 1.42.3 and GSD core 1.14.0).

## Fix (safe)
Writes the type that was meant, where only case, spaces or "_" for "-" tell the two apart.

## Example (PLAN.md)
<task type="checkpoint:human_verify">
  <what-built>The page</what-built>
</task>

## Use instead (PLAN.md)
<task type="checkpoint:human-verify">
  <what-built>The page</what-built>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Fix, Severity, nearest
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.plan import Plan

ID: Final = "unknown-task-type"
CODE: Final = "PL008"
SEVERITY: Final = Severity.WARNING

# get-shit-done 1.42 and GSD core 1.14: their planners, their checkpoints reference, their workflows. A tracer is the
# thin first slice with which core's planner begins every plan.
TYPES: Final = (
    "auto",
    "tracer",
    "tdd",
    "manual",
    "checkpoint:human-verify",
    "checkpoint:human-action",
    "checkpoint:decision",
    "checkpoint:tdd-review",
)


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each unknown type; a difference of spelling alone can be fixed."""
    for task in plan.tasks:
        written = task.attribute("type")
        if written is None or written.value in TYPES:
            continue
        plain = written.value.strip().lower().replace("_", "-").replace(" ", "")
        same = next((known for known in TYPES if known == plain), None)
        edit = (written.start, written.end, f'type="{same}"')
        message = f'{task_label(task)} has the unknown type "{written.value}"'
        help_ = nearest(written.value, TYPES)
        yield finding(__name__, plan.at(written.start), message, help_, fix=Fix((edit,), safe=True) if same else None)
