"""Never-break rules over the state space: which hold, and where they do not, the shortest way to break them.

The survey names the suspects; only theirs are the states that are looked at one by one, and asked for their reasons.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gsdc import data
from gsdc.policy.decide import TIER_INDEX, applies, decide, permits
from gsdc.policy.model import Agent, Decision, NeverBreak, Policy, Ref, State
from gsdc.policy.space import distance
from gsdc.policy.survey import Survey, Suspect, first


class Breach(NamedTuple):
    """A never-break rule that does not hold: where the culprit stands, and the shortest state that shows it."""

    rule: NeverBreak
    culprit: Ref
    state: State
    decision: Decision


def breaches(survey: Survey) -> tuple[Breach, ...]:
    """Return one breach for each rule and culprit, each with the shortest state that shows it.

    Where a state breaks a rule only because a plainer one already does, a shipped file is not the culprit: the failover
    chains of base.yaml, say, carry on what a profile of the user's began.
    """
    policy = survey.policy
    found: dict[tuple[str, Ref], Breach] = {}
    for suspect in survey.suspects:
        # What holds for one agent of a group holds for all; a breach stands where each of them is written.
        for agent in suspect.agents:
            for breach in _breaches_of(policy, agent, suspect):
                key = (breach.rule.name, breach.culprit)
                if key not in found or distance(policy, breach.state) < distance(policy, found[key].state):
                    found[key] = breach
    return tuple(found.values())


def holds(policy: Policy, rule: NeverBreak, state: State, decision: Decision) -> bool:
    """Tell whether ``decision`` for ``state`` fulfils what ``rule`` requires. A deferral always does."""
    if decision.model is None:
        return True
    model = policy.models[decision.model]
    if "keep" not in rule.require:
        return permits(rule, model)
    answer = decide(policy, first(state))
    return answer.model is None or TIER_INDEX[model.tier] >= TIER_INDEX[policy.models[answer.model].tier]


def _breaches_of(policy: Policy, agent: Agent, suspect: Suspect) -> Iterator[Breach]:
    rule = suspect.rule
    for attempt, hop, _ in suspect.course.points:
        state = suspect.start._replace(agent=agent.name, attempt=attempt, hop=hop)
        decision = decide(policy, state)
        if not holds(policy, rule, state, decision):
            culprit = _culprit(policy, agent, rule, decision)
            if is_own(culprit) or not _is_consequence(policy, rule, agent, state):
                yield Breach(rule, culprit, state, decision)


def is_own(ref: Ref) -> bool:
    """Tell whether a place is in a file of the user's, not in a shipped one."""
    return not ref.document.startswith(str(data.folder("profiles")))


def to_blame(policy: Policy, written: Ref, alias: str, *others: Ref) -> Ref:
    """Return the place that a finding about the model ``alias``, as ``written``, is for: the first of the user's files.

    A shipped entry is wrong only because of something else: what a tier or a model is here, or one of ``others``.
    """
    tiers = (policy.refs["tiers", tier] for tier, model in policy.tiers.items() if model == alias)
    rank = policy.models[alias].ref.child("rank")
    return next(filter(is_own, (written, *tiers, rank, *others)), written)


def _culprit(policy: Policy, agent: Agent, rule: NeverBreak, decision: Decision) -> Ref:
    last, *earlier = (step.ref for step in reversed(decision.trail))
    return to_blame(policy, last, str(decision.model), *earlier, agent.ref, rule.ref)


def _is_consequence(policy: Policy, rule: NeverBreak, agent: Agent, state: State) -> bool:
    """Tell whether a state with one thing less that is unusual breaks ``rule`` as well."""
    plain = State(state.agent, state.phase)
    for key in ("hop", "attempt", "costly", "lapsed", "complexity", "task_class", "zone"):
        if getattr(state, key) != getattr(plain, key):
            simpler = state._replace(**{key: getattr(plain, key)})
            if applies(rule, agent, simpler) and not holds(policy, rule, simpler, decide(policy, simpler)):
                return True
    return False
