"""A profile says which model a tier is, and agents that are on the usual model of that tier name it by its alias.

## Why is this bad?
The tier changes nothing for them: a fleet such as gsd says opus, not heavy, for the agents that it gives the best model
(design, how tiers begin at a rank). Who changes a tier expects all of its work to move.

## Example (profile)
extends: balanced
tiers: {standard: gpt-5.2}
agents: {API: sonnet}

## Use instead (profile)
extends: balanced
tiers: {standard: gpt-5.2}
agents: {API: standard}
"""

from collections.abc import Iterator, Mapping
from typing import Final

from gsdc.finding import Finding, Severity, some
from gsdc.policy.breach import is_own
from gsdc.policy.constraints import forbidding_rule
from gsdc.policy.decide import decide
from gsdc.policy.model import Agent, Policy, State
from gsdc.rules.policy.api import PolicyContext

ID: Final = "untaken-tier"
CODE: Final = "MD008"
SEVERITY: Final = Severity.WARNING


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each tier of a person's own that such agents do not follow."""
    policy = context.policy
    own = [tier for tier in policy.tiers if is_own(policy.refs["tiers", tier])]
    if not own:
        return
    usual: Mapping[str, str] = context.sources.shipped("base.yaml", "profile").data["tiers"]
    for tier in own:
        if policy.tiers[tier] != usual[tier]:
            names = [name for name, agent in policy.agents.items() if _stays(policy, agent, tier, usual[tier])]
            if names:
                at = context.sources.origin(policy.refs["tiers", tier])
                message = f'tier {tier} is "{policy.tiers[tier]}", and {some(names)} are set to "{usual[tier]}" by name'
                help_ = f"give them the tier, as in `agents: {{{names[0]}: {tier}}}`"
                notes = (f"`gsdc agents --model {usual[tier]}` lists all agents on it",)
                yield Finding(at, CODE, ID, SEVERITY, message, help_, notes)


def _stays(policy: Policy, agent: Agent, tier: str, usual: str) -> bool:
    """Tell whether an agent is on the ``usual`` model of a tier, though never-break rules would let it follow."""
    states = [State(agent.name, phase) for phase in agent.phases or (None,)]
    new = policy.models[policy.tiers[tier]]
    return any(
        decide(policy, state).model == usual and forbidding_rule(policy, agent, state, new) is None for state in states
    )
