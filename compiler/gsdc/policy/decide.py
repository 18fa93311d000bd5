"""The one function that answers a state: which model may do this work, or why it has to wait.

A decision is made in seven steps, each of which may leave a reason in the trail:

1. *override*: what a person forces, with a reason (seed 002, escape hatches);
2. *allocation*: the last profile layer that says anything about the agent wins; in it an agent beats a role;
   an assignment may differ by phase (seed 002) and by complexity (seed 001, part 4);
3. *class*: security-critical, novel or large-context work raises or moves the model (seeds 000, 002, 004);
4. *zone*: the budget keeps, caps or defers, by criticality; never below a floor (seed 002);
5. *share*: what would take too much of the remaining budget goes to the next cheaper tier (seed 001, part 4.2);
6. *escalation*: failed attempts climb the ladder, which ends at a person (seeds 001, 004);
7. *failover*: hops follow the chain of the agent, role, model or tier (seed 003).

The effort is decided beside it, and put into the words of the model that is reached: see ``gsdc.policy.effort``.

Explicit choices are never silently corrected: a policy that assigns a model below a floor is decided as written, and
the rules report it. Only what happens by itself (a budget cap) gives way to a floor, by deferring.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple, assert_never

from gsdc.finding import Rejected, nearest
from gsdc.models.effort import RANK, reaches
from gsdc.policy.effort import Floor, Wanted, fitted, wanted_effort
from gsdc.policy.model import (
    DEFER,
    HUMAN,
    KEEP,
    TASK_CLASSES,
    TIERS,
    Agent,
    Assignment,
    Chain,
    Decision,
    Model,
    NeverBreak,
    Override,
    Policy,
    State,
    Step,
    Zone,
    range_key,
)
from gsdc.policy.recognition import fulfils
from gsdc.policy.requirement import AtLeastEffort, AtLeastTier, Defer, Keep, Never, OnlyModel, OnlyProvider, Review
from gsdc.source.span import Argument, Span

MOST_TRIES: Final = 100  # of attempts and hops: no ladder and no chain is as long
TIER_INDEX: Final = {tier: index for index, tier in enumerate(TIERS)}


class Standing(NamedTuple):
    """What work starts from: its model, whether its fleet chose that (``own``), and its temperature."""

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
    standing = stand(policy, agent, zone, state, trail)
    model = None if standing is None else standing.model
    own = standing is not None and standing.own
    if model is not None and state.attempt:
        climbed = escalate(policy, zone, model, state.attempt, trail)
        own = own and climbed is model
        model = climbed
    if model is not None and state.hop:
        critical = agent.is_critical(state.task_class)
        model = fail_over(policy, agent, zone, model, state.hop, trail, own=own, critical=critical)
    if standing is None or model is None:
        return Decision(None, None, trail[-1].why, tuple(trail))
    effort, why = fitted(asked_effort(policy, agent, zone, state), model)
    temperature = standing.temperature if model.temperature else None
    return Decision(model.alias, temperature, "", tuple(trail), effort, why)


def asked_effort(policy: Policy, agent: Agent, zone: Zone, state: State) -> Wanted:
    """Return the effort that is asked for in ``state``, whatever the model."""
    floors = [
        Floor(rule.requirement.effort, rule.name, rule.ref)
        for rule in policy.never_break.values()
        if isinstance(rule.requirement, AtLeastEffort) and applies(rule, agent, state)
    ]
    floor = max(floors, key=lambda one: RANK[one.effort], default=None)
    return wanted_effort(policy, agent, zone, state, _override(policy, state), floor)


def checked(policy: Policy, state: State) -> State:
    """Return ``state``. Raises ``Rejected`` for a name that ``policy`` does not have, or a number out of range."""
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


def stand(policy: Policy, agent: Agent, zone: Zone, state: State, trail: list[Step]) -> Standing | None:
    """Take the steps that come before any attempt or hop, adding the reasons to ``trail``; None is a deferral."""
    override = _override(policy, state)
    if override is not None:
        trail.append(Step(override.ref, f"override: {override.reason}"))
        return Standing(policy.model_of(override.model), own=False, temperature=agent.temperature)
    for rule in policy.never_break.values():
        if "defer" in rule.require and applies(rule, agent, state):
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
    return None if capped is None else Standing(capped, own and capped is allocated, temperature)


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
    """Return the assignment that holds for ``agent``, and in words where it comes from."""
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
    """Return what the profile gives to work by itself: before overrides, budget, failed attempts and failover."""
    policy = policy.of(state.agent)
    agent = policy.agents[state.agent]
    _, token, _ = _allocate(policy, agent, state)
    return _classify(policy, agent, state, policy.model_of(token), None, [])


def _classify(policy: Policy, agent: Agent, state: State, model: Model, zone: Zone | None, trail: list[Step]) -> Model:
    """Return the model after what the task's class does to it; without a ``zone`` no budget keeps it from a raise."""
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
        trail.append(Step(rule.ref, f'"{state.task_class}" work runs on {rule.minimum} at least'))
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
        why = f'zone {zone.name} caps at {allowed}, below what "{rule.name}" demands: it waits'
        trail.append(Step(rule.ref, why))
        return None
    trail.append(Step(where, f"zone {zone.name} caps {criticality} work at {allowed}"))
    return target


def _economise(policy: Policy, agent: Agent, state: State, model: Model, trail: list[Step]) -> Model:
    """Return the model of the next cheaper tier, or ``model`` where the work is critical or a floor forbids it."""
    index = TIER_INDEX[model.tier]
    if index == 0 or agent.is_critical(state.task_class):
        return model
    cheaper = policy.model_of(TIERS[index - 1])
    if cheaper.rank >= model.rank or forbidding_rule(policy, agent, state, cheaper) is not None:
        return model
    share = f"{policy.planning.budget_share:.0%}"
    trail.append(Step(policy.planning.ref, f"it would take more than {share} of what remains: {TIERS[index - 1]}"))
    return cheaper


def escalate(policy: Policy, zone: Zone, model: Model, attempt: int, trail: list[Step]) -> Model | None:
    """Climb the ladder from ``model`` for ``attempt`` failures; None where the work waits for a person."""
    escalation = policy.escalation
    for _ in range(attempt // escalation.after):
        if not zone.escalate:
            trail.append(Step(zone.at("escalate"), f"zone {zone.name} does not escalate: a person decides"))
            return None
        for index, rung in enumerate(escalation.ladder):
            if rung == HUMAN:
                trail.append(Step(escalation.ref.child("ladder", index), "the ladder ends at a person"))
                return None
            candidate = policy.model_of(rung)
            if TIER_INDEX[candidate.tier] > TIER_INDEX[model.tier]:
                model = candidate
                trail.append(Step(escalation.ref.child("ladder", index), f"a failed attempt escalates to {rung}"))
                break
        else:
            trail.append(Step(escalation.ref.child("ladder"), "the ladder has no higher rung"))
            return None
    return model


def chain_of(policy: Policy, agent: Agent, model: Model, *, own: bool) -> Chain | None:
    """Return the failover chain for ``agent`` on ``model``, the most specific first.

    An agent's own chain stands for the model that its fleet chose (``own``): moved to another by the profile, a failed
    attempt or a task class, it follows the chain of that model, or a hop would undo the raise.
    """
    failover = policy.failover
    by_role = next(filter(None, map(failover.roles.get, agent.roles)), None)
    if by_role is not None and by_role.defer:
        return by_role
    if own and agent.failover:
        return Chain(agent.failover, defer=False, ref=agent.ref.child("failover"))
    if own and by_role is not None:
        return by_role
    return failover.models.get(model.alias) or failover.tiers.get(model.tier)


def fail_over(
    policy: Policy,
    agent: Agent,
    zone: Zone,
    model: Model,
    hop: int,
    trail: list[Step],
    *,
    own: bool,
    critical: bool,
) -> Model | None:
    """Follow the failover chain of ``model`` for ``hop`` steps; None where the work waits."""
    chain = chain_of(policy, agent, model, own=own)
    if chain is None:
        trail.append(Step(policy.failover.ref, f"{model.alias} has no failover chain: it waits"))
        return None
    if chain.defer:
        trail.append(Step(chain.ref, f'role "{agent.role}" waits rather than fails over'))
        return None
    hops = [(index, token) for index, token in enumerate(chain.models) if policy.model_of(token) is not model]
    if hop > len(hops):
        trail.append(Step(chain.ref, "the failover chain ends: it waits"))
        return None
    index, token = hops[hop - 1]
    target = policy.model_of(token)
    allowed = zone.allows["critical" if critical else agent.criticality]
    if allowed in TIER_INDEX and TIER_INDEX[target.tier] > max(TIER_INDEX[allowed], TIER_INDEX[model.tier]):
        trail.append(Step(zone.ref, f"zone {zone.name} does not pay for {token}: it waits"))
        return None
    trail.append(Step(chain.ref.child(index), f"failover hop {hop}: {token}"))
    return target


def applies(rule: NeverBreak, agent: Agent, state: State) -> bool:
    """Tell whether a never-break rule speaks about this state: none does that is about plans."""
    return not rule.of_plans and selects(rule, agent, state)


def forbidding_rule(policy: Policy, agent: Agent, state: State, model: Model) -> NeverBreak | None:
    """Return the first never-break rule that does not let ``model`` do the work of ``state``, None where all do."""
    rules = policy.never_break.values()
    return next((rule for rule in rules if applies(rule, agent, state) and not permits(rule, model)), None)


def selects(rule: NeverBreak, agent: Agent, state: State) -> bool:
    """Tell whether ``when`` selects this state, files apart. An agent without phases works in all of them."""
    if "role" in rule.when and not agent.has_role(rule.when["role"]):
        return False
    values = {
        "agent": agent.name,
        "phase": state.phase,
        "zone": state.zone,
        "class": state.task_class,
        "criticality": "critical" if agent.is_critical(state.task_class) else agent.criticality,
    }
    anywhere = state.phase is None and not agent.phases
    return all(
        key in {"files", "role"} or values[key] in wanted or (key == "phase" and anywhere)
        for key, wanted in rule.when.items()
    )


def permits(rule: NeverBreak, model: Model) -> bool:
    """Tell whether ``rule`` lets ``model`` do the work that it speaks about, whatever else that work could run on."""
    match rule.requirement:
        case OnlyModel(alias):
            pin = rule.pin
            return fulfils(model.identity, pin) if pin else model.alias == alias
        case AtLeastTier(tier):
            return TIER_INDEX[model.tier] >= TIER_INDEX[tier]
        case AtLeastEffort(effort):
            return any(reaches(one, effort) for one in model.efforts)
        case OnlyProvider(provider):
            return model.provider == provider
        case Never(tokens):
            lines = {identity.line for identity in rule.identities(*tokens)}
            return model.alias not in tokens and model.tier not in tokens and model.identity.line not in lines
        case Defer():
            return False
        case Keep() | Review():
            return True
        case other:
            assert_never(other)
