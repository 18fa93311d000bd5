"""The tasks of a plan are expected to take more tokens together than one plan may.

What `<estimated-tokens>` of each task says counts, at its upper end; the budget is `token-budget` of the policy's
`plans`, 200,000 as shipped.

## Why is this bad?
The last tasks run out of budget, or on cheaper models than their work needs (seed 001, "4.2 Cost-Aware Routing").

## Example (PLAN.md)
<task type="auto">
  <name>Task 1: Add the route</name>
  <metrics><estimated-tokens>90000-130000</estimated-tokens></metrics>
</task>
<task type="auto">
  <name>Task 2: Add the page</name>
  <metrics><estimated-tokens>80000-110000</estimated-tokens></metrics>
</task>

## Use instead (PLAN.md)
<task type="auto">
  <name>Task 1: Add the route</name>
  <metrics><estimated-tokens>60000-90000</estimated-tokens></metrics>
</task>
<task type="auto">
  <name>Task 2: Add the page</name>
  <metrics><estimated-tokens>80000-110000</estimated-tokens></metrics>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding
from gsdc.source.plan import Plan

ID: Final = "over-token-budget"
CODE: Final = "PL046"
SEVERITY: Final = Severity.WARNING


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:
    """Yield one finding, at the estimate with which the sum passes the budget."""
    if "<estimated-tokens>" not in plan.text or context.policy is None:
        return
    from gsdc.tasks.estimate import stated_tokens

    budget = context.policy.planning.token_budget
    stated = [(task, found) for task in plan.tasks if (found := stated_tokens(task)) is not None]
    total = sum(found.high for _, found in stated)
    if total <= budget:
        return
    running = 0
    for task, found in stated:
        running += found.high
        if running > budget:
            message = f"the tasks are expected to take up to {total:,} tokens, and a plan may take {budget:,}"
            help_ = "split the plan, or raise `token-budget` under `plans` in the profile"
            yield finding(__name__, plan.at(task.open_end + found.offset), message, help_)
            return
