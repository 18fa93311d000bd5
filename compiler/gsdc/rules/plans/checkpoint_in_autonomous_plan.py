"""A plan calls itself autonomous and has a checkpoint.

## Why is this bad?
An autonomous plan runs without anybody watching: at the checkpoint it hangs, or goes on without the person.
`gsd-tools verify plan-structure` calls it an error (measured on get-shit-done 1.42).

## Fix (unsafe)
Writes `autonomous: false`.

## Example (PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---
<task type="checkpoint:decision">
  <decision>Which database?</decision>
</task>

## Use instead (PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: false
must_haves: {truths: []}
---
<task type="checkpoint:decision">
  <decision>Which database?</decision>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Fix, Severity
from gsdc.rules.plans.api import PlanContext, finding
from gsdc.source.plan import Plan

ID: Final = "checkpoint-in-autonomous-plan"
CODE: Final = "PL016"
SEVERITY: Final = Severity.WARNING


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding at the key ``autonomous``."""
    checkpoint = next((task for task in plan.tasks if task.is_checkpoint), None)
    if checkpoint is None or plan.frontmatter.get("autonomous") not in (True, "true"):
        return
    edit = plan.head.replacing("autonomous", "false")
    yield finding(
        __name__,
        plan.at(plan.head.key("autonomous")),
        f"the plan is autonomous, and task {checkpoint.number} waits for a person",
        "write autonomous: false, or let the task be automatic",
        related=(plan.at(checkpoint.start),),
        fix=Fix((edit,), safe=False) if edit else None,
    )
