"""The troubleshooting guide, with all models and numbers from the policy."""

from collections.abc import Iterable, Iterator
from typing import Any

from gsdc.ownership.registry import FILE
from gsdc.policy.model import ZONES, Model, Policy, State
from gsdc.source.rendering import render
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.decided import decide
from gsdc.targets.documents.facts import facts, price
from gsdc.targets.tiers import tiers
from gsdc.targets.troubleshooting import PATH


def emit(request: Request) -> Emission:
    """Write the guide."""
    policy = request.policy
    text = render(
        "documents/troubleshooting.md.j2",
        matrix=list(_matrix(policy, request.zone)),
        waiting=list(_waiting(policy)),
        targets=sorted(request.others),
        latency=policy.failover.triggers.get("latency-seconds"),
        **facts(policy, request.zone),
    )
    return Emission((Artifact(str(request.options.get("path", PATH)), text.encode(), FILE),))


def _matrix(policy: Policy, zone: str) -> Iterator[dict[str, Any]]:
    """Yield what to test of each agent: its model, the models that follow it, and the price of the first two."""
    for agent in policy.agents.values():
        models = [tier.model for tier in tiers(policy, agent, zone)]
        prices = [price(model) for model in models]
        yield {
            "agent": agent.name,
            "model": models[0].alias if models else "deferred",
            "then": [model.alias for model in models[1:]],
            "price": prices[0] if models else "-",
            "next_price": prices[1] if models[1:] else "-",
        }


def _waiting(policy: Policy) -> Iterator[tuple[str, list[str]]]:
    """Yield each zone with the agents that are deferred in it, in all of their phases or in some."""
    for zone in ZONES:
        found = []
        for agent in policy.agents.values():
            phases = agent.phases or (None,)
            idle = [phase for phase in phases if decide(policy, State(agent.name, phase, zone)).model is None]
            if idle:
                found.append(agent.name if len(idle) == len(phases) else f"{agent.name} ({', '.join(map(str, idle))})")
        if found:
            yield zone, found


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001
    """Return nothing: a document is read by people."""
    return ()


def expected_claims(request: Request) -> frozenset[Claim]:  # noqa: ARG001
    """Return nothing, see ``read_back``."""
    return frozenset()
