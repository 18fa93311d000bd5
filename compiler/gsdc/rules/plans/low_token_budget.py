"""A task's token budget is below its own estimate.

## Why is this bad?
The task is stopped, or escalated, before it can be done (seed 001, "6.1 Token Metrics Schema": the budget lies
above the range).

## Example (PLAN.md)
<task type="auto">
  <name>Task 1: Add the route</name>
  <metrics>
    <estimated-tokens>8000-12000</estimated-tokens>
    <token-budget>9000</token-budget>
  </metrics>
</task>

## Use instead (PLAN.md)
<task type="auto">
  <name>Task 1: Add the route</name>
  <metrics>
    <estimated-tokens>8000-12000</estimated-tokens>
    <token-budget>15000</token-budget>
  </metrics>
</task>
"""

import re
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.plan import Plan

ID: Final = "low-token-budget"
CODE: Final = "PL021"
SEVERITY: Final = Severity.WARNING

_BUDGET: Final = re.compile(r"<token-budget>\s*(\d[\d,_]{0,15})")
_ESTIMATE: Final = re.compile(r"<estimated-tokens>\s*(?:\d[\d,_]{0,15}\s*(?:-|–|to)\s*)?(\d[\d,_]{0,15})")


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each task whose budget is below the upper end of its estimate."""
    if "<token-budget>" not in plan.text:
        return
    for task in plan.tasks:
        metrics = task.child("metrics")
        budget = _BUDGET.search(metrics.text) if metrics else None
        estimate = _ESTIMATE.search(metrics.text) if metrics else None
        if metrics and budget and estimate and _number(budget[1]) < _number(estimate[1]):
            message = f"{task_label(task)} has a budget of {budget[1]} tokens and an estimate of up to {estimate[1]}"
            yield finding(
                __name__, plan.at(metrics.start + budget.start(1)), message, "raise the budget, or split the task"
            )


def _number(text: str) -> int:
    return int(text.replace(",", "").replace("_", ""))
