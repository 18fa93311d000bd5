"""Resolve: from validated documents to one frozen ``Policy``, every name checked, every value with its place."""

from collections.abc import Iterable, Mapping
from typing import Any

from gsdc.finding import Diagnostic, Severity
from gsdc.policy.layers import Sourced, chain, entries, last
from gsdc.policy.model import (
    CRITICALITIES,
    HUMAN,
    KEEP,
    TIERS,
    ZONES,
    Agent,
    Assignment,
    Chain,
    ClassRule,
    Escalation,
    Failover,
    Fleet,
    Layer,
    Model,
    NeverBreak,
    Override,
    Planning,
    Policy,
    Provider,
    Ref,
    Route,
    Zone,
)
from gsdc.policy.project import DEFAULT_PROFILE, Project
from gsdc.policy.sources import PROJECT_FILE, Body, Sources, shipped_names

DUPLICATE_AGENT = Diagnostic(
    "RF003",
    "duplicate-agent",
    Severity.ERROR,
    """Two fleets in use have an agent of the same name.

    ## Why is this bad?
    Which of the two a file means would depend on their order; a pinned agent could be shadowed by one that is not.

    ## Example (gsdc.yaml)
    fleets: [gsd]
    agents:
      gsd-security-auditor: {role: docs}

    ## Use instead (gsdc.yaml)
    fleets: [gsd]
    agents:
      doc-auditor: {role: docs}
    """,
)
REDEFINED_RULE = Diagnostic(
    "RF004",
    "redefined-never-break",
    Severity.ERROR,
    """A profile gives a never-break rule again that a profile which it extends has set.

    ## Why is this bad?
    A never-break rule that the next profile can replace breaks. A profile adds rules, under names of their own; both
    hold, so adding a stricter one tightens.

    ## Example (profile)
    extends: base
    never-break:
      security-downgrade: {when: {role: [security]}, require: {min: light}, why: It is cheaper}

    ## Use instead (profile)
    extends: base
    never-break:
      reviews-on-heavy: {when: {role: [review]}, require: {min: heavy}, why: We ship on review alone}
    """,
)


class Resolver:
    """Builds one policy; findings gather in the project's sources.

    ``extra`` is a profile or fleet that the project does not name, such as a single file under lint.
    """

    def __init__(self, project: Project, extra: Body | None = None) -> None:
        self.project = project
        self.extra = extra
        self.sources: Sources = project.sources
        self.models: dict[str, Model] = {}

    def policy(
        self, profile: str | None = None, fleets: Iterable[str] = (), workflow: str | None = None
    ) -> Policy | None:
        """Return the policy, None where findings of severity error stand in its way."""
        project = self.project
        before = len(self.sources.findings)
        self._load_models()
        name = Sourced(profile, Ref("--profile")) if profile else project.value("profile")
        name = name or Sourced(DEFAULT_PROFILE, Ref(PROJECT_FILE))
        over = Sourced(workflow, Ref("--workflow")) if workflow else project.value("workflow")
        layers = self._profile_layers(name, over)
        loaded, agents = self._load_fleets([Sourced(f, Ref("--fleet")) for f in fleets])
        if not layers or len(self.sources.findings) > before:
            return None
        policy = self._build(name.value, over.value if over else None, layers, loaded, agents)
        return None if len(self.sources.findings) > before else policy

    def _profile_layers(self, name: Sourced, over: Sourced | None) -> tuple[Body, ...]:
        layers: tuple[Body, ...] = ()
        for wanted in (name, over):
            if wanted is None:
                continue
            start = self._profile(wanted.value, wanted.ref)
            if start is None:
                continue
            found = chain(self.sources, start._replace(name=wanted.value), self._profile)
            layers += tuple(body for body in found if body.ref not in [layer.ref for layer in layers])
        base = self.sources.shipped("base.yaml", "profile")
        return layers if base.ref in [layer.ref for layer in layers] else (base, *layers)

    def _profile(self, name: str, ref: Ref) -> Body | None:
        return self.extra if self.extra and self.extra.name == name else self.project.profile(name, ref)

    def _fleet(self, name: str, ref: Ref) -> Body | None:
        return self.extra if self.extra and self.extra.name == name else self.project.fleet(name, ref)

    def _load_models(self) -> None:
        catalog = self.sources.shipped("catalog.yaml", "catalog")
        bounds = catalog.data["tiers"]
        for alias, (value, ref) in entries((catalog, *self.project.layers), "models").items():
            if alias in (*TIERS, HUMAN):
                self.sources.report(
                    DUPLICATE_AGENT, ref, f'"{alias}" is the name of a tier', "give the model another name"
                )
                continue
            self.models[alias] = Model(
                alias=alias,
                rank=value["rank"],
                tier=max((tier for tier in TIERS if value["rank"] >= bounds[tier]), key=TIERS.index),
                provider=value["provider"],
                ids=value["ids"],
                input_price=value["price"]["input"],
                output_price=value["price"]["output"],
                context=value["context"],
                strengths=tuple(value.get("strengths", ())),
                deprecated=value.get("deprecated"),
                temperature=value.get("temperature", True),
                declare=tuple(value.get("declare", ())),
                ref=ref,
            )

    def _load_fleets(self, asked: list[Sourced]) -> tuple[dict[str, Fleet], dict[str, Agent]]:
        bodies = [self._fleet(name.value, name.ref) for name in asked or self.project.fleet_names()]
        own = entries(self.project.layers, "agents")
        if own and not asked:
            data = {"agents": {name: item.value for name, item in own.items()}}
            bodies.append(Body("own", data, Ref(PROJECT_FILE)))
        fleets: dict[str, Fleet] = {}
        agents: dict[str, Agent] = {}
        for body in bodies:
            if body is None:
                continue
            phases = tuple(body.data.get("phases", ()))
            for name, value in body.data["agents"].items():
                ref = own[name].ref if body.name == "own" and name in own else body.ref.child("agents", name)
                if name in agents:
                    message = f'agent "{name}" is also in fleet "{agents[name].fleet}"'
                    self.sources.report(DUPLICATE_AGENT, ref, message, "rename one of the two", key=True)
                    continue
                agents[name] = self._agent(name, value, body.name, phases, ref)
            routes = self._routes(body, agents)
            fleets[body.name] = Fleet(body.name, phases, tuple(body.data["agents"]), routes, body.ref)
        return fleets, agents

    def _agent(self, name: str, value: dict[str, Any], fleet: str, phases: tuple[str, ...], ref: Ref) -> Agent:
        own_phases = tuple(value.get("phases", phases))
        for index, phase in enumerate(own_phases):
            if phases and phase not in phases:
                self.sources.unknown(ref.child("phases", index), "phase", phase, list(phases))
        profiles = [*self.project.profile_names(), "any"]
        models = value.get("models", {})
        for key in models:
            if key not in profiles:
                self.sources.unknown(ref.child("models", key), "profile", key, profiles, key=True)
        return Agent(
            name=name,
            fleet=fleet,
            role=value["role"],
            criticality=value.get("criticality", "normal"),
            phases=own_phases,
            names=value.get("names", {}),
            temperature=value.get("temperature"),
            description=value.get("description", ""),
            mode=value.get("mode", "subagent"),
            models={key: self._assignment(item, ref.child("models", key), own_phases) for key, item in models.items()},
            raises={key: self._token(item, ref.child("raises", key)) for key, item in value.get("raises", {}).items()},
            failover=self._tokens(value.get("failover", ()), ref.child("failover")),
            triggers=tuple(value.get("triggers", ())),
            ref=ref,
        )

    def _routes(self, body: Body, agents: Mapping[str, Agent]) -> tuple[Route, ...]:
        routes = []
        for kind, value in body.data.get("routes", {}).items():
            ref = body.ref.child("routes", kind)
            alternatives = tuple(value.get("alternatives", ()))
            named = [(value["agent"], ref.child("agent"))]
            named += [(name, ref.child("alternatives", index)) for index, name in enumerate(alternatives)]
            for name, where in named:
                if name not in agents:
                    self.sources.unknown(where, "agent", name, list(agents))
            routes.append(
                Route(kind, value["agent"], alternatives, value.get("complexity", "medium"), value.get("why", ""), ref)
            )
        return tuple(routes)

    def _token(self, token: str, ref: Ref, *, tiers: bool = True, human: bool = False) -> str:
        known = [*self.models, *(TIERS if tiers else ()), *((HUMAN,) if human else ())]
        if token not in known:
            self.sources.unknown(ref, "model", token, known)
        return token

    def _tokens(self, tokens: Iterable[str], ref: Ref, *, human: bool = False) -> tuple[str, ...]:
        return tuple(self._token(token, ref.child(index), human=human) for index, token in enumerate(tokens))

    def _assignment(self, value: Any, ref: Ref, phases: tuple[str, ...]) -> Assignment:
        if isinstance(value, str):
            return Assignment(self._token(value, ref), ref)
        by_phase = value.get("phases", {})
        for phase, token in by_phase.items():
            self._token(token, ref.child("phases", phase))
            if phase not in phases:
                self._check_phase(phase, ref.child("phases", phase), phases)
        ranges = []
        for key, token in value.get("complexity", {}).items():
            low, _, high = key.partition("-")
            ranges.append((int(low), int(high or low), self._token(token, ref.child("complexity", key))))
        return Assignment(
            model=self._token(value["model"], ref.child("model")),
            ref=ref,
            phases=by_phase,
            complexity=tuple(ranges),
            temperature=value.get("temperature"),
            why=value.get("why", ""),
        )

    def _check_phase(self, phase: str, ref: Ref, phases: Iterable[str]) -> None:
        """Report a phase that neither the fleets in use nor any shipped one has."""
        known = set(phases)
        if phase in known:
            return
        for name in shipped_names("fleets"):
            known.update(self.sources.shipped(f"fleets/{name}.yaml", "fleet").data.get("phases", ()))
        if phase not in known:
            self.sources.unknown(ref, "phase", phase, list(known), key=True)

    def _check_agent(self, agent: str, ref: Ref, agents: Mapping[str, Agent], *, key: bool = False) -> None:
        """Report an agent that neither the fleets in use nor any shipped one has."""
        if agent in agents:
            return
        shipped = (self.sources.shipped(f"fleets/{name}.yaml", "fleet") for name in shipped_names("fleets"))
        if not any(agent in body.data["agents"] for body in shipped):
            self.sources.unknown(ref, "agent", agent, list(agents), key=key)

    def _build(
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
        tiers = entries(bodies, "tiers")
        providers = entries(self.project.layers, "providers")
        return Policy(
            profile=profile,
            workflow=workflow,
            models=self.models,
            providers={name: _provider(name, item) for name, item in providers.items()},
            agents=agents,
            fleets=fleets,
            layers=tuple(self._layer(body, phases, agents) for body in bodies),
            tiers={tier: self._token(item.value, item.ref, tiers=False) for tier, item in tiers.items()},
            default=self._assignment(default.value, default.ref, phases),
            classes={name: self._class(name, item) for name, item in entries(bodies, "classes").items()},
            zones={name: _zone(name, bodies) for name in ZONES},
            escalation=self._escalation(bodies),
            failover=self._failover(bodies),
            overrides=self._overrides(phases, agents),
            never_break=self._never_break(bodies, phases, agents),
            planning=_planning(bodies),
            always=tuple((last(bodies, "always") or Sourced((), Ref(""))).value),
            hatches=tuple((last(bodies, "escape-hatches") or Sourced((), Ref(""))).value),
            budgets={name: item.value for name, item in entries(bodies, "budgets").items()},
            alerts=tuple((last(bodies, "alerts") or Sourced((), Ref(""))).value),
        )

    def _layer(self, body: Body, phases: tuple[str, ...], agents: Mapping[str, Agent]) -> Layer:
        def assignments(key: str) -> dict[str, Assignment]:
            given = body.data.get(key, {})
            return {name: self._assignment(item, body.ref.child(key, name), phases) for name, item in given.items()}

        for name in body.data.get("agents", {}):
            self._check_agent(name, body.ref.child("agents", name), agents, key=True)
        return Layer(body.name, assignments("roles"), assignments("agents"), body.ref)

    def _class(self, name: str, item: Sourced) -> ClassRule:
        model = item.value.get("model")
        if model is not None:
            self._token(model, item.ref.child("model"))
        return ClassRule(name, item.value.get("min"), model, tuple(item.value.get("roles", ())), item.ref)

    def _escalation(self, bodies: tuple[Body, ...]) -> Escalation:
        item = last(bodies, "escalation")
        assert item is not None, "base.yaml sets an escalation"
        ladder = self._tokens(item.value["ladder"], item.ref.child("ladder"), human=True)
        return Escalation(item.value.get("after", 1), ladder, item.ref)

    def _failover(self, bodies: tuple[Body, ...]) -> Failover:
        def chains(key: str) -> dict[str, Chain]:
            return {
                name: Chain((), defer=True, ref=item.ref)
                if item.value == "defer"
                else Chain(self._tokens(item.value, item.ref), defer=False, ref=item.ref)
                for name, item in entries(bodies, "failover", key).items()
            }

        for alias, item in entries(bodies, "failover", "models").items():
            self._token(alias, item.ref, tiers=False)
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
            self._token(item["model"], ref.child("model"))
            self._check_agent(item["agent"], ref.child("agent"), agents)
            for position, phase in enumerate(item.get("phases", ())):
                self._check_phase(phase, ref.child("phases", position), phases)
            found.append(
                Override(
                    agent=item["agent"],
                    model=item["model"],
                    reason=item["reason"],
                    until=item.get("until"),
                    phases=tuple(item.get("phases", ())),
                    zones=tuple(item.get("zones", ())),
                    ref=ref,
                )
            )
        return tuple(found)

    def _never_break(
        self, bodies: tuple[Body, ...], phases: tuple[str, ...], agents: Mapping[str, Agent]
    ) -> dict[str, NeverBreak]:
        rules: dict[str, NeverBreak] = {}
        for body in bodies:
            for name, value in body.data.get("never-break", {}).items():
                ref = body.ref.child("never-break", name)
                if name in rules:
                    help_ = "give your rule a name of its own: both hold"
                    self.sources.report(
                        REDEFINED_RULE, ref, f'never-break rule "{name}" is already set', help_, key=True
                    )
                    continue
                when = value["when"]
                for index, agent in enumerate(when.get("agent", ())):
                    self._check_agent(agent, ref.child("when", "agent", index), agents)
                for index, phase in enumerate(when.get("phase", ())):
                    self._check_phase(phase, ref.child("when", "phase", index), phases)
                if "model" in value["require"]:
                    self._token(value["require"]["model"], ref.child("require", "model"), tiers=False)
                selected = {key: tuple(items) for key, items in when.items()}
                rules[name] = NeverBreak(name, selected, value["require"], value["why"], ref)
        return rules


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
    )


def _planning(bodies: tuple[Body, ...]) -> Planning:
    fields = entries(bodies, "plans")
    values = {key: item.value for key, item in fields.items()}
    return Planning(
        max_parallel=values["max-parallel"],
        budget_share=float(values["budget-share"]),
        token_budget=values["token-budget"],
        caution=values["caution"],
        ref=fields["max-parallel"].ref,
    )
