"""Assign the clients' agents to a shipped fleet or to the project."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final

from gsdc.importer import roles, slips
from gsdc.importer.found import AgentSource, Inventory
from gsdc.importer.models import Models
from gsdc.policy.model import Policy
from gsdc.policy.routes import Fleet
from gsdc.targets.api import Description
from gsdc.targets.model_names import letters
from gsdc.targets.registry import uses_fleet_names

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_LEAST: Final = 2  # one agent with a name of a fleet may be a coincidence
_LONGEST: Final = 100  # characters of a description
_SENTENCE: Final = re.compile(r"(?<=[a-z0-9)])[.;] ")


@dataclass
class Own:
    """An agent of the project. ``names`` are its names per client if they differ."""

    name: str
    clients: dict[str, str]
    role: str = roles.DEFAULT
    mode: str = ""
    description: str = ""
    phases: tuple[str, ...] = ()
    temperature: float | None = None

    @property
    def names(self) -> dict[str, str]:
        """Its names per client if they differ."""
        return {client: name for client, name in self.clients.items() if name != self.name}


@dataclass
class Roster:
    """All agents: ``known`` maps client and name to an agent, ``phases`` are those of the fleets.

    ``left_out`` lists what cannot be written, ``slips`` names that nearly match an agent.
    """

    fleets: tuple[str, ...]
    own: dict[str, Own]
    known: dict[tuple[str, str], str]
    phases: tuple[str, ...] = ()
    left_out: list[str] = field(default_factory=list)
    slips: list[str] = field(default_factory=list)

    def leave(self, name: str) -> None:
        """Exclude a project agent from the import; its files keep it."""
        agent = self.own.pop(name, None)
        for key in agent.clients.items() if agent is not None else ():
            del self.known[key]


def enrol(found: Inventory, shipped: Policy, shown: Iterable[str], models: Models) -> Roster:
    """Return the agents found; ``shipped`` is a policy of all shipped fleets.

    ``shown`` are the fleets with which ``gsdc lint`` checks the folder without a gsdc.yaml.
    """
    by_client: dict[str, dict[str, None]] = {}
    for source in found.sources:
        by_client.setdefault(source.client, {}).update(dict.fromkeys(source.agents))
    hotter = {fleet: _hotter(found.sources, shipped, fleet, models) for fleet in _fleets(by_client, shipped)}
    fleets = tuple(fleet for fleet, agents in hotter.items() if not agents)
    near = [fleet for fleet in shipped.fleets.values() if fleet.name in {*fleets, *shown}]
    roster = Roster(fleets, {}, {}, tuple(phase for fleet in near for phase in fleet.phases))
    roster.left_out += [
        f'fleet {fleet}: it gives "{agents[0]}" a temperature, which runs without one'
        for fleet, agents in hotter.items()
        if agents
    ]
    ours = [agent for agent in shipped.agents.values() if agent.fleet in fleets]
    strangers: dict[str, list[str]] = {}
    for client, names in by_client.items():
        agents = {agent.name_in(client): agent.name for agent in ours}
        roster.known |= {(client, name): agents[name] for name in names if name in agents}
        known = [shipped.agents[name].name_in(client) for fleet in near for name in fleet.agents]
        for name in [name for name in names if name not in agents]:
            meant = slips.of_agent(client, name, known, names)
            if meant is not None:
                roster.slips.append(f'agent "{name}": that is nearly "{meant}"')
            elif _NAME.fullmatch(name):
                strangers.setdefault(client, []).append(name)
            else:
                roster.left_out.append(f'agent "{name}": a name in gsdc.yaml has letters, digits, and . _ - only')
    taken = {agent.name.casefold() for agent in ours}
    for client, names_of_client in strangers.items():
        _join(roster, client, names_of_client, taken)
    _describe(roster, found.words)
    return roster


def _fleets(by_client: Mapping[str, Iterable[str]], shipped: Policy) -> list[str]:
    """Return the fleets with most agents of some client, else the fleet that a distinctive name identifies."""
    fleets: dict[str, None] = {}
    single: dict[str, None] = {}
    for client, names in by_client.items():
        known = set(names)
        for fleet in shipped.fleets.values():
            members = {shipped.agents[name].name_in(client) for name in fleet.agents} & known
            if len(members) >= _LEAST and 2 * len(members) > len(known):
                fleets[fleet.name] = None
            elif 2 * len(members) >= len(known) and any(_is_telling(fleet, name) for name in members):
                single[fleet.name] = None
    return list(fleets or single)


def _is_telling(fleet: Fleet, name: str) -> bool:
    """Tell whether the name clearly refers to the fleet's agent, such as "gsd-planner" or "SECURITY"."""
    return name.isupper() or name.startswith(f"{fleet.name}-")


def _hotter(sources: Iterable[AgentSource], shipped: Policy, fleet: str, models: Models) -> list[str]:
    """Return the agents without a temperature for which the fleet sets one that cannot be removed."""
    agents = [agent for agent in shipped.agents.values() if agent.fleet == fleet and agent.temperature is not None]
    return [
        agent.name
        for source in sources
        if source.target.tells_temperatures
        for agent in agents
        for claim in (each.claim for each in source.statements)
        if claim.agent == agent.name_in(source.client) and claim.temperature is None and claim.model is not None
        if models.takes_temperature(source.client, claim.model)
    ]


def _join(roster: Roster, client: str, names: Iterable[str], taken: set[str]) -> None:
    """Add a client's agents: reuse the agent with the same name, else with the same letters."""
    rest = []
    for name in names:
        same = roster.own.get(name)
        if same is not None and client not in same.clients:
            same.clients[client] = name
            roster.known[client, name] = name
        else:
            rest.append(name)
    alike: dict[str, list[Own]] = {}
    for own in roster.own.values():
        if client not in own.clients:
            alike.setdefault(letters(own.name), []).append(own)
    for name in rest:
        near = alike.get(letters(name))
        agent = near.pop(0) if near else Own(_free(name, client, taken, roster.own), {})
        if uses_fleet_names(client) and agent.name != name:
            roster.left_out.append(f'agent "{name}" of the executor: it differs from another one only by case')
            continue
        agent.clients[client] = name
        roster.own[agent.name] = agent
        roster.known[client, name] = agent.name


def _free(name: str, client: str, taken: Container[str], own: Container[str]) -> str:
    """Return a name for a project agent: its own, unless it is in ``taken`` or similar to such a name."""
    names = (f"{name[: 70 - len(client)]}-{client}{number or ''}" for number in count())
    return next(free for free in chain([name], names) if free not in own and free.casefold() not in taken)


def _describe(roster: Roster, words: Mapping[tuple[str, str], Description]) -> None:
    by_letters: dict[str, str] = {}
    for agent in roster.own.values():
        said = [words[key] for key in agent.clients.items() if key in words]
        description = next((each.description for each in said if each.description), "")
        # Names that differ only in case must have the same role.
        agent.role = by_letters.setdefault(agent.name.casefold(), roles.guess(agent.name, description))
        agent.mode = "primary" if any(each.mode == "primary" for each in said) else ""
        agent.description = _short(description)


def _short(text: str) -> str:
    """Return the first sentence of a description, on one line."""
    line = "".join(character for character in " ".join(text.split()) if character.isprintable())
    first = _SENTENCE.split(line, maxsplit=1)[0].rstrip(". ")
    if len(first) <= _LONGEST:
        return first
    return first[:_LONGEST].rpartition(" ")[0] + " ..." if " " in first[:_LONGEST] else first[:_LONGEST]
