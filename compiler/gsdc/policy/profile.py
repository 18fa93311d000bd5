"""What profiles and gsdc.yaml say: who gets which model and effort, and what budgets, failures and people change."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gsdc.policy.ref import NOTHING, Ref


class EffortRule(NamedTuple):
    """How hard the models of an agent or a role think, with exceptions by phase and by complexity.

    ``effort`` is "" where nothing is said of the other phases and scores.
    """

    effort: str
    ref: Ref
    phases: tuple[tuple[str, str], ...] = ()
    complexity: tuple[tuple[int, int, str], ...] = ()


class Assignment(NamedTuple):
    """Which model an agent or a role gets: an alias or a tier, with exceptions by phase and by complexity.

    ``model`` is "" where only the effort is given: the model is that of an earlier layer.
    """

    model: str
    ref: Ref
    phases: Mapping[str, str] = NOTHING
    complexity: tuple[tuple[int, int, str], ...] = ()
    temperature: float | None = None
    why: str = ""
    effort: EffortRule | None = None


def range_key(low: int, high: int) -> str:
    """Return how a range of complexity is written."""
    return str(low) if low == high else f"{low}-{high}"


class ClassRule(NamedTuple):
    """What a task class does to a decision: a least tier or effort, or another model for some roles."""

    name: str
    minimum: str | None
    model: str | None
    roles: tuple[str, ...]
    ref: Ref
    effort: str = ""


class Zone(NamedTuple):
    """A budget state. ``start`` is the share of the budget used, from 0 to 1, at which it begins.

    ``allows`` says for each criticality what happens to its work: "keep" its model, "defer" it, or a tier that caps
    it. ``upgrades`` says whose work may still be raised by its task class: "all", "critical" or "none". ``effort`` caps
    that of work which is not critical, "" where nothing does.
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
        """Return where ``key`` of the zone is set, or the zone itself where it has its default."""
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
    """A decision that a person forces, with the reason that is logged and, where given, its last day."""

    agent: str
    model: str
    reason: str
    until: str | None
    phases: tuple[str, ...]
    zones: tuple[str, ...]
    ref: Ref
    effort: str = ""


class Layer(NamedTuple):
    """One profile of the chain from base to project: what it alone says about roles and agents."""

    name: str
    roles: Mapping[str, Assignment]
    agents: Mapping[str, Assignment]
    ref: Ref


class Planning(NamedTuple):
    """How plans are annotated (seed 001): parallel width, budget share of one task, caution of inference.

    ``estimates`` says where the metrics come from: "calibrated", or "seed" for the formula of seed 001.
    """

    max_parallel: int
    budget_share: float
    token_budget: int
    caution: str
    estimates: str
    ref: Ref


class Provider(NamedTuple):
    """A provider that a client has to be told about: where its endpoint is and which variable holds its key."""

    name: str
    package: str
    base_url: str
    key_variable: str
    ref: Ref
