"""The complexity and the model that a task states do not go together.

A light model may do work of complexity up to 5, a heavy one work from 4 on, and either what the project's profile gives
it. What gsdc itself wrote is not judged.

## Why is this bad?
A light model on complex work fails and is tried again; a heavy one on trivial work costs five times as much (seed 001,
"2.2 Attribute Definitions": light models for 1 to 4, heavy ones for 9 and 10).

## Example (PLAN.md, gsdc lint)
<task type="auto" model="haiku" estimated-complexity="9">
  <name>Task 1: Schedule jobs across workers</name>
</task>

## Use instead (PLAN.md, gsdc lint)
<task type="auto" model="opus" estimated-complexity="9">
  <name>Task 1: Schedule jobs across workers</name>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.plan import Plan

ID: Final = "complexity-mismatch"
CODE: Final = "PL020"
SEVERITY: Final = Severity.WARNING


_HIGHEST_FOR_LIGHT: Final = 5
_LOWEST_FOR_HEAVY: Final = 4


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:
    """Yield one finding for each task whose model is of a tier that is too low or too high for its complexity."""
    for task in plan.tasks:
        written, complexity = context.written_model(task), task.attribute("estimated-complexity")
        model = context.model(task) if written and complexity else None
        if written is None or complexity is None or model is None:
            continue
        if not complexity.value.isdecimal() or len(complexity.value) > 2:
            continue
        score = int(complexity.value)
        too_low = model.tier == "light" and score > _HIGHEST_FOR_LIGHT
        too_high = model.tier == "heavy" and score < _LOWEST_FOR_HEAVY
        if not (too_low or too_high) or task.is_checkpoint or score not in range(1, 11):
            continue
        from gsdc.source.plan_annotation import generated
        from gsdc.tasks.annotation import decided_tier

        assert context.policy is not None
        decided = decided_tier(context.policy, task, score)
        if decided != model.tier and not {(task.number, "model"), (task.number, "estimated-complexity")} & generated(
            plan
        ):
            what = f'complexity {score} and runs on "{written.value}", a {model.tier} model'
            help_ = f"give it a {decided or 'standard'} model, or correct the complexity"
            yield finding(__name__, plan.at(written.start), f"{task_label(task)} has {what}", help_)
