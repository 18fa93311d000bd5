"""Which never-break rules apply to a state, and which models they permit there."""

from collections.abc import Container
from typing import assert_never

from gsdc.models.effort import reaches
from gsdc.models.id_spaces import canonical_parts
from gsdc.policy.model import TIER_INDEX, Agent, Model, Policy, State
from gsdc.policy.recognition import Age, compare, fulfils, is_served_by
from gsdc.policy.requirement import (
    AtLeastEffort,
    AtLeastTier,
    Defer,
    Keep,
    Never,
    NeverBreak,
    OnlyHosts,
    OnlyModel,
    Review,
)


def applies(rule: NeverBreak, agent: Agent, state: State) -> bool:
    """Tell whether a never-break rule applies to this state. Rules about plans never do."""
    return not rule.of_plans and selects(rule, agent, state)


def forbidding_rule(policy: Policy, agent: Agent, state: State, model: Model) -> NeverBreak | None:
    """Return the first never-break rule that forbids ``model`` for the work of ``state``, None if all permit it."""
    rules = policy.never_break.values()
    return next((rule for rule in rules if applies(rule, agent, state) and not permits(rule, model)), None)


def selects(rule: NeverBreak, agent: Agent, state: State) -> bool:
    """Tell whether ``when`` selects this state, ignoring files. An agent without phases works in all."""
    if "role" in rule.when and not agent.has_role(rule.when["role"]):
        return False
    return all(_is_selected(key, wanted, agent, state) for key, wanted in rule.when.items())


def _is_selected(key: str, wanted: Container[str | None], agent: Agent, state: State) -> bool:
    """Tell whether the condition ``key`` of a rule, with the values ``wanted``, selects a state."""
    match key:
        case "files" | "role":
            return True
        case "phase":
            return state.phase in wanted or (state.phase is None and not agent.phases)
        case "class":
            return state.task_class in wanted
        case "zone":
            return state.zone in wanted
        case "agent":
            return agent.name in wanted
        case "criticality":
            return ("critical" if agent.is_critical(state.task_class) else agent.criticality) in wanted
        case _:
            raise KeyError(key)


def permits(rule: NeverBreak, model: Model) -> bool:
    """Tell whether ``rule`` permits ``model`` for the work it applies to, regardless of other models."""
    return permits_host(rule, model) and _permits_by_itself(rule, model)


def permits_host(rule: NeverBreak, model: Model) -> bool:
    """Tell whether ``rule`` permits the host of ``model`` for the work it applies to."""
    return not rule.hosts or all(is_served_by(name, rule.hosts) for name in _servers(model))


def _servers(model: Model) -> set[str]:
    """Return the providers of ``model``: its own, and the one named by its canonical id if different."""
    return {model.provider, canonical_parts(model.ids)[0] or model.provider}


def _permits_by_itself(rule: NeverBreak, model: Model) -> bool:
    match rule.requirement:
        case OnlyModel(alias):
            pin = rule.pin
            if pin is None:
                return model.alias == alias
            return compare(model.identity, pin) is Age.SAME if rule.is_exact else fulfils(model.identity, pin)
        case AtLeastTier(tier):
            return TIER_INDEX[model.tier] >= TIER_INDEX[tier]
        case AtLeastEffort(effort):
            return any(reaches(one, effort) for one in model.efforts)
        case Never(tokens):
            lines = {identity.line for identity in rule.identities(*tokens)}
            return model.alias not in tokens and model.tier not in tokens and model.identity.line not in lines
        case Defer():
            return False
        case Keep() | Review() | OnlyHosts():
            return True
        case other:
            assert_never(other)
