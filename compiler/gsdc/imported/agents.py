"""Whose agents those are that clients have: a shipped fleet's, or the project's own."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gsdc.imported import roles
from gsdc.imported.found import OVERRIDES, Found, Source, Words
from gsdc.policy.model import Policy

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_LEAST: Final = 2  # a client with one agent of a fleet's name may well have it by chance
_LONGEST: Final = 100  # characters of a description
_SENTENCE: Final = re.compile(r"(?<=[a-z0-9)])[.:;] ")


@dataclass
class Own:
    """An agent of the project's own. ``names`` are its names per client where they differ; ``told`` gave its role."""

    name: str
    clients: dict[str, str]
    role: str = roles.DEFAULT
    told: str = ""
    mode: str = ""
    description: str = ""
    phases: tuple[str, ...] = ()
    temperature: float | None = None

    @property
    def names(self) -> dict[str, str]:
        """Its names per client where they differ."""
        return {client: name for client, name in self.clients.items() if name != self.name}


@dataclass
class Roster:
    """All agents. ``known`` gives the agent for each client and name; ``left_out`` the names that cannot be written."""

    fleets: tuple[str, ...]
    own: dict[str, Own]
    known: dict[tuple[str, str], str]
    left_out: list[str] = field(default_factory=list)


class _Shipped(NamedTuple):
    """The agents of a shipped fleet by their names in a client."""

    fleet: str
    agents: dict[str, str]


def enrol(found: Found, shipped: Policy) -> Roster:
    """Return the agents of what was found; ``shipped`` is a policy of all shipped fleets."""
    by_client: dict[str, dict[str, None]] = {}
    for source in found.sources:
        by_client.setdefault(source.client, {}).update(dict.fromkeys(source.agents))
    fleets = _fleets(by_client, shipped)
    fleets = [fleet for fleet in fleets if not _hotter(found.sources, shipped, fleet)]
    roster = Roster(tuple(fleets), {}, {})
    ours = [agent for agent in shipped.agents.values() if agent.fleet in fleets]
    strangers: dict[str, list[str]] = {}
    for client, names in by_client.items():
        agents = {agent.name_in(client): agent.name for agent in ours}
        roster.known |= {(client, name): agents[name] for name in names if name in agents}
        for name in names:
            if name not in agents and _NAME.fullmatch(name):
                strangers.setdefault(client, []).append(name)
            elif name not in agents:
                roster.left_out.append(name)
    taken = {agent.name.casefold() for agent in ours}
    for client, names_of_client in strangers.items():
        _join(roster, client, names_of_client, taken)
    _describe(roster, found.words)
    return roster


def _fleets(by_client: Mapping[str, Iterable[str]], shipped: Policy) -> list[str]:
    """Return the fleets that most agents of some client are of."""
    fleets: dict[str, None] = {}
    for client, names in by_client.items():
        known = set(names)
        for fleet in shipped.fleets.values():
            count = sum(shipped.agents[name].name_in(client) in known for name in fleet.agents)
            if count >= _LEAST and 2 * count > len(known):
                fleets[fleet.name] = None
    return list(fleets)


def _hotter(sources: Iterable[Source], shipped: Policy, fleet: str) -> list[str]:
    """Return the agents that run without a temperature, where the fleet would give them one that nothing takes away."""
    agents = [agent for agent in shipped.agents.values() if agent.fleet == fleet and agent.temperature is not None]
    return [
        agent.name
        for source in sources
        if source.label in ("OpenCode", "CLAUDE.md")
        for agent in agents
        for claim in (each.claim for each in source.statements)
        if claim.agent == agent.name_in(source.client) and claim.temperature is None and claim.model is not None
    ]


def _join(roster: Roster, client: str, names: Iterable[str], taken: set[str]) -> None:
    """Enter a client's agents: of those that are there the one of the same name, else of the same letters."""
    rest = []
    for name in names:
        same = roster.own.get(name)
        if same is not None and client not in same.clients:
            same.clients[client] = name
            roster.known[client, name] = name
        else:
            rest.append(name)
    for name in rest:
        near = [own for own in roster.own.values() if _letters(own.name) == _letters(name) and client not in own.clients]
        agent = near[0] if near else Own(_free(name, client, {*taken, *roster.own}), {})
        agent.clients[client] = name
        roster.own[agent.name] = agent
        roster.known[client, name] = agent.name


def _free(name: str, client: str, taken: set[str]) -> str:
    """Return a name for an agent of the project's: its own, unless another one bears it."""
    if name not in taken and name.casefold() not in taken:
        return name
    return f"{name[: 79 - len(client)]}-{client}"


def _describe(roster: Roster, words: Mapping[tuple[str, str], Words]) -> None:
    by_letters: dict[str, tuple[str, str]] = {}
    for agent in roster.own.values():
        said = [words[key] for key in agent.clients.items() if key in words]
        description = next((each.description for each in said if each.description), "")
        # Two names that differ by case alone have to have one role.
        agent.role, agent.told = by_letters.setdefault(agent.name.casefold(), roles.guess(agent.name, description))
        agent.mode = "primary" if any(each.mode == "primary" for each in said) else ""
        agent.description = _short(description)


def _short(text: str) -> str:
    """Return the first sentence of a description, in one line."""
    line = "".join(character for character in " ".join(text.split()) if character.isprintable())
    first = _SENTENCE.split(line, maxsplit=1)[0].rstrip(". ")
    if len(first) <= _LONGEST:
        return first
    return first[:_LONGEST].rpartition(" ")[0] + " ..." if " " in first[:_LONGEST] else first[:_LONGEST]


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
