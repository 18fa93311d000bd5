"""Tasks of a plan depend on each other in a circle.

## Why is this bad?
None of them can begin (seed 001, "3.2 Building the Graph Algorithmically").

## Example (PLAN.md)
<task type="auto" depends-on="2">
  <name>Task 1: Add the route</name>
</task>
<task type="auto" depends-on="1">
  <name>Task 2: Add the handler</name>
</task>

## Use instead (PLAN.md)
<task type="auto" depends-on="">
  <name>Task 1: Add the handler</name>
</task>
<task type="auto" depends-on="1">
  <name>Task 2: Add the route</name>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.plans.cycle import cycles
from gsdc.rules.plans.api import PlanContext, finding
from gsdc.source.plan import Plan
from gsdc.tasks.dependency import declarations, declared, labels

ID: Final = "task-cycle"
CODE: Final = "PL011"
SEVERITY: Final = Severity.ERROR


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each circle, at its first task."""
    return circles(plan)


def circles(plan: Plan) -> Iterator[Finding]:
    """Yield one finding for each circle in what people declared that the tasks of ``plan`` wait for."""
    waits = declarations(plan)
    if not waits:
        return
    known = labels(plan)
    graph = {
        task.number: tuple(n for n in declared(found.value, known) if n != task.number) for task, found in waits.items()
    }
    places = {task.number: found for task, found in waits.items()}
    for circle in cycles(graph):
        path = " -> ".join(map(str, (*circle, circle[0])))
        help_ = "remove one of the dependencies"
        yield finding(__name__, plan.at(places[circle[0]].start), f"tasks wait for each other: {path}", help_)
