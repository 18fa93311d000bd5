"""A budget gives away more than it has.

## Why is this bad?
Shares that add up to more than the whole, or days that add up to more than their week allows, run out before anybody
is warned (seed 004, "Token Budget Allocation"; seed 000, "Resource Preservation Rules").

## Example (profile)
extends: balanced
budgets:
  weekly: {tokens: 500000, phases: {LEAD: 0.4, PLAN: 0.4, EXEC: 0.4}}

## Use instead (profile)
extends: balanced
budgets:
  weekly: {tokens: 500000, phases: {LEAD: 0.2, PLAN: 0.35, EXEC: 0.45}}
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.policy.budgets import PERIODS, PeriodBudget, budget_of
from gsdc.policy.ref import Ref
from gsdc.rules.policy.api import PolicyContext

ID: Final = "inconsistent-budget"
CODE: Final = "BG001"
SEVERITY: Final = Severity.WARNING

# Shares are written with two or three digits: what is above 1 by less is how a computer counts.
_ROUNDING: Final = 1e-6
_PERIODS: Final = ("daily", "weekly", "monthly")


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each budget whose parts are more than the whole."""
    budgets, refs = context.policy.budgets, context.policy.refs
    for name in (name for name in PERIODS if name in budgets):
        yield from _parts(context, name, budget_of(budgets, name), refs["budgets", name])
    for sprint, budget in budgets.get("sprints", {}).items():
        yield from _parts(context, sprint, budget, refs["budgets", "sprints"].child(sprint))
    periods = [(name, budget_of(budgets, name)) for name in _PERIODS if name in budgets]
    for (shorter, part), (longer, whole) in pairwise(periods):
        amounts = {"tokens": (part.get("tokens"), whole.get("tokens")), "usd": (part.get("usd"), whole.get("usd"))}
        for unit, (less, more) in amounts.items():
            if less is not None and more is not None and less > more:
                message = f"the {shorter} budget of {less:,} {unit} is more than the {longer} one, {more:,}"
                written = [refs["budgets", name].child(unit) for name in (shorter, longer)]
                at = context.sources.origin(next(filter(is_own, written), written[0]))
                yield Finding(at, CODE, ID, SEVERITY, message, "lower one, or raise the other")


def _parts(context: PolicyContext, name: str, budget: PeriodBudget, ref: Ref) -> Iterator[Finding]:
    shares = sum(budget.get("phases", {}).values())
    if shares > 1 + _ROUNDING:
        at = context.sources.origin(ref.child("phases"), key=True)
        message = f"the phases of budget {name} take {shares:.0%} of it"
        yield Finding(at, CODE, ID, SEVERITY, message, "let the shares add up to at most 1")
    tokens, given = budget.get("tokens"), sum(budget.get("models", {}).values())
    if tokens is not None and given > tokens:
        at = context.sources.origin(ref.child("models"), key=True)
        message = f"the models of budget {name} take {given:,} tokens of its {tokens:,}"
        yield Finding(at, CODE, ID, SEVERITY, message, "let the models add up to at most the whole")
