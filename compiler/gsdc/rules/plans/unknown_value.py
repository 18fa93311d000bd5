"""An attribute of a task has a value that its readers do not know.

## Why is this bad?
What reads the plan falls back to its default without a word: a misspelt model runs on whatever the caller runs on (seed
001, "2.2 Attribute Definitions", for what the values are).

## Example (PLAN.md)
<task type="auto" model="sonet">
  <name>Task 1: Add the route</name>
</task>

## Use instead (PLAN.md)
<task type="auto" model="sonnet">
  <name>Task 1: Add the route</name>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity, nearest
from gsdc.models.effort import EFFORTS
from gsdc.rules.plans.api import INHERIT, PlanContext, finding, task_label
from gsdc.source.attribute import Attribute
from gsdc.source.plan import Plan

ID: Final = "unknown-value"
CODE: Final = "PL009"
SEVERITY: Final = Severity.WARNING

# Seed 001, part 2, and what get-shit-done 1.42 knows of "gate" and "tdd".
VALUES: Final = {
    "subagent": ("general-purpose", "explore", "plan", "bash"),
    "parallel": ("sequential", "can-parallelize"),
    "context-mode": ("fresh", "inherited"),
    "effort": EFFORTS,
    "estimated-complexity": tuple(map(str, range(1, 11))),
    "gate": ("blocking", "blocking-human", "advisory"),
    "tdd": ("true", "false"),
    "autonomous": ("true", "false"),
}

# What people write for a check that nothing waits for.
_ADVISORY: Final = frozenset({"non-blocking", "nonblocking", "optional", "soft", "none", "false"})


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:
    """Yield one finding for each unknown value; models are those of the catalog.

    "inherit" has a rule of its own.
    """
    for task in plan.tasks:
        for attribute in task.attributes:
            allowed = _allowed(attribute, context)
            if allowed and attribute.value not in allowed:
                message = f'{task_label(task)} has {attribute.name} "{attribute.value}"'
                help_ = nearest(attribute.value, allowed)
                notes: tuple[str, ...] = ()
                if attribute.name == "gate" and attribute.value in _ADVISORY:
                    help_ = 'write gate="advisory"'
                if attribute.name == "model" and "/" in attribute.value:  # an id, not a misspelt alias
                    notes, help_ = _of_id(attribute.value)
                yield finding(__name__, plan.between(attribute.start, attribute.end), message, help_, notes=notes)


def _of_id(model: str) -> tuple[tuple[str, ...], str]:
    """Return notes and help for an id where an alias is expected."""
    from gsdc.models.identity import identify
    from gsdc.policy.unknown_model import how_to_confirm, what_is_told

    found = identify(model)
    known = f"it is {found.release}: plans name models by their alias" if found.line else what_is_told(found)
    return (known,), f"name an alias (`gsdc models` lists them), or {how_to_confirm(model)}"


def _allowed(attribute: Attribute, context: PlanContext) -> tuple[str, ...]:
    if attribute.name == "model" and context.policy is not None:
        return (*context.models, INHERIT)
    return VALUES.get(attribute.name, ())
