"""A task depends on a task that the plan does not have, or on itself.

## Why is this bad?
It waits for ever, or for nothing (seed 001, "3.2 Building the Graph Algorithmically").

## Example (PLAN.md)
<task type="auto" depends-on="7">
  <name>Task 1: Add the route</name>
</task>

## Use instead (PLAN.md)
<task type="auto" depends-on="">
  <name>Task 1: Add the route</name>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.plan import Plan
from gsdc.tasks.dependency import declarations, declared, labels

ID: Final = "missing-task"
CODE: Final = "PL010"
SEVERITY: Final = Severity.ERROR


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each task that is named and is not there."""
    waits = declarations(plan)
    if not waits:
        return
    known = labels(plan)
    for task, written in waits.items():
        for number in declared(written.value, known):
            at = plan.at(written.start)
            if number == task.number:
                yield finding(__name__, at, f"{task_label(task)} depends on itself", "remove the number")
            elif not 0 < number <= len(plan.tasks):
                help_ = f"name one of the tasks 1 to {len(plan.tasks)}"
                yield finding(__name__, at, f"{task_label(task)} depends on task {number}, which does not exist", help_)
