"""The complexity and the model that a task states do not go together.

## Why is this bad?
A light model on complex work fails and is tried again; a heavy one on trivial work costs five times as much (seed 001,
part 2.2). What goes together is what the project's profile decides for that complexity in any budget zone.

## Example (PLAN.md)
<task type="auto" model="haiku" estimated-complexity="9">
  <name>Task 1: Schedule jobs across workers</name>
</task>

## Use instead (PLAN.md)
<task type="auto" model="opus" estimated-complexity="9">
  <name>Task 1: Schedule jobs across workers</name>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import Context, finding, task_label
from gsdc.source.plan import Plan

ID: Final = "complexity-mismatch"
CODE: Final = "PL020"
SEVERITY: Final = Severity.WARNING


def check(plan: Plan, context: Context) -> Iterator[Finding]:
    """Yield one finding for each task whose model is of a tier that no zone gives to work of its complexity."""
    for task in plan.tasks:
        written, complexity = task.attribute("model"), task.attribute("estimated-complexity")
        model = context.model(task) if written and complexity else None
        if written is None or complexity is None or model is None or context.policy is None:
            continue
        if not complexity.value.isdecimal() or not 1 <= int(complexity.value) <= 10:
            continue
        from gsdc.policy.model import TIERS
        from gsdc.tasks.annotation import possible_tiers

        tiers = possible_tiers(context.policy, task, int(complexity.value))
        if tiers and model.tier not in tiers:
            allowed = " or ".join(tier for tier in TIERS if tier in tiers)
            message = f'{task_label(task)} has complexity {complexity.value} and runs on "{written.value}", a {model.tier} model'
            help_ = f"the profile gives such work a {allowed} model: change one of the two"
            yield finding(__name__, plan.at(written.start), message, help_)
