"""Never-break rules over the state space: which rules apply, and the shortest path to each violation.

The survey finds the suspects. Only the states of suspects are checked one by one.
"""

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gsdc import data
from gsdc.models.effort import reaches
from gsdc.policy.constraints import applies, permits
from gsdc.policy.decide import decide, entitled
from gsdc.policy.model import TIER_INDEX, Agent, Decision, Model, Policy, State
from gsdc.policy.ref import Ref
from gsdc.policy.requirement import AtLeastEffort, Keep, NeverBreak
from gsdc.policy.space import distance
from gsdc.policy.survey import Survey, Suspect


class Breach(NamedTuple):
    """A violation of a never-break rule: the places to report, and the shortest state that shows it."""

    rule: NeverBreak
    places: tuple[Ref, ...]
    state: State
    decision: Decision


def breaches(survey: Survey) -> tuple[Breach, ...]:
    """Return one breach for each rule and culprit, each with the shortest state that shows it.

    Where a state violates a rule only because a simpler state does, a shipped file is not the culprit. For example, the
    failover chains of base.yaml only continue what a user's profile started.
    """
    found: dict[tuple[str, Ref], Breach] = {}
    for suspect in survey.suspects:
        # What is true for one agent of a group is true for all; a breach is reported where each of them is written.
        for agent in suspect.agents:
            policy = survey.policy.of(agent.name)
            for breach in _breaches_of(policy, agent, suspect):
                key = (breach.rule.name, breach.places[0])
                if key not in found or distance(policy, breach.state) < distance(policy, found[key].state):
                    found[key] = breach
    # A model that another rule rejects at the same place takes no effort: this is not a second error.
    rejected = {
        (b.places[0], b.decision.model) for b in found.values() if not isinstance(b.rule.requirement, AtLeastEffort)
    }
    return tuple(
        b for b in found.values() if not _takes_no_effort(b) or (b.places[0], b.decision.model) not in rejected
    )


def _takes_no_effort(breach: Breach) -> bool:
    return isinstance(breach.rule.requirement, AtLeastEffort) and breach.decision.effort is None


def holds(policy: Policy, rule: NeverBreak, state: State, decision: Decision) -> bool:
    """Tell whether ``decision`` for ``state`` meets the requirement of ``rule``. A deferral always does."""
    if decision.model is None:
        return True
    policy = policy.of(state.agent)
    return allows(policy, rule, state, policy.models[decision.model], decision.effort)


def allows(policy: Policy, rule: NeverBreak, state: State, model: Model, effort: str | None = None) -> bool:
    """Tell whether ``rule`` permits ``model`` for the work of ``state``, at ``effort`` if it is given."""
    if isinstance(rule.requirement, AtLeastEffort) and effort is not None:
        return reaches(effort, rule.requirement.effort)
    if not isinstance(rule.requirement, Keep):
        return permits(rule, model)
    return TIER_INDEX[model.tier] >= TIER_INDEX[entitled(policy, state).tier]


def _breaches_of(policy: Policy, agent: Agent, suspect: Suspect) -> Iterator[Breach]:
    rule = suspect.rule
    for attempt, hop, _ in suspect.course.points:
        state = suspect.start._replace(agent=agent.name, attempt=attempt, hop=hop)
        decision = decide(policy, state)
        if not holds(policy, rule, state, decision):
            places = _blamed(policy, agent, rule, state, decision)
            if is_own(places[0]) or not _is_consequence(policy, rule, agent, state):
                yield Breach(rule, places, state, decision)


def is_own(ref: Ref) -> bool:
    """Tell whether a place is in a user's file, not in a shipped one."""
    return not ref.document.startswith(f"{data.folder('profiles')}{os.sep}")


def attribute_to_user_files(
    policy: Policy, written: Ref, *aliases: str, key: str = "rank", behind: Iterable[Ref] = ()
) -> tuple[Ref, ...]:
    """Return the places of a finding about models, the culprit first: those in the user's files.

    A shipped entry (``written``) is wrong only because of something else: the definition of a tier or of a model (by
    its ``key``), or an entry ``behind`` it.
    """
    defined = (place for alias in aliases for place in _definitions(policy, alias, key))
    return tuple(dict.fromkeys(filter(is_own, (written, *defined, *behind)))) or (written,)


def _definitions(policy: Policy, alias: str, key: str) -> Iterator[Ref]:
    yield from (policy.refs["tiers", tier] for tier, model in policy.tiers.items() if model == alias)
    yield policy.models[alias].ref.child(key)


def _blamed(policy: Policy, agent: Agent, rule: NeverBreak, state: State, decision: Decision) -> tuple[Ref, ...]:
    # If the effort is too low, report its own reasons; if the model takes no such effort, report the model's.
    trail = decision.trail
    if isinstance(rule.requirement, AtLeastEffort) and decision.effort is not None:
        trail += decision.effort_trail
    last, *earlier = (step.ref for step in reversed(trail))
    aliases = dict.fromkeys([str(decision.model), entitled(policy, state).alias, rule.require.get("model")])
    task_class = policy.classes.get(state.task_class)
    behind = (*([task_class.ref] if task_class else []), *earlier, agent.ref, rule.ref)
    return attribute_to_user_files(policy, last, *filter(None, aliases), behind=behind)


def _is_consequence(policy: Policy, rule: NeverBreak, agent: Agent, state: State) -> bool:
    """Tell whether a simpler state, with one unusual property less, violates ``rule`` as well."""
    plain = State(state.agent, state.phase)
    for key in ("hop", "attempt", "costly", "lapsed", "complexity", "task_class", "zone"):
        if getattr(state, key) != getattr(plain, key):
            simpler = state._replace(**{key: getattr(plain, key)})
            if applies(rule, agent, simpler) and not holds(policy, rule, simpler, decide(policy, simpler)):
                return True
    return False
