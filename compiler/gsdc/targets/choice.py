"""The single model of an agent for a client without phases."""

from collections.abc import Iterable
from typing import NamedTuple

from gsdc.models.effort import RANK
from gsdc.policy.decide import allocation
from gsdc.policy.model import Agent, Decision, Model, Policy, State
from gsdc.targets.decided import decide


class Choice(NamedTuple):
    """The values for an agent. A deferred one keeps its model of zone green, for the time when it is enabled again."""

    model: Model
    temperature: float | None
    effort: str | None
    deferred: bool


def choose(policy: Policy, agent: Agent, zone: str) -> Choice:
    """Choose the best of the agent's models over its phases: it may cost more than decided, but is never weaker.

    If it is weaker than the model that a deferred phase needs, the whole agent is deferred.
    """
    policy, phases = policy.of(agent.name), agent.phases or (None,)
    now = [decide(policy, State(agent.name, phase, zone)) for phase in phases]
    best = _best(policy, now)
    if best is not None and all(answer.model is not None for answer in now):
        return Choice(*best, deferred=False)
    green = [decide(policy, State(agent.name, phase, "green")) for phase in phases]
    if best is not None:
        waits_for = [later.model for answer, later in zip(now, green, strict=True) if answer.model is None]
        if all(alias is not None and policy.models[alias].rank <= best[0].rank for alias in waits_for):
            return Choice(*best, deferred=False)
    kept = _best(policy, green) or (policy.model_of(allocation(policy, agent)[0].model), None, None)
    return Choice(*kept, deferred=True)


def _best(policy: Policy, answers: Iterable[Decision]) -> tuple[Model, float | None, str | None] | None:
    running = [
        (policy.models[answer.model], answer.temperature, answer.effort)
        for answer in answers
        if answer.model is not None
    ]
    return max(running, key=lambda found: (found[0].rank, RANK.get(found[2] or "", -1)), default=None)
