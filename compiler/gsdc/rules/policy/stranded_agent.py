"""An agent is deferred in every phase, although the budget is whole and nothing has failed.

## Why is this bad?
Every state is decided by a model or deferred, and what is deferred is done on a better day. Zone green is the best
there is (seed 002, "Budget Zones & Model Recommendations"): work that is deferred there is never done.

## Example (profile)
extends: balanced
zones:
  green: {low: defer}

## Use instead (profile)
extends: balanced
zones:
  yellow: {low: defer}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.policy.decide import decide
from gsdc.policy.model import State
from gsdc.rules.policy.api import PolicyContext

ID: Final = "stranded-agent"
CODE: Final = "ST001"
SEVERITY: Final = Severity.WARNING


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each place that defers agents for ever; a never-break rule may say so on purpose."""
    policy = context.policy
    meant = {rule.ref for rule in policy.never_break.values()}
    told = set()
    for agent in policy.agents.values():
        answers = [decide(policy, State(agent.name, phase)) for phase in agent.phases or (None,)]
        refs = [step.ref for step in reversed(answers[0].trail)]
        if refs[0] in meant or any(answer.model is not None for answer in answers):
            continue
        place = next(filter(is_own, (*refs, agent.ref)), refs[0])
        if place not in told:
            told.add(place)
            message = f'"{agent.name}" never runs: {answers[0].defer}'
            help_ = "let zone green run its work, or remove the agent from the fleet"
            yield Finding(context.sources.origin(place), CODE, ID, SEVERITY, message, help_)
