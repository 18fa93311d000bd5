"""The typed policy: models, agents, profiles, and the question and answer types.

Terms: a *catalog* holds models, a *fleet* holds agents, a *profile* allocates, a *zone* is a budget state, a *state* is
one question, a *decision* its answer. All types are frozen: named tuples, which are faster to define and to read than
data classes. Every value that a person wrote has a ``Ref``, which is converted to a line and column only on request.
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
    """The prices of a request whose prompt has more than ``above`` tokens, in $ per million tokens."""

    above: int
    input_price: float
    output_price: float
    cache_read_price: float | None = None
    cache_write_price: float | None = None


class Model(NamedTuple):
    """A model of the catalog. Prices are $ per million tokens; ``context`` and limits are in tokens.

    Cache prices are None if they are not given, limits if the window is the limit. ``deprecated`` is the day on which
    the provider retires the model. ``efforts`` are those it takes; if empty, it has no effort setting. ``since`` is the
    first generation of its line that fulfils a rule that requires it, None for the generation of its ids. ``release``
    is the release that its entry names, "" if none. ``long_prices`` apply to requests with longer prompts, in ascending
    order.
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
        """The identity of its ids: its line and generation, whatever its alias."""
        return identity_of(self.ids)

    @property
    def pin(self) -> Identity:
        """What fulfils a rule that requires it: its line, starting at ``since``."""
        own = self.identity
        return own._replace(generation=generation_of(self.since)) if self.since and own.line else own

    def id_in(self, client: str) -> str | None:
        """Return the name of this model in ``client``, None if the client cannot request it."""
        return id_in(self.ids, client)


class Agent(NamedTuple):
    """An agent of a fleet. ``names`` are its names per client if they differ from ``name``.

    ``role`` is a shipped role; rules and clients use it. ``own_role`` is the project's role that it was given and that
    behaves like the shipped one, "" if it was given a shipped role.

    ``volume`` is the number of tokens it is expected to use per week, None if unknown.
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
        """Its roles, the most specific first: its own role, if any, then the shipped one."""
        return (self.own_role, self.role) if self.own_role else (self.role,)

    def has_role(self, roles: Container[str]) -> bool:
        """Tell whether one of its roles is among ``roles``."""
        return any(role in roles for role in self.roles)

    def is_critical(self, task_class: str) -> bool:
        """Tell whether its work is critical: always, or because the task is security-critical."""
        return self.criticality == "critical" or task_class == "security"

    def own_assignment(self, profile: str, *, is_chosen: bool) -> Assignment | None:
        """Return the fleet's assignment for ``profile``, or for any profile if ``is_chosen``; None if there is none."""
        own = self.models.get(profile)
        return self.models.get("any") if own is None and is_chosen else own

    def name_in(self, client: str) -> str:
        """Return the name of this agent in ``client``."""
        return self.names.get(client, self.name)


class State(NamedTuple):
    """One question: this agent, in this phase and zone, on this class of task, at this attempt and failover hop.

    ``complexity`` is 1 to 10, or None if the work is not a scored task; ``attempt`` and ``hop`` count from 0.
    ``costly`` work takes more than its share of the remaining budget (seed 001, part 4.2); ``lapsed`` asks for the
    decision after the overrides of gsdc.yaml have ended.
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
    """One reason in the chain that leads to a decision: its place, and its effect."""

    ref: Ref
    why: str


class Decision(NamedTuple):
    """One answer: a model (an alias of the catalog) with its temperature and effort, or a deferral with its reason.

    ``temperature`` and ``effort`` are None if the model's default applies. ``trail`` are the reasons for the model,
    ``effort_trail`` those for the effort.
    """

    model: str | None
    temperature: float | None
    defer: str
    trail: tuple[Step, ...]
    effort: str | None = None
    effort_trail: tuple[Step, ...] = ()


class Policy(NamedTuple):
    """Catalog x fleets x profile x project, resolved: everything that a decision depends on.

    ``layers`` run from base to project. ``overrides`` include those of agents outside the fleets in use; of several
    that match, the first applies. ``budgets`` and ``alerts`` are plain data, see ``gsdc.policy.budgets``. ``refs`` are
    the places of values without a ``Ref`` of their own: ("tiers", name), ("budgets", name), ("alerts",).
    ``gsdc.policy.decide.decide`` makes decisions; ``gsdc.policy.load.Sources`` finds places.

    ``held`` are the agents that a gradual cutover (seed 003, "Gradual Cutover") has not reached, each with the whole
    policy that still decides it; ``stage`` is the percentage reached. All other fields of a staged policy are those of
    the new one. See ``gsdc.deploy.stage``.

    ``clients`` are the client versions that gsdc.yaml names, see ``gsdc.targets.versions``. ``servers`` are the
    addresses to which the project itself sends clients; only checks of client files set them, see ``targets.via``.
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
        """Return the policy that decides ``agent``: this one, or the one that it is held at."""
        return self.held.get(agent, self)

    @property
    def title(self) -> str:
        """Its display name: the profile; for a staged policy also the stage, and the profiles of the held agents."""
        others = " and ".join(dict.fromkeys(policy.profile for policy in self.held.values()))
        return f"{self.profile} (stage {self.stage}%, the other agents by {others})" if self.held else self.profile

    def parts(self) -> "tuple[Policy, ...]":
        """Return the parts of this policy, each with the agents that it decides; only itself if not staged."""
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
        """Return which model may do this work, or why it is deferred; the parameters are those of a ``State``.

        Without a ``phase`` the answer is that for an agent in an unknown phase. ``complexity`` is 1 to 10, None for
        work without a score; ``attempt`` counts failed attempts and ``hop`` failovers, both from 0.

        Raises ``Rejected`` for an agent, phase, zone or task class that the policy does not define, with the names that
        it defines, and for a number out of range.
        """
        from gsdc.policy.decide import checked, decide

        state = State(agent, phase, zone, task_class, complexity, attempt, hop, costly, lapsed)
        return decide(self, checked(self, state))

    def model_of(self, token: str) -> Model:
        """Return the model for ``token``, a tier or an alias."""
        return self.models[self.tiers.get(token, token)]


TIER_INDEX: Final = {tier: index for index, tier in enumerate(TIERS)}
