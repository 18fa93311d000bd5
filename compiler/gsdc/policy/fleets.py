"""Fleets: the agents in use, from shipped fleets, the project's fleet files, and agents in gsdc.yaml."""

from collections.abc import Mapping
from typing import Any

from gsdc.finding import Diagnostic, Severity
from gsdc.policy.layers import entries
from gsdc.policy.model import Agent
from gsdc.policy.names import Names
from gsdc.policy.project import Project
from gsdc.policy.ref import Ref
from gsdc.policy.routes import OWN, Fleet, Route
from gsdc.policy.sources import Body, shipped_names
from gsdc.source.tree import PROJECT_FILE

DUPLICATE_AGENT = Diagnostic(
    "RF003",
    "duplicate-agent",
    Severity.ERROR,
    """Two agents in use have the same name, or one name in the same client.

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
NO_AGENTS = Diagnostic(
    "RF005",
    "no-agents",
    Severity.ERROR,
    """The project has no agents.

    ## Why is this bad?
    There is nothing to decide. Probably a fleet was forgotten.

    ## Example (gsdc.yaml)
    fleets: []

    ## Use instead (gsdc.yaml)
    fleets: [gsd]
    """,
)


def load_fleets(
    project: Project, names: Names, bodies: list[Body | None], *, with_own: bool
) -> tuple[dict[str, Fleet], dict[str, Agent]]:
    """Return the fleets of ``bodies`` and their agents by name; ``with_own`` adds the agents of gsdc.yaml.

    None in ``bodies`` is a fleet that could not be read; a finding has reported it.
    """
    own = entries(project.layers, "agents")
    if own and with_own:
        data = {"agents": {name: item.value for name, item in own.items()}}
        bodies.append(Body(OWN, data, Ref(PROJECT_FILE)))
    fleets: dict[str, Fleet] = {}
    agents: dict[str, Agent] = {}
    for body in bodies:
        if body is None:
            continue
        phases = tuple(body.data.get("phases", ()))
        for name, value in body.data["agents"].items():
            ref = own[name].ref if body.name == OWN and name in own else body.ref.child("agents", name)
            if name in agents:
                message = f'agent "{name}" is also in fleet "{agents[name].fleet}"'
                names.sources.report(DUPLICATE_AGENT, ref, message, "rename one of the two", key=True)
                continue
            agents[name] = _agent(project, names, name, value, body.name, phases, ref)
        routes = _routes(names, body, agents)
        fleets[body.name] = Fleet(body.name, phases, tuple(body.data["agents"]), routes, body.ref)
    _clashing_names(names, agents)
    if not agents and None not in bodies:
        where = project.value("fleets")
        help_ = "name a fleet under `fleets`, or write agents of your own under `agents`"
        names.sources.report(NO_AGENTS, where.ref if where else Ref(PROJECT_FILE), "the project has no agents", help_)
    return fleets, agents


def _clashing_names(names: Names, agents: Mapping[str, Agent]) -> None:
    """Report agents whose names differ for a client only in case, but whose never-break rules differ."""
    spelled: dict[str, Agent] = {}
    for agent in agents.values():
        other = spelled.setdefault(agent.name.casefold(), agent)
        if other is not agent and _guarded(other) != _guarded(agent):
            message = f'"{agent.name}" differs from "{other.name}" only by case'
            names.sources.report(DUPLICATE_AGENT, agent.ref, message, "rename one of the two", key=True)
    for client in dict.fromkeys(client for agent in agents.values() for client in agent.names):
        taken: dict[str, Agent] = {}
        # The agent with this exact name comes first: the other one took it.
        for agent in sorted(agents.values(), key=lambda agent: client in agent.names):
            other = taken.setdefault(agent.name_in(client), agent)
            if other is not agent and _guarded(other) != _guarded(agent):
                message = f'"{agent.name}" is named "{other.name_in(client)}" in {client}, like "{other.name}"'
                where = agent.ref.child("names", client)
                names.sources.report(DUPLICATE_AGENT, where, message, "give it another name there")


def _guarded(agent: Agent) -> tuple[bool, bool]:
    return agent.role == "security", agent.criticality == "critical"


def _agent(  # long: everything known about one agent, from the fleet's file and its key
    project: Project, names: Names, name: str, value: dict[str, Any], fleet: str, phases: tuple[str, ...], ref: Ref
) -> Agent:
    own_phases = tuple(value.get("phases", phases))
    for index, phase in enumerate(own_phases):
        if phases and phase not in phases:
            names.sources.unknown(ref.child("phases", index), "phase", phase, list(phases))
    models = value.get("models", {})
    known = [*project.profile_names(), "any"] if models else []
    for key in models:
        if key not in known:
            offered = [one for one in known if one not in shipped_names("workflows")]
            names.sources.unknown(ref.child("models", key), "profile", key, offered, key=True)
    return Agent(
        name=name,
        fleet=fleet,
        role=(role := names.role(value["role"], ref.child("role"))),
        criticality=value.get("criticality", "normal"),
        phases=own_phases,
        names=value.get("names", {}),
        temperature=value.get("temperature"),
        volume=value.get("volume"),
        description=value.get("description", ""),
        mode=value.get("mode", "subagent"),
        models={key: names.assignment(item, ref.child("models", key), own_phases) for key, item in models.items()},
        raises={key: names.token(item, ref.child("raises", key)) for key, item in value.get("raises", {}).items()},
        failover=names.tokens(value.get("failover", ()), ref.child("failover")),
        triggers=tuple(value.get("triggers", ())),
        ref=ref,
        effort=names.effort(value["effort"], ref.child("effort"), own_phases) if "effort" in value else None,
        own_role="" if value["role"] == role else value["role"],
    )


def _routes(names: Names, body: Body, agents: Mapping[str, Agent]) -> tuple[Route, ...]:
    routes = []
    for kind, value in body.data.get("routes", {}).items():
        ref = body.ref.child("routes", kind)
        alternatives = tuple(value.get("alternatives", ()))
        named = [(value["agent"], ref.child("agent"))]
        named += [(name, ref.child("alternatives", index)) for index, name in enumerate(alternatives)]
        for agent, where in named:
            if agent not in agents:
                names.sources.unknown(where, "agent", agent, list(agents))
        routes.append(
            Route(kind, value["agent"], alternatives, value.get("complexity", "medium"), value.get("why", ""), ref)
        )
    return tuple(routes)
