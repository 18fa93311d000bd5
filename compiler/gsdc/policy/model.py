"""The typed policy: what exists, what may run where, and the question and answer types.

Words are those of the field: a *catalog* holds models, a *fleet* holds agents, a *profile* allocates, a *zone* is a
budget state, a *state* is one question, a *decision* its answer. Everything is frozen (named tuples, which are quicker
to define and to read than data classes); every value that a person wrote carries a ``Ref``, which becomes a line and
column only when somebody asks.
"""

from collections.abc import Container, Mapping
from typing import Final, NamedTuple

from gsdc.models.catalog import generation_of
from gsdc.models.id_spaces import id_in
from gsdc.models.identity import Identity
from gsdc.policy.budgets import AlertRule, Budgets
from gsdc.policy.profile import (
    Assignment,
    ClassRule,
    EffortRule,
    Escalation,
    Failover,
    Layer,
    Override,
    Planning,
    Provider,
    Zone,
)
from gsdc.policy.recognition import identity_of
from gsdc.policy.ref import NOTHING, Ref
from gsdc.policy.requirement import NeverBreak
from gsdc.policy.routes import Fleet

TIERS: Final = ("light", "standard", "heavy")
ZONES: Final = ("green", "yellow", "orange", "red")
CRITICALITIES: Final = ("low", "normal", "high", "critical")
TASK_CLASSES: Final = ("routine", "security", "novel", "large-context")
HUMAN: Final = "human"
KEEP: Final = "keep"
DEFER: Final = "defer"


class LongPrice(NamedTuple):
    """What a request costs whose prompt has more than ``above`` tokens, in $ per million tokens, as of a model."""

    above: int
    input_price: float
    output_price: float
    cache_read_price: float | None = None
    cache_write_price: float | None = None


class Model(NamedTuple):
    """A model of the catalog. Prices are $ per million tokens; ``context`` and limits are in tokens.

    Prices of the cache are None where nobody says them, limits where the window is the limit. ``deprecated`` is the day
    on which its provider ends it. ``efforts`` are those that it takes; without any it cannot be told how hard to think.
    ``since`` is the generation from which on its line fulfils a rule that requires it, None for that of its ids;
    ``release`` is the release that its entry names, "" where it names none. ``long_prices`` are those of requests with
    longer prompts, in ascending order.
    """

    alias: str
    rank: int
    tier: str
    provider: str
    ids: Mapping[str, str]
    input_price: float
    output_price: float
    context: int
    strengths: tuple[str, ...]
    deprecated: str | None
    temperature: bool
    declare: tuple[str, ...]
    ref: Ref
    cache_read_price: float | None = None
    cache_write_price: float | None = None
    input_limit: int | None = None
    output_limit: int | None = None
    released: str | None = None
    efforts: tuple[str, ...] = ()
    since: str | None = None
    release: str = ""
    long_prices: tuple[LongPrice, ...] = ()

    @property
    def identity(self) -> Identity:
        """What its ids say that it is: its line and generation, whatever its alias."""
        return identity_of(self.ids)

    @property
    def pin(self) -> Identity:
        """What fulfils a rule that requires it: its line, from ``since`` on."""
        own = self.identity
        return own._replace(generation=generation_of(self.since)) if self.since and own.line else own

    def id_in(self, client: str) -> str | None:
        """Return what ``client`` calls this model, None where it cannot ask for it."""
        return id_in(self.ids, client)


class Agent(NamedTuple):
    """An agent of a fleet. ``names`` are its names per client where they differ from ``name``.

    ``role`` is a shipped role; rules and clients go by it. ``own_role`` is the role of the project's that it was given
    and that behaves like the shipped one, "" where it was given a shipped role.

    ``volume`` are the tokens that it is expected to use in a week, None where nobody has said.
    """

    name: str
    fleet: str
    role: str
    criticality: str
    phases: tuple[str, ...]
    names: Mapping[str, str]
    temperature: float | None
    volume: int | None
    description: str
    mode: str
    models: Mapping[str, Assignment]
    raises: Mapping[str, str]
    failover: tuple[str, ...]
    triggers: tuple[str, ...]
    ref: Ref
    effort: EffortRule | None = None
    own_role: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        """Its roles, the most specific first: its own one, if it has one, and the shipped one behind that."""
        return (self.own_role, self.role) if self.own_role else (self.role,)

    def has_role(self, roles: Container[str]) -> bool:
        """Tell whether one of its roles is among ``roles``."""
        return any(role in roles for role in self.roles)

    def is_critical(self, task_class: str) -> bool:
        """Tell whether its work is critical: by itself, or because the task is security-critical."""
        return self.criticality == "critical" or task_class == "security"

    def own_assignment(self, profile: str, *, is_chosen: bool) -> Assignment | None:
        """Return what its fleet assigns for ``profile``, or for any profile that ``is_chosen``; None for nothing."""
        own = self.models.get(profile)
        return self.models.get("any") if own is None and is_chosen else own

    def name_in(self, client: str) -> str:
        """Return what ``client`` calls this agent."""
        return self.names.get(client, self.name)


class State(NamedTuple):
    """One question: this agent, in this phase and zone, on this class of task, at this attempt and failover hop.

    ``complexity`` is 1 to 10 or None where the work is not a scored task; ``attempt`` and ``hop`` count from 0.
    ``costly`` work takes more than its share of the budget that remains (seed 001, part 4.2); ``lapsed`` asks what
    holds when the overrides of gsdc.yaml have ended.
    """

    agent: str
    phase: str | None = None
    zone: str = "green"
    task_class: str = "routine"
    complexity: int | None = None
    attempt: int = 0
    hop: int = 0
    costly: bool = False
    lapsed: bool = False


class Step(NamedTuple):
    """One reason in the chain that leads to a decision: where it stands, and what it does."""

    ref: Ref
    why: str


class Decision(NamedTuple):
    """One answer: a model (an alias of the catalog) with its temperature and effort, or a deferral with its reason.

    ``temperature`` and ``effort`` are None where the model's own default holds. ``trail`` are the reasons for the
    model, ``effort_trail`` those for the effort.
    """

    model: str | None
    temperature: float | None
    defer: str
    trail: tuple[Step, ...]
    effort: str | None = None
    effort_trail: tuple[Step, ...] = ()


class Policy(NamedTuple):
    """Catalog x fleets x profile x project, resolved: everything that a decision depends on.

    ``layers`` run from base to project. ``overrides`` are also those of agents that no fleet in use has; of several
    that fit, the first counts. ``budgets`` and ``alerts`` are plain data, see ``gsdc.policy.budgets``;
    ``refs`` are the places of what has none of its own: ("tiers", name), ("budgets", name), ("alerts",).
    Decisions are asked of ``gsdc.policy.decide.decide``; places of ``gsdc.policy.load.Sources``.

    ``held`` are the agents that a gradual cutover (seed 003, "Gradual Cutover") has not reached, each with the whole
    policy that still decides it; ``stage`` is the percentage that it has reached. Everything else in a staged policy is
    that of the new one. See ``gsdc.deploy.stage``.

    ``clients`` are the versions of clients that gsdc.yaml names, see ``gsdc.targets.versions``. ``servers`` are the
    addresses to which the project itself sends clients; only who judges their files gives them, see ``targets.via``.
    """

    profile: str
    workflow: str | None
    models: Mapping[str, Model]
    providers: Mapping[str, Provider]
    agents: Mapping[str, Agent]
    fleets: Mapping[str, Fleet]
    layers: tuple[Layer, ...]
    tiers: Mapping[str, str]
    default: Assignment
    classes: Mapping[str, ClassRule]
    zones: Mapping[str, Zone]
    escalation: Escalation
    failover: Failover
    overrides: tuple[Override, ...]
    never_break: Mapping[str, NeverBreak]
    planning: Planning
    always: tuple[str, ...]
    hatches: tuple[str, ...]
    budgets: Budgets
    alerts: tuple[AlertRule, ...]
    refs: Mapping[tuple[str, ...], Ref]
    stage: int = 100
    held: "Mapping[str, Policy]" = NOTHING
    clients: Mapping[str, str] = NOTHING
    servers: frozenset[str] = frozenset()

    def of(self, agent: str) -> "Policy":
        """Return the policy that decides ``agent``: this one, or what holds it back."""
        return self.held.get(agent, self)

    @property
    def title(self) -> str:
        """What people call it: the profile; of a staged policy with the stage, and the profiles that hold the rest."""
        others = " and ".join(dict.fromkeys(policy.profile for policy in self.held.values()))
        return f"{self.profile} (stage {self.stage}%, the other agents by {others})" if self.held else self.profile

    def parts(self) -> "tuple[Policy, ...]":
        """Return the policies that this one consists of, each with the agents that it decides; itself if not staged."""
        if not self.held:
            return (self,)
        mine: dict[int, dict[str, Agent]] = {}
        for name, agent in self.agents.items():
            mine.setdefault(id(self.of(name)), {})[name] = agent
        found = {id(policy): policy for policy in (self, *self.held.values())}
        return tuple(found[key]._replace(stage=100, held=NOTHING, agents=agents) for key, agents in mine.items())

    def decide(  # long: its parameters are the fields of a State
        self,
        agent: str,
        *,
        phase: str | None = None,
        zone: str = "green",
        task_class: str = "routine",
        complexity: int | None = None,
        attempt: int = 0,
        hop: int = 0,
        costly: bool = False,
        lapsed: bool = False,
    ) -> Decision:
        """Return which model may do this work, or why it waits; the parameters are those of a ``State``.

        Without a ``phase`` the answer is that of an agent whose phase nobody knows. ``complexity`` is 1 to 10, None for
        work without a score; ``attempt`` counts failed attempts and ``hop`` failovers, both from 0.

        Raises ``Rejected`` for an agent, phase, zone or task class that the policy does not have, with the names that
        it has, and for a number out of range.
        """
        from gsdc.policy.decide import checked, decide

        state = State(agent, phase, zone, task_class, complexity, attempt, hop, costly, lapsed)
        return decide(self, checked(self, state))

    def model_of(self, token: str) -> Model:
        """Return the model that ``token``, a tier or an alias, stands for."""
        return self.models[self.tiers.get(token, token)]


TIER_INDEX: Final = {tier: index for index, tier in enumerate(TIERS)}
