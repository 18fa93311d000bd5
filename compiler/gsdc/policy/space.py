"""The state space: every question that a policy can be asked, and the shortest way to break a rule.

The space is finite: the phases of an agent, four zones, four task classes, one score out of each range of complexity
that its assignment tells apart, attempts until the ladder ends, hops until the chain ends. Agents that nothing tells
apart are asked once.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gsdc import data
from gsdc.policy.decide import TIER_INDEX, allocation, applies, decide
from gsdc.policy.model import TASK_CLASSES, ZONES, Agent, Decision, NeverBreak, Policy, Ref, State


class Breach(NamedTuple):
    """A never-break rule that does not hold: where the culprit stands, and the shortest state that shows it."""

    rule: NeverBreak
    culprit: Ref
    state: State
    decision: Decision


def groups(policy: Policy) -> tuple[tuple[Agent, ...], ...]:
    """Return the agents of ``policy`` in groups that decisions cannot tell apart, in the order of the policy."""
    named = {override.agent for override in policy.overrides}
    named.update(name for rule in policy.never_break.values() for name in rule.when.get("agent", ()))
    found: dict[tuple[object, ...], list[Agent]] = {}
    for agent in policy.agents.values():
        assignment, _ = allocation(policy, agent)
        signature = (
            agent.name if agent.name in named else "",
            assignment.model,
            tuple(sorted(assignment.phases.items())),
            assignment.complexity,
            not agent.models or assignment in agent.models.values(),
            agent.role,
            agent.criticality,
            agent.phases,
            tuple(sorted(agent.raises.items())),
            agent.failover,
        )
        found.setdefault(signature, []).append(agent)
    return tuple(map(tuple, found.values()))


def states(policy: Policy, agent: Agent) -> Iterator[tuple[State, Decision]]:
    """Yield every state of ``agent`` with its decision. Attempts and hops go on until the answer is a deferral."""
    assignment, _ = allocation(policy, agent)
    scores = (None, *(low for low, _, _ in assignment.complexity))
    for phase in agent.phases or (None,):
        for zone in ZONES:
            for task_class in TASK_CLASSES:
                for complexity in scores:
                    start = State(agent.name, phase, zone, task_class, complexity)
                    yield from _attempts(policy, start)


def reachable(policy: Policy) -> frozenset[str]:
    """Return the alias of every model that some state is decided by."""
    walks = (states(policy, group[0]) for group in groups(policy))
    return frozenset(decision.model for walk in walks for _, decision in walk if decision.model is not None)


def _attempts(policy: Policy, start: State) -> Iterator[tuple[State, Decision]]:
    attempt = 0
    while True:
        hop = 0
        while True:
            state = start._replace(attempt=attempt, hop=hop)
            decision = decide(policy, state)
            yield state, decision
            if decision.model is None:
                break
            hop += 1
        if hop == 0:
            return
        attempt += policy.escalation.after


def breaches(policy: Policy) -> tuple[Breach, ...]:
    """Return one breach for each rule and culprit, each with the shortest state that shows it.

    Where a state breaks a rule only because a plainer one already does, a shipped file is not the culprit: the failover
    chains of base.yaml, say, carry on what a profile of the user's began.
    """
    found: dict[tuple[str, Ref], Breach] = {}
    for group in groups(policy):
        # What holds for one agent of a group holds for all; a breach stands where each of them is written.
        if any(_breaches_of(policy, group[0])):
            for agent in group:
                for breach in _breaches_of(policy, agent):
                    key = (breach.rule.name, breach.culprit)
                    if key not in found or distance(breach.state) < distance(found[key].state):
                        found[key] = breach
    return tuple(found.values())


def _breaches_of(policy: Policy, agent: Agent) -> Iterator[Breach]:
    shipped = str(data.folder("profiles"))
    rules = [rule for rule in policy.never_break.values() if agent.role in rule.when.get("role", (agent.role,))]
    for state, decision in states(policy, agent):
        for rule in rules:
            if applies(rule, agent, state) and not holds(policy, rule, state, decision):
                culprit = decision.trail[-1].ref
                if not (culprit.document.startswith(shipped) and _is_consequence(policy, rule, agent, state)):
                    yield Breach(rule, culprit, state, decision)


def _is_consequence(policy: Policy, rule: NeverBreak, agent: Agent, state: State) -> bool:
    """Tell whether a state with one thing less that is unusual breaks ``rule`` as well."""
    plain = State(state.agent, state.phase)
    for key in ("hop", "attempt", "complexity", "task_class", "zone"):
        if getattr(state, key) != getattr(plain, key):
            simpler = state._replace(**{key: getattr(plain, key)})
            if applies(rule, agent, simpler) and not holds(policy, rule, simpler, decide(policy, simpler)):
                return True
    return False


def holds(policy: Policy, rule: NeverBreak, state: State, decision: Decision) -> bool:
    """Tell whether ``decision`` for ``state`` fulfils what ``rule`` requires. A deferral always does."""
    if decision.model is None:
        return True
    model = policy.models[decision.model]
    require = rule.require
    if "model" in require:
        return bool(model.alias == require["model"])
    if "min" in require:
        return TIER_INDEX[model.tier] >= TIER_INDEX[require["min"]]
    if "provider" in require:
        return bool(model.provider == require["provider"])
    first = decide(policy, state._replace(zone="green", attempt=0, hop=0))
    return first.model is None or TIER_INDEX[model.tier] >= TIER_INDEX[policy.models[first.model].tier]


def distance(state: State) -> tuple[int, int]:
    """Return how far a state lies from the plain one: how many things are unusual, then how unusual they are."""
    parts = (
        ZONES.index(state.zone),
        TASK_CLASSES.index(state.task_class),
        state.complexity or 0,
        state.attempt,
        state.hop,
    )
    return sum(map(bool, parts)), sum(parts)
