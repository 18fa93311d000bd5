"""The content of profiles and gsdc.yaml: models and efforts, budgets, failures and overrides."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gsdc.policy.ref import NOTHING, Ref


class EffortRule(NamedTuple):
    """The effort of an agent's or a role's models, with exceptions by phase and by complexity.

    ``effort`` is "" if it is not set for the other phases and scores.
    """

    effort: str
    ref: Ref
    phases: tuple[tuple[str, str], ...] = ()
    complexity: tuple[tuple[int, int, str], ...] = ()


class Assignment(NamedTuple):
    """The model of an agent or a role: an alias or a tier, with exceptions by phase and by complexity.

    ``model`` is "" if only the effort is set: the model is that of an earlier layer.
    """

    model: str
    ref: Ref
    phases: Mapping[str, str] = NOTHING
    complexity: tuple[tuple[int, int, str], ...] = ()
    temperature: float | None = None
    why: str = ""
    effort: EffortRule | None = None


def range_key(low: int, high: int) -> str:
    """Return the notation of a complexity range."""
    return str(low) if low == high else f"{low}-{high}"


class ClassRule(NamedTuple):
    """The effect of a task class on a decision: a least tier or effort, or another model for some roles."""

    name: str
    minimum: str | None
    model: str | None
    roles: tuple[str, ...]
    ref: Ref
    effort: str = ""


class Zone(NamedTuple):
    """A budget state. ``start`` is the share of the budget used, from 0 to 1, at which it begins.

    ``allows`` maps each criticality to what happens to its work: "keep" its model, "defer" it, or a tier that caps it.
    ``upgrades`` sets whose work its task class may still raise: "all", "critical" or "none". ``effort`` caps the effort
    of work that is not critical, "" for no cap.
    """

    name: str
    start: float
    allows: Mapping[str, str]
    upgrades: str
    escalate: bool
    guidance: str
    ref: Ref
    refs: Mapping[str, Ref] = NOTHING
    effort: str = ""

    def at(self, key: str) -> Ref:
        """Return the place of ``key`` of the zone, or of the zone itself if the key has its default."""
        return self.refs.get(key, self.ref)


class Escalation(NamedTuple):
    """What happens when attempts fail: after ``after`` failures on a rung, the next rung of the ladder."""

    after: int
    ladder: tuple[str, ...]
    ref: Ref


class Chain(NamedTuple):
    """A failover chain: aliases or tiers to try in order, or a deferral instead."""

    models: tuple[str, ...]
    defer: bool
    ref: Ref


class Failover(NamedTuple):
    """Failover chains, the most specific first: by role, by model, by tier; with their triggers."""

    roles: Mapping[str, Chain]
    models: Mapping[str, Chain]
    tiers: Mapping[str, Chain]
    triggers: Mapping[str, Any]
    ref: Ref


class Override(NamedTuple):
    """A decision that a person forces, with the reason that is logged and, if given, its last day."""

    agent: str
    model: str
    reason: str
    until: str | None
    phases: tuple[str, ...]
    zones: tuple[str, ...]
    ref: Ref
    effort: str = ""


class Layer(NamedTuple):
    """One profile of the chain from base to project: only what it sets itself for roles and agents."""

    name: str
    roles: Mapping[str, Assignment]
    agents: Mapping[str, Assignment]
    ref: Ref


class Planning(NamedTuple):
    """How plans are annotated (seed 001): parallel width, budget share of one task, caution of inference.

    ``estimates`` is the source of the metrics: "calibrated", or "seed" for the formula of seed 001.
    """

    max_parallel: int
    budget_share: float
    token_budget: int
    caution: str
    estimates: str
    ref: Ref


class Provider(NamedTuple):
    """A provider that a client must be configured for: its endpoint, and the variable with its key."""

    name: str
    package: str
    base_url: str
    key_variable: str
    ref: Ref
