"""Gradual cut-over (seed 003, "4.1 Migration Strategy": 25% -> 50% -> 100%): agents move to the new policy in steps.

Agents are cut over, not requests: a configuration sets the model of an agent, and no client that gsdc supports splits
the requests of one agent between two models.
"""

import hashlib
from math import ceil
from typing import Final

from gsdc.policy.model import CRITICALITIES, Agent, Policy
from gsdc.policy.ref import NOTHING

STAGES: Final = (25, 50, 100)


def cohort(policy: Policy, percent: int) -> frozenset[str]:
    """Return the names of the agents that are cut over at ``percent`` (0 to 100).

    Agents with the lowest criticality come first; agents of role security come after all others. Agents of equal
    criticality are ordered by a hash of the name: related names share a prefix, and a stage should sample the work, not
    one family of agents. The cohort of a percentage is therefore always part of every larger one. The number is rounded
    up, since a first stage with no agent would pass as a trial.
    """
    ordered = sorted(policy.agents.values(), key=_caution)
    return frozenset(agent.name for agent in ordered[: ceil(len(ordered) * percent / 100)])


def staged(before: Policy, after: Policy, percent: int) -> Policy:
    """Return ``after``, with agents outside of the cohort still decided by ``before``; at 100 return ``after``.

    An agent missing in ``before`` is decided by ``after``. An agent missing in ``after`` stays unchanged until the
    cut-over is complete. Aliases and providers have their meaning in ``after``. If ``before`` is itself staged, each
    agent uses the policy that decides it there.
    """
    if percent >= 100:
        return after
    over = cohort(after, percent)
    plain = before._replace(stage=100, held=NOTHING)
    held = {name: before.held.get(name, plain) for name in before.agents if name not in over}
    if not held:
        return after
    return after._replace(
        stage=percent,
        held=held,
        agents={**after.agents, **{name: before.agents[name] for name in held}},
        models={**before.models, **after.models},
        providers={**before.providers, **after.providers},
    )


def _caution(agent: Agent) -> tuple[bool, int, bytes]:
    return (
        agent.role == "security",
        CRITICALITIES.index(agent.criticality),
        hashlib.sha256(agent.name.encode()).digest(),
    )
