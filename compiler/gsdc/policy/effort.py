"""The effort of a decision: the effort that the policy requests, mapped to the nearest one the model takes.

The effort is looked up separately from the model, so that a profile may change one and keep the other. The order is:
the last layer that sets an effort for the work (the agent before its role), then the agent's fleet, then the default. A
task class raises the effort, a budget zone caps it. A never-break rule with a least effort supplies it if nothing else
sets one, and no cap goes below it. If a person sets an effort below it, that effort is used, and reported.
"""

from collections.abc import Iterator
from typing import NamedTuple

from gsdc.models.effort import RANK, fit
from gsdc.policy.model import Agent, Model, Policy, State, Step
from gsdc.policy.profile import Assignment, EffortRule, Override, Zone, range_key
from gsdc.policy.ref import Ref


class EffortFloor(NamedTuple):
    """The least effort that never-break rules require of some work, and the rule that requires it."""

    effort: str
    rule: str
    ref: Ref


class AskedEffort(NamedTuple):
    """The requested effort, regardless of the model; None if none is set. ``trail`` gives the reasons."""

    effort: str | None
    floor: EffortFloor | None
    trail: tuple[Step, ...]


def effort_rules(policy: Policy, agent: Agent) -> Iterator[tuple[EffortRule, str]]:
    """Yield the efforts set for ``agent``, the highest precedence first, each with a description of its place."""
    for layer in reversed(policy.layers):
        own = agent.own_assignment(layer.name, is_chosen=layer.name == policy.profile)
        given: tuple[tuple[Assignment | None, str], ...] = (
            (layer.agents.get(agent.name), f'profile "{layer.name}" gives agent "{agent.name}"'),
            (own, f'fleet "{agent.fleet}" gives agent "{agent.name}" for profile "{layer.name}"'),
            *((layer.roles.get(role), f'profile "{layer.name}" gives role "{role}"') for role in agent.roles),
        )
        for assignment, why in given:
            if assignment is not None and assignment.effort is not None:
                yield assignment.effort, why
    if agent.effort is not None:
        yield agent.effort, f'fleet "{agent.fleet}" gives agent "{agent.name}"'
    if policy.default.effort is not None:
        yield policy.default.effort, "the default of the profile is"


def wanted_effort(
    policy: Policy, agent: Agent, zone: Zone, state: State, override: Override | None, floor: EffortFloor | None
) -> AskedEffort:
    """Return the effort that ``policy`` requests in ``state``; ``override`` is in force, rules require ``floor``."""
    if override is not None and override.effort:
        step = Step(override.ref.child("effort"), f"override: effort {override.effort}")
        return AskedEffort(override.effort, floor, (step,))
    trail: list[Step] = []
    wanted = _allocated(policy, agent, state, trail)
    rule = policy.classes.get(state.task_class)
    if rule is not None and rule.effort and (wanted is None or RANK[wanted] < RANK[rule.effort]):
        wanted = rule.effort
        trail.append(Step(rule.ref.child("effort"), f'"{state.task_class}" work has at least effort {wanted}'))
    if zone.effort and not agent.is_critical(state.task_class) and (wanted is None or RANK[wanted] > RANK[zone.effort]):
        wanted = zone.effort
        if floor is not None and RANK[wanted] < RANK[floor.effort]:
            wanted = floor.effort
            trail.append(Step(floor.ref, f'zone {zone.name} caps the effort, but not below "{floor.rule}": {wanted}'))
        else:
            trail.append(Step(zone.at("effort"), f"zone {zone.name} caps the effort at {wanted}"))
    if wanted is None and floor is not None:
        wanted = floor.effort
        trail.append(Step(floor.ref, f'no other effort is set: "{floor.rule}" requires {wanted} at least'))
    return AskedEffort(wanted, floor, tuple(trail))


def fitted(wanted: AskedEffort, model: Model) -> tuple[str | None, tuple[Step, ...]]:
    """Return the effort that ``model`` runs at, and the reasons; None is the model's default."""
    if wanted.effort is None:
        return None, wanted.trail
    found = fit(wanted.effort, model.efforts, wanted.floor and wanted.floor.effort)
    if found == wanted.effort:
        return found, wanted.trail
    takes = f"takes {', '.join(model.efforts)}" if model.efforts else "takes no effort"
    what = f"{model.alias} {takes}: {found or 'its own default applies'}"
    return found, (*wanted.trail, Step(model.ref, what))


def _allocated(policy: Policy, agent: Agent, state: State, trail: list[Step]) -> str | None:
    for rule, why in effort_rules(policy, agent):
        for phase, effort in rule.phases:
            if phase == state.phase:
                trail.append(Step(rule.ref.child("phases", phase), f"{why} effort {effort} in phase {phase}"))
                return effort
        for low, high, effort in rule.complexity if state.complexity is not None else ():
            if state.complexity is not None and low <= state.complexity <= high:
                where = rule.ref.child("complexity", range_key(low, high))
                trail.append(Step(where, f"{why} effort {effort} at complexity {state.complexity}"))
                return effort
        if rule.effort:
            trail.append(Step(rule.ref, f"{why} effort {rule.effort}"))
            return rule.effort
    return None
