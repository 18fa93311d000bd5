"""The one function that decides a state: which model may do the work, or why the work is deferred.

A decision has seven steps. Each step may add a reason to the trail:

1. *override*: what a person forces, with a reason (seed 002, escape hatches);
2. *allocation*: the last profile layer that assigns the agent wins; in a layer an agent precedes a role;
   an assignment may differ by phase (seed 002) and by complexity (seed 001, part 4);
3. *class*: security-critical, novel or large-context work raises or changes the model (seeds 000, 002, 004);
4. *zone*: the budget keeps, caps or defers, by criticality; never below a floor (seed 002);
5. *share*: work that would take too much of the remaining budget gets the next cheaper tier (seed 001, part 4.2);
6. *escalation*: failed attempts climb the ladder, which ends at a person (seeds 001, 004);
7. *failover*: hops follow the chain of the agent, role, model or tier (seed 003).

The effort is decided separately and mapped to an effort of the chosen model: see ``gsdc.policy.effort``.

Explicit choices are never silently corrected: if a policy assigns a model below a floor, the decision follows the
policy, and the rules report it. Only automatic changes (a budget cap) yield to a floor, by deferring.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from gsdc.finding import Rejected, nearest
from gsdc.models.effort import RANK
from gsdc.policy.constraints import applies, forbidding_rule
from gsdc.policy.effort import AskedEffort, EffortFloor, fitted, wanted_effort
from gsdc.policy.model import DEFER, KEEP, TASK_CLASSES, TIER_INDEX, TIERS, Agent, Decision, Model, Policy, State, Step
from gsdc.policy.profile import Assignment, Override, Zone, range_key
from gsdc.policy.requirement import AtLeastEffort, Defer
from gsdc.policy.retries import escalate, fail_over
from gsdc.source.span import Argument, Span

MOST_TRIES: Final = 100  # of attempts and hops: no ladder or chain is this long


class Start(NamedTuple):
    """The model and temperature before attempts and hops; ``own`` is true if the fleet chose the model."""

    model: Model
    own: bool
    temperature: float | None


def decide(policy: Policy, state: State) -> Decision:
    """Answer ``state`` under ``policy``.

    Raises KeyError for an agent or zone that the policy does not have.
    """
    policy = policy.of(state.agent)
    agent = policy.agents[state.agent]
    zone = policy.zones[state.zone]
    trail: list[Step] = []
    start = start_of(policy, agent, zone, state, trail)
    model = None if start is None else start.model
    own = start is not None and start.own
    if model is not None and state.attempt:
        climbed = escalate(policy, zone, model, state.attempt, trail)
        own = own and climbed is model
        model = climbed
    if model is not None and state.hop:
        model = fail_over(policy, agent, state, model, trail, own=own)
    if start is None or model is None:
        return Decision(None, None, trail[-1].why, tuple(trail))
    effort, why = fitted(asked_effort(policy, agent, zone, state), model)
    temperature = start.temperature if model.temperature else None
    return Decision(model.alias, temperature, "", tuple(trail), effort, why)


def asked_effort(policy: Policy, agent: Agent, zone: Zone, state: State) -> AskedEffort:
    """Return the effort that ``state`` requests, regardless of the model."""
    floors = [
        EffortFloor(rule.requirement.effort, rule.name, rule.ref)
        for rule in policy.never_break.values()
        if isinstance(rule.requirement, AtLeastEffort) and applies(rule, agent, state)
    ]
    floor = max(floors, key=lambda one: RANK[one.effort], default=None)
    return wanted_effort(policy, agent, zone, state, _override(policy, state), floor)


def checked(policy: Policy, state: State) -> State:
    """Return ``state``. Raises ``Rejected`` for a name that ``policy`` does not define, or a number out of range."""
    agent = policy.agents.get(state.agent)
    if agent is None:
        raise _unknown("agent", f'unknown agent "{state.agent}"', policy.agents)
    if state.phase is not None and state.phase not in agent.phases:
        raise _unknown("phase", f'"{state.agent}" does not work in phase "{state.phase}"', agent.phases)
    if state.zone not in policy.zones:
        raise _unknown("zone", f'unknown zone "{state.zone}"', policy.zones)
    if state.task_class not in TASK_CLASSES:
        raise _unknown("task_class", f'unknown task class "{state.task_class}"', TASK_CLASSES)
    for name, number, low, high in (
        ("complexity", state.complexity, 1, 10),
        ("attempt", state.attempt, 0, MOST_TRIES),
        ("hop", state.hop, 0, MOST_TRIES),
    ):
        if number is not None and not low <= number <= high:
            raise _unknown(name, f"{name} is {low} to {high}, not {number}")
    return state


def _unknown(parameter: str, message: str, known: Iterable[str] = ()) -> Rejected:
    from gsdc.policy.sources import UNKNOWN_NAME

    help_ = nearest(message.split('"')[-2], list(known)) if known else ""
    return Rejected(UNKNOWN_NAME.at(Span(Argument(parameter), 0, 0), message, help_))


def start_of(policy: Policy, agent: Agent, zone: Zone, state: State, trail: list[Step]) -> Start | None:
    """Take the steps before any attempt or hop, and add the reasons to ``trail``; None is a deferral."""
    override = _override(policy, state)
    if override is not None:
        trail.append(Step(override.ref, f"override: {override.reason}"))
        return Start(policy.model_of(override.model), own=False, temperature=agent.temperature)
    for rule in policy.never_break.values():
        if isinstance(rule.requirement, Defer) and applies(rule, agent, state):
            trail.append(Step(rule.ref, f'"{rule.name}" leaves it to a person'))
            return None
    assignment, token, step = _allocate(policy, agent, state)
    trail.append(step)
    allocated = policy.model_of(token)
    own = not agent.models or assignment in agent.models.values()
    temperature = agent.temperature if assignment.temperature is None else assignment.temperature
    model = _classify(policy, agent, state, allocated, zone, trail)
    capped = _cap(policy, agent, state, zone, model, trail)
    if capped is not None and state.costly:
        capped = _economise(policy, agent, state, capped, trail)
    return None if capped is None else Start(capped, own and capped is allocated, temperature)


def _override(policy: Policy, state: State) -> Override | None:
    if state.lapsed:
        return None
    for override in policy.overrides:
        if (
            override.agent == state.agent
            and (not override.phases or state.phase in override.phases)
            and (not override.zones or state.zone in override.zones)
        ):
            return override
    return None


def allocation(policy: Policy, agent: Agent) -> tuple[Assignment, str]:
    """Return the assignment that applies to ``agent``, and a description of its source."""
    policy = policy.of(agent.name)
    for layer in reversed(policy.layers):
        if (found := layer.agents.get(agent.name)) is not None and found.model:
            return found, f'profile "{layer.name}" assigns agent "{agent.name}"'
        own = agent.own_assignment(layer.name, is_chosen=layer.name == policy.profile)
        if own is not None:
            return own, f'fleet "{agent.fleet}" assigns agent "{agent.name}" for profile "{layer.name}"'
        for role in agent.roles:
            if (found := layer.roles.get(role)) is not None and found.model:
                return found, f'profile "{layer.name}" assigns role "{role}"'
    return policy.default, "the default of the profile"


def _allocate(policy: Policy, agent: Agent, state: State) -> tuple[Assignment, str, Step]:
    assignment, why = allocation(policy, agent)
    if state.phase is not None and state.phase in assignment.phases:
        token = assignment.phases[state.phase]
        return (
            assignment,
            token,
            Step(assignment.ref.child("phases", state.phase), f"{why} in phase {state.phase}: {token}"),
        )
    if state.complexity is not None:
        for low, high, token in assignment.complexity:
            if low <= state.complexity <= high:
                where = assignment.ref.child("complexity", range_key(low, high))
                return assignment, token, Step(where, f"{why} at complexity {state.complexity}: {token}")
    reason = f" ({assignment.why})" if assignment.why else ""
    return assignment, assignment.model, Step(assignment.ref, f"{why}: {assignment.model}{reason}")


def entitled(policy: Policy, state: State) -> Model:
    """Return the model from the profile alone: before overrides, budget, failed attempts and failover."""
    policy = policy.of(state.agent)
    agent = policy.agents[state.agent]
    _, token, _ = _allocate(policy, agent, state)
    return _classify(policy, agent, state, policy.model_of(token), None, [])


def _classify(policy: Policy, agent: Agent, state: State, model: Model, zone: Zone | None, trail: list[Step]) -> Model:
    """Return the model after the task class is applied; without a ``zone`` no budget prevents a raise."""
    rule = policy.classes.get(state.task_class)
    if rule is not None and rule.model is not None and agent.has_role(rule.roles):
        model = policy.model_of(rule.model)
        trail.append(Step(rule.ref, f'"{state.task_class}" work of role "{agent.role}" goes to {rule.model}'))
    raised = agent.raises.get(state.task_class)
    if raised is not None and (candidate := policy.model_of(raised)).rank > model.rank:
        upgrades = "all" if zone is None else zone.upgrades
        if upgrades == "all" or (upgrades == "critical" and agent.is_critical(state.task_class)):
            model = candidate
            where = agent.ref.child("raises", state.task_class)
            trail.append(Step(where, f'"{state.task_class}" work raises it: {raised}'))
        elif zone is not None:
            trail.append(Step(zone.at("upgrades"), f"zone {zone.name} does not raise it"))
    if rule is not None and rule.minimum is not None and TIER_INDEX[model.tier] < TIER_INDEX[rule.minimum]:
        model = policy.model_of(rule.minimum)
        trail.append(Step(rule.ref, f'"{state.task_class}" work runs on at least {rule.minimum}'))
    return model


def _cap(policy: Policy, agent: Agent, state: State, zone: Zone, model: Model, trail: list[Step]) -> Model | None:
    criticality = "critical" if agent.is_critical(state.task_class) else agent.criticality
    allowed = zone.allows[criticality]
    if allowed == KEEP:
        return model
    where = zone.at(criticality)
    if allowed == DEFER:
        trail.append(Step(where, f"zone {zone.name} defers {criticality} work"))
        return None
    if TIER_INDEX[model.tier] <= TIER_INDEX[allowed]:
        return model
    target = policy.model_of(allowed)
    rule = forbidding_rule(policy, agent, state, target)
    if rule is not None:
        why = f'zone {zone.name} caps at {allowed}, below what "{rule.name}" demands: it is deferred'
        trail.append(Step(rule.ref, why))
        return None
    trail.append(Step(where, f"zone {zone.name} caps {criticality} work at {allowed}"))
    return target


def _economise(policy: Policy, agent: Agent, state: State, model: Model, trail: list[Step]) -> Model:
    """Return the model of the next cheaper tier, or ``model`` if the work is critical or a floor forbids it."""
    index = TIER_INDEX[model.tier]
    if index == 0 or agent.is_critical(state.task_class):
        return model
    cheaper = policy.model_of(TIERS[index - 1])
    if cheaper.rank >= model.rank or forbidding_rule(policy, agent, state, cheaper) is not None:
        return model
    share = f"{policy.planning.budget_share:.0%}"
    trail.append(Step(policy.planning.ref, f"it would take more than {share} of what remains: {TIERS[index - 1]}"))
    return cheaper
