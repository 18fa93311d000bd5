"""A task says that it runs on whatever model its caller runs on.

## Why is this bad?
A conversation decides the model, not the plan and not the policy: called from a light session, the task runs light
(seed 001, "2.2 Attribute Definitions", for what the attribute is).

## Example (PLAN.md)
<task type="auto" model="inherit">
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
from gsdc.rules.plans.api import INHERIT, PlanContext, finding, task_label
from gsdc.source.plan import Plan

ID: Final = "inherited-task-model"
CODE: Final = "PL031"
SEVERITY: Final = Severity.WARNING


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each such attribute."""
    for task in plan.tasks:
        for attribute in task.attributes:
            if attribute.name == "model" and attribute.value == INHERIT:
                message = f'{task_label(task)} runs on the model of its caller: model="{INHERIT}"'
                help_ = "name a model, or leave the attribute out: gsdc annotate writes what the policy decides"
                yield finding(__name__, plan.between(attribute.start, attribute.end), message, help_)
