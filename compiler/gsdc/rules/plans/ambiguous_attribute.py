"""A task has an attribute twice, or one whose name holds letters that only look like others.

## Why is this bad?
Readers differ: get-shit-done takes the first of two, others the last, and a model whichever it notices (design, plans:
the same to every reader). Rules of gsdc count the one that is worse.

## Example (PLAN.md)
<task type="auto" model="opus" model="sonnet">
  <name>Task 1: Add the route</name>
</task>

## Use instead (PLAN.md)
<task type="auto" model="sonnet">
  <name>Task 1: Add the route</name>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.plan import Plan

ID: Final = "ambiguous-attribute"
CODE: Final = "PL030"
SEVERITY: Final = Severity.WARNING


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each attribute that a task has again, and for each name that is not plain ASCII."""
    for task in plan.tasks:
        names: set[str] = set()
        for attribute in task.attributes:
            name, written = attribute.name, plan.text[attribute.start : attribute.start + len(attribute.name)]
            if name in names:
                message = f"{task_label(task)} has {name} twice"
                yield finding(__name__, plan.between(attribute.start, attribute.end), message, "keep one of the two")
            elif not written.isascii():
                message = f'{task_label(task)} has the attribute "{name}", which is not in ASCII letters'
                yield finding(
                    __name__,
                    plan.between(attribute.start, attribute.end),
                    message,
                    "write it in plain letters, or remove it",
                )
            names.add(name)
