"""Failover chains of agents, and how they change if the model itself does not."""

from itertools import count, takewhile
from typing import NamedTuple

from gsdc.policy.decide import decide
from gsdc.policy.model import Policy, State


class Rerouting(NamedTuple):
    """The failover chains of an agent's routine work on ``model`` in zone green; (): deferred at the first failure."""

    agent: str
    phases: tuple[str | None, ...]
    model: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def reroutings(before: Policy, after: Policy) -> tuple[Rerouting, ...]:
    """Return the agents with the same model and a different failover chain, in the order of ``after``."""
    found: dict[Rerouting, list[str | None]] = {}
    for name in filter(before.agents.__contains__, after.agents):
        for phase in after.agents[name].phases or (None,):
            (model, *new), (other, *old) = _route(after, name, phase), _route(before, name, phase)
            if model and model == other and old != new:
                found.setdefault(Rerouting(name, (), model, tuple(old), tuple(new)), []).append(phase)
    return tuple(row._replace(phases=tuple(phases)) for row, phases in found.items())


def _route(policy: Policy, agent: str, phase: str | None) -> tuple[str, ...]:
    """Return the model of an agent's work, "" if it is deferred, followed by its failover models."""
    answers = (decide(policy, State(agent, phase, hop=hop)).model or "" for hop in count())
    return tuple(takewhile(bool, answers)) or ("",)
