"""The tiers of an agent: its model, and the models of its failover chain, in order."""

from typing import Final, NamedTuple

from gsdc.policy.model import Agent, Decision, Model, Policy, State
from gsdc.policy.requirement import OnlyModel
from gsdc.targets.choice import choose
from gsdc.targets.decided import decide

LONGEST: Final = 10  # no chain has more hops


class Tier(NamedTuple):
    """A model of an agent, with its temperature and effort."""

    model: Model
    temperature: float | None
    effort: str | None


def tiers(policy: Policy, agent: Agent, zone: str) -> list[Tier]:
    """Return the tiers of ``agent`` in ``zone``, in order; none if it is deferred there."""
    choice = choose(policy, agent, zone)
    if choice.deferred:
        return []
    phase = next((p for p in agent.phases or (None,) if _starts(policy, agent, p, zone, choice.model)), None)
    found = [Tier(choice.model, choice.temperature, choice.effort)]
    for hop in range(1, LONGEST):
        answer: Decision = decide(policy, State(agent.name, phase, zone, hop=hop))
        if answer.model is None:
            break
        found.append(Tier(policy.models[answer.model], answer.temperature, answer.effort))
    return found


def _starts(policy: Policy, agent: Agent, phase: str | None, zone: str, model: Model) -> bool:
    return decide(policy, State(agent.name, phase, zone)).model == model.alias


def is_pinned(policy: Policy, agent: Agent) -> bool:
    """Tell whether a never-break rule requires one model of an agent: no client may move it to another group."""
    return any(
        isinstance(rule.requirement, OnlyModel)
        and agent.has_role(rule.when.get("role", agent.roles))
        and agent.name in rule.when.get("agent", (agent.name,))
        for rule in policy.never_break.values()
        if not rule.of_plans
    )
