"""Resolve: from validated documents to one frozen ``Policy``, every name checked, every value with its place."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from gsdc.policy.entry import model_of, overlaid
from gsdc.policy.fleets import load_fleets
from gsdc.policy.layers import Sourced, chain, entries, last
from gsdc.policy.model import CRITICALITIES, DEFER, HUMAN, KEEP, TIERS, ZONES, Agent, Model, Policy
from gsdc.policy.names import Names
from gsdc.policy.never_break import never_breaks
from gsdc.policy.profile import (
    Assignment,
    Chain,
    ClassRule,
    Escalation,
    Failover,
    Layer,
    Override,
    Planning,
    Provider,
    Zone,
)
from gsdc.policy.project import DEFAULT_PROFILE, Project
from gsdc.policy.ref import Ref
from gsdc.policy.routes import Fleet
from gsdc.policy.schema_errors import INVALID_VALUE
from gsdc.policy.sources import Body, Sources
from gsdc.source.span import Argument
from gsdc.source.tree import PROJECT_FILE

if TYPE_CHECKING:
    from gsdc.policy.budgets import Budgets


class Resolver:
    """Builds one policy; findings are collected in the project's sources.

    ``extra`` is a profile or fleet that the project does not name, such as a single file under lint.
    """

    def __init__(self, project: Project, extra: Body | None = None) -> None:
        self.project = project
        self.extra = extra
        self.sources: Sources = project.sources
        self.models: dict[str, Model] = {}
        self.names = Names(self.sources, self.models, project.roles())

    def policy(
        self, profile: str | None = None, fleets: Iterable[str] = (), workflow: str | None = None
    ) -> Policy | None:
        """Return the policy, None if there are findings of severity error."""
        project = self.project
        before = len(self.sources.findings)
        self._load_models()
        name = Sourced(profile, Ref(Argument("--profile"))) if profile else project.value("profile")
        name = name or Sourced(DEFAULT_PROFILE, Ref(PROJECT_FILE))
        over = Sourced(workflow, Ref(Argument("--workflow"))) if workflow else project.value("workflow")
        layers = self._profile_layers(name, over)
        loaded, agents = self._fleets([Sourced(name, Ref(Argument("--fleet"))) for name in fleets])
        if not layers or len(self.sources.findings) > before:
            return None
        policy = self._build(name.value, over.value if over else None, layers, loaded, agents)
        return None if len(self.sources.findings) > before else policy

    def _profile_layers(self, name: Sourced, over: Sourced | None) -> tuple[Body, ...]:
        layers: tuple[Body, ...] = ()
        for wanted, what in ((name, "profile"), (over, "workflow")):
            if wanted is None:
                continue
            start = self._profile(wanted.value, wanted.ref, what)
            if start is None:
                continue
            found = chain(self.sources, start._replace(name=wanted.value), self._profile)
            layers += tuple(body for body in found if body.ref not in [layer.ref for layer in layers])
        base = self.sources.shipped("base.yaml", "profile")
        return layers if base.ref in [layer.ref for layer in layers] else (base, *layers)

    def _profile(self, name: str, ref: Ref, what: str = "profile") -> Body | None:
        return self.extra if self.extra and self.extra.name == name else self.project.profile(name, ref, what)

    def _fleet(self, name: str, ref: Ref) -> Body | None:
        return self.extra if self.extra and self.extra.name == name else self.project.fleet(name, ref)

    def _load_models(self) -> None:
        catalog = self.sources.shipped("catalog.yaml", "catalog")
        self.names.bounds = catalog.data["tiers"]
        layers = (catalog, *self.project.overlay, *self.project.layers)
        for alias, (value, ref) in overlaid(self.sources, layers).items():
            if alias in (*TIERS, HUMAN, KEEP, DEFER):
                self.sources.report(INVALID_VALUE, ref, f'"{alias}" is a reserved word', "give the model another name")
                continue
            self.models[alias] = model_of(alias, value, self.names.bounds, ref)

    def _fleets(self, asked: list[Sourced]) -> tuple[dict[str, Fleet], dict[str, Agent]]:
        bodies = [self._fleet(name.value, name.ref) for name in asked or self.project.fleet_names()]
        return load_fleets(self.project, self.names, bodies, with_own=not asked)

    def _build(  # long: one line for each field of a Policy
        self,
        profile: str,
        workflow: str | None,
        bodies: tuple[Body, ...],
        fleets: dict[str, Fleet],
        agents: dict[str, Agent],
    ) -> Policy:
        phases = tuple(dict.fromkeys(phase for fleet in fleets.values() for phase in fleet.phases))
        phases += tuple(dict.fromkeys(phase for agent in agents.values() for phase in agent.phases))
        default = last(bodies, "default")
        assert default is not None, "base.yaml sets a default"
        tiers, budgets = entries(bodies, "tiers"), self._budgets(bodies, phases)
        alerts = last(bodies, "alerts") or Sourced((), Ref(""))
        providers = entries(self.project.layers, "providers")
        return Policy(
            profile=profile,
            workflow=workflow,
            models=self.models,
            providers={name: _provider(name, item) for name, item in providers.items()},
            agents=agents,
            fleets=fleets,
            layers=tuple(self._layer(body, phases, agents) for body in bodies),
            tiers={tier: self.names.token(item.value, item.ref, tiers=False) for tier, item in tiers.items()},
            default=self.names.assignment(default.value, default.ref, phases),
            classes={name: self._class(name, item) for name, item in entries(bodies, "classes").items()},
            zones={name: _zone(name, bodies) for name in ZONES},
            escalation=self._escalation(bodies),
            failover=self._failover(bodies),
            overrides=self._overrides(phases, agents),
            never_break=never_breaks(self.names, bodies, phases, agents),
            planning=_planning(bodies),
            always=tuple((last(bodies, "always") or Sourced((), Ref(""))).value),
            hatches=tuple((last(bodies, "escape-hatches") or Sourced((), Ref(""))).value),
            budgets=cast("Budgets", {name: item.value for name, item in budgets.items()}),
            alerts=tuple(alerts.value),
            refs={
                **{("tiers", name): item.ref for name, item in tiers.items()},
                **{("budgets", name): item.ref for name, item in budgets.items()},
                ("alerts",): alerts.ref,
            },
            clients={name: item.value for name, item in entries(self.project.layers, "clients").items()},
        )

    def _layer(self, body: Body, phases: tuple[str, ...], agents: Mapping[str, Agent]) -> Layer:
        def assignments(key: str) -> dict[str, Assignment]:
            given = body.data.get(key, {})
            return {
                name: self.names.assignment(item, body.ref.child(key, name), phases) for name, item in given.items()
            }

        for name in body.data.get("roles", {}):
            self.names.role(name, body.ref.child("roles", name), key=True)
        for name in body.data.get("agents", {}):
            self.names.agent(name, body.ref.child("agents", name), agents, key=True)
        return Layer(body.name, assignments("roles"), assignments("agents"), body.ref)

    def _budgets(self, bodies: tuple[Body, ...], phases: tuple[str, ...]) -> dict[str, Sourced]:
        found = entries(bodies, "budgets")
        for name, item in found.items():
            several = item.value.items() if name == "sprints" else [(None, item.value)] if name != "reserve" else []
            for sprint, budget in several:
                ref = item.ref if sprint is None else item.ref.child(sprint)
                for alias in budget.get("models", {}):
                    self.names.token(alias, ref.child("models", alias), tiers=False)
                for phase in budget.get("phases", {}):
                    self.names.phase(phase, ref.child("phases", phase), phases)
        return found

    def _class(self, name: str, item: Sourced) -> ClassRule:
        model = item.value.get("model")
        if model is not None:
            self.names.token(model, item.ref.child("model"))
        for index, role in enumerate(item.value.get("roles", ())):
            self.names.role(role, item.ref.child("roles", index))
        return ClassRule(
            name,
            item.value.get("min"),
            model,
            tuple(item.value.get("roles", ())),
            item.ref,
            item.value.get("effort", ""),
        )

    def _escalation(self, bodies: tuple[Body, ...]) -> Escalation:
        item = last(bodies, "escalation")
        assert item is not None, "base.yaml sets an escalation"
        ladder = self.names.tokens(item.value["ladder"], item.ref.child("ladder"), human=True)
        return Escalation(item.value.get("after", 1), ladder, item.ref)

    def _failover(self, bodies: tuple[Body, ...]) -> Failover:
        def chains(key: str) -> dict[str, Chain]:
            return {
                name: Chain((), defer=True, ref=item.ref)
                if item.value == "defer"
                else Chain(self.names.tokens(item.value, item.ref), defer=False, ref=item.ref)
                for name, item in entries(bodies, "failover", key).items()
            }

        for role, item in entries(bodies, "failover", "roles").items():
            self.names.role(role, item.ref, key=True)
        for alias, item in entries(bodies, "failover", "models").items():
            self.names.token(alias, item.ref, tiers=False)
        triggers = {name: item.value for name, item in entries(bodies, "failover", "triggers").items()}
        found = last(bodies, "failover")
        assert found is not None, "base.yaml sets failover"
        return Failover(chains("roles"), chains("models"), chains("tiers"), triggers, found.ref)

    def _overrides(self, phases: tuple[str, ...], agents: Mapping[str, Agent]) -> tuple[Override, ...]:
        given = self.project.value("overrides")
        found = []
        for index, item in enumerate(given.value if given else ()):
            assert given is not None
            ref = given.ref.child(index)
            self.names.token(item["model"], ref.child("model"))
            self.names.agent(item["agent"], ref.child("agent"), agents)
            for position, phase in enumerate(item.get("phases", ())):
                self.names.phase(phase, ref.child("phases", position), phases)
            found.append(
                Override(
                    agent=item["agent"],
                    model=item["model"],
                    reason=item["reason"],
                    until=item.get("until"),
                    phases=tuple(item.get("phases", ())),
                    zones=tuple(item.get("zones", ())),
                    ref=ref,
                    effort=item.get("effort", ""),
                )
            )
        return tuple(found)


def _provider(name: str, item: Sourced) -> Provider:
    value = item.value
    package = value.get("package", "@ai-sdk/openai-compatible")
    return Provider(name, package, value["base-url"], value.get("key-variable", ""), item.ref)


def _zone(name: str, bodies: tuple[Body, ...]) -> Zone:
    fields = entries(bodies, "zones", name)
    values = {key: item.value for key, item in fields.items()}
    return Zone(
        name=name,
        start=float(values["from"]),
        allows={criticality: values.get(criticality, KEEP) for criticality in CRITICALITIES},
        upgrades=values.get("upgrades", "all"),
        escalate=values.get("escalate", True),
        guidance=values.get("guidance", ""),
        ref=Ref(fields["from"].ref.document, fields["from"].ref.path[:-1]),
        refs={key: item.ref for key, item in fields.items()},
        effort=values.get("effort", ""),
    )


def _planning(bodies: tuple[Body, ...]) -> Planning:
    fields = entries(bodies, "plans")
    values = {key: item.value for key, item in fields.items()}
    return Planning(
        max_parallel=values["max-parallel"],
        budget_share=float(values["budget-share"]),
        token_budget=values["token-budget"],
        caution=values["caution"],
        estimates=values["estimates"],
        ref=fields["budget-share"].ref,
    )
