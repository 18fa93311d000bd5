"""A failover chain names a model twice, or one provider serves all of it.

## Why is this bad?
A chain is for the day on which a provider is down: its other models are down as well, and a model that has failed fails
again (seed 003, "1.3 Failover Chain Configuration" and "High-Risk Scenarios & Responses").

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
from gsdc.policy.decide import allocation
from gsdc.policy.model import Model, Policy
from gsdc.policy.profile import Chain
from gsdc.policy.ref import Ref
from gsdc.rules.policy.api import PolicyContext

ID: Final = "narrow-failover"
CODE: Final = "NB011"
SEVERITY: Final = Severity.WARNING


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each chain that returns to a model, and one for each that one provider alone serves."""
    policy, used = context.policy, context.survey.reachable
    found: dict[Finding, None] = {}
    for origin, chain, chosen in _chains(policy):
        if chain.defer or origin.alias not in used:
            continue
        models = [policy.model_of(token) for token in chain.models]
        for index, model in enumerate(models):
            if model in models[:index]:
                at, related = context.attribute_to_user_files(chain.ref.child(index), model.alias)
                message, help_ = f'the chain names "{model.alias}" twice', "remove one of the two"
                found[Finding(at, CODE, ID, SEVERITY, message, help_, related=related)] = None
        served = [*models, origin]
        if len({model.provider.casefold() for model in served}) == 1:
            aliases = [model.alias for model in reversed(served)]
            at, related = context.attribute_to_user_files(chain.ref, *aliases, key="provider", behind=chosen)
            message = f'"{served[-1].alias}" and all that it fails over to are of provider "{served[0].provider}"'
            help_ = "add a model of another provider, or defer"
            found[Finding(at, CODE, ID, SEVERITY, message, help_, related=related)] = None
    yield from found


def _chains(policy: Policy) -> Iterator[tuple[Model, Chain, tuple[Ref, ...]]]:
    """Yield every failover chain with each model that it stands behind, and where an agent's is chosen."""
    failover = policy.failover
    yield from ((policy.model_of(tier), chain, ()) for tier, chain in failover.tiers.items())
    yield from ((policy.models[alias], chain, ()) for alias, chain in failover.models.items())
    for agent in policy.agents.values():
        assignment, _ = allocation(policy, agent)
        of_role = next(filter(None, map(failover.roles.get, agent.roles)), None)
        if of_role is not None:
            yield policy.model_of(assignment.model), of_role, (assignment.ref,)
        if agent.failover and (not agent.models or assignment in agent.models.values()):
            chain = Chain(agent.failover, defer=False, ref=agent.ref.child("failover"))
            yield policy.model_of(assignment.model), chain, (assignment.ref,)
