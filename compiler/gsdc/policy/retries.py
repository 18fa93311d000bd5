"""Which model follows after a failure: the next rung of the ladder, or the next hop of a failover chain."""

from gsdc.policy.model import HUMAN, TIER_INDEX, Agent, Model, Policy, State, Step
from gsdc.policy.profile import Chain, Zone


def escalate(policy: Policy, zone: Zone, model: Model, attempt: int, trail: list[Step]) -> Model | None:
    """Climb the ladder from ``model`` for ``attempt`` failures; None if the work waits for a person."""
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

    An agent's own chain belongs to the model that its fleet chose (``own``). If the profile, a failed attempt or a task
    class chose another model, that model's chain applies; otherwise a hop would undo the raise.
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
    policy: Policy, agent: Agent, state: State, model: Model, trail: list[Step], *, own: bool
) -> Model | None:
    """Follow the failover chain of ``model`` for the hops of ``state``; None if the work is deferred."""
    chain = chain_of(policy, agent, model, own=own)
    if chain is None:
        trail.append(Step(policy.failover.ref, f"{model.alias} has no failover chain: it is deferred"))
        return None
    if chain.defer:
        trail.append(Step(chain.ref, f'role "{agent.role}" is deferred rather than failed over'))
        return None
    hops = [(index, token) for index, token in enumerate(chain.models) if policy.model_of(token) is not model]
    if state.hop > len(hops):
        trail.append(Step(chain.ref, "the failover chain ends: it is deferred"))
        return None
    index, token = hops[state.hop - 1]
    target = policy.model_of(token)
    zone = policy.zones[state.zone]
    allowed = zone.allows["critical" if agent.is_critical(state.task_class) else agent.criticality]
    if allowed in TIER_INDEX and TIER_INDEX[target.tier] > max(TIER_INDEX[allowed], TIER_INDEX[model.tier]):
        trail.append(Step(zone.ref, f"zone {zone.name} does not pay for {token}: it is deferred"))
        return None
    trail.append(Step(chain.ref.child(index), f"failover hop {state.hop}: {token}"))
    return target
