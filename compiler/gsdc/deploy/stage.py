"""Gradual cutover (seed 003, "4.1 Migration Strategy": 25% -> 50% -> 100%): some agents on the new policy, then more.

What is cut over are agents, not requests: a configuration says which model an agent runs on, and no client that gsdc
writes for shares the requests of one agent among two.
"""

import hashlib
from math import ceil
from typing import Final

from gsdc.policy.model import CRITICALITIES, Agent, Policy
from gsdc.policy.ref import NOTHING

STAGES: Final = (25, 50, 100)


def cohort(policy: Policy, percent: int) -> frozenset[str]:
    """Return the names of the agents that have been cut over when ``percent`` (0 to 100) of them have.

    Those whose mistakes cost least come first: by rising criticality, and agents of role security after all others.
    Within one criticality the order is that of a hash of the name: names begin with what they have in common, and a
    stage should see a sample of the work rather than one family of agents. So the cohort of a percentage is part of
    that of every higher one, today and tomorrow. The number is rounded up: a first stage that cuts over nobody would
    pass as a trial.
    """
    ordered = sorted(policy.agents.values(), key=_caution)
    return frozenset(agent.name for agent in ordered[: ceil(len(ordered) * percent / 100)])


def staged(before: Policy, after: Policy, percent: int) -> Policy:
    """Return ``after`` with the agents outside of the cohort still decided by ``before``; at 100 it is ``after``.

    An agent that ``before`` lacks has nothing to be held back by: ``after`` decides it. One that ``after`` lacks stays
    as it was until all are cut over. Aliases and providers mean what they mean in ``after``; where ``before`` is staged
    itself, each agent is held by the policy that decides it there.
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
