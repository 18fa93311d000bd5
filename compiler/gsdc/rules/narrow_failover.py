"""A failover chain names a model twice, or one provider serves all of it.

## Why is this bad?
A chain is for the day on which a provider is down: its other models are down as well, and a model that has failed fails
again (seed 003, "Failover Chains"; design, never-break rule 8: a chain ends, has no cycle, and spans two providers).

## Example (profile)
extends: balanced
failover:
  tiers:
    heavy: [opus]

## Use instead (profile)
extends: balanced
failover:
  tiers:
    heavy: [gpt-5.2-pro]
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import to_blame
from gsdc.policy.decide import allocation
from gsdc.policy.model import Chain, Model, Policy
from gsdc.rules.api import Context

ID: Final = "narrow-failover"
CODE: Final = "NB011"
SEVERITY: Final = Severity.WARNING


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each chain that returns to a model, and one for each that one provider alone serves."""
    policy, used = context.policy, context.survey.reachable
    found: dict[Finding, None] = {}
    for origin, chain in _chains(policy):
        if chain.defer or (origin is not None and origin.alias not in used):
            continue
        models = [policy.model_of(token) for token in chain.models]
        for index, model in enumerate(models):
            if model in models[:index]:
                at = context.sources.origin(to_blame(policy, chain.ref.child(index), model.alias))
                message = f'the chain names "{model.alias}" twice'
                found[Finding(at, CODE, ID, SEVERITY, message, "remove one of the two")] = None
        served = [*models, *([] if origin is None else [origin])]
        if len({model.provider for model in served}) == 1:
            at = context.sources.origin(to_blame(policy, chain.ref, served[-1].alias))
            message = f'"{served[-1].alias}" and all that it fails over to are of provider "{served[0].provider}"'
            found[Finding(at, CODE, ID, SEVERITY, message, "add a model of another provider, or defer")] = None
    yield from found


def _chains(policy: Policy) -> Iterator[tuple[Model | None, Chain]]:
    """Yield every failover chain with the model that it stands for, None where it stands for several."""
    failover = policy.failover
    yield from ((policy.model_of(tier), chain) for tier, chain in failover.tiers.items())
    yield from ((policy.models[alias], chain) for alias, chain in failover.models.items())
    yield from ((None, chain) for chain in failover.roles.values())
    for agent in policy.agents.values():
        assignment, _ = allocation(policy, agent)
        if agent.failover and (not agent.models or assignment in agent.models.values()):
            chain = Chain(agent.failover, defer=False, ref=agent.ref.child("failover"))
            yield policy.model_of(assignment.model), chain
