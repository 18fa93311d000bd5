"""Clients that set the model of each agent in files: one file per agent, or keys of one file.

gsdc edits existing files and leaves every other byte unchanged. An agent that a client does not have is added only with
``create: true``, as a file of gsdc's own. If several files configure one agent, gsdc updates all of them, so the
client's order of precedence does not matter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from gsdc.cache.same import Same
from gsdc.finding import Finding, Rejected, some
from gsdc.models.effort import EFFORTS
from gsdc.ownership.registry import FILE
from gsdc.policy.model import Agent, Model
from gsdc.source.key_document import MISSING, Key, value_at
from gsdc.source.path_pattern import fits
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE, decode
from gsdc.targets.agent_findings import NO_EFFORT, NOT_HELD_BACK, UNREACHABLE
from gsdc.targets.agent_shape import AgentEntry, AgentFiles, Keys, Shape
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.choice import Choice, choose
from gsdc.targets.contents import contents
from gsdc.targets.creation import IN_THE_WAY, NOT_ADDABLE, OURS, creatable, told
from gsdc.targets.efforts import written_effort, written_temperature


class _Place(NamedTuple):
    """An entry of a file for an agent of the policy, and the values for the agent.

    ``model`` is the chosen one as written, None if the client cannot request it, and ``effort`` that of the choice as
    written. ``is_ours`` is true if gsdc adds the file.
    """

    path: str
    text: str
    files: AgentFiles
    entry: AgentEntry
    agent: Agent
    choice: Choice
    model: str | None
    effort: str | None
    is_ours: bool = False


def emit(shape: Shape, request: Request) -> Emission:
    """Write the policy's decision on each agent to the files that configure the agent."""
    findings: list[Finding] = []
    places = _places(shape, request, findings)
    lacking: dict[str, list[_Place]] = {}
    by_path: dict[str, list[_Place]] = {}
    for place in places:
        if place.model is None:
            lacking.setdefault(place.choice.model.alias, []).append(place)
        else:
            by_path.setdefault(place.path, []).append(place)
    artifacts = []
    for path, group in by_path.items():
        try:
            owner = FILE if group[0].is_ours else group[0].files.ownership
            artifacts.append(Artifact(path, _written(shape, group), owner))
        except Rejected as rejected:
            findings.extend(rejected.findings)
    findings.extend(_unreachable(shape, lacking))
    findings.extend(_inexpressible(shape, [place for group in by_path.values() for place in group]))
    return Emission(tuple(artifacts), tuple(findings))


def read_back(shape: Shape, path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the claims of a file about its agents, without those that have no model in it."""
    models = tuple(models)
    parts, text = tuple(path.split("/")), decode(content, path)
    return tuple(
        claim
        for files in shape.files
        if files.written and any(fits(parts, tuple(pattern.split("/"))) for pattern in files.patterns)
        for entry in files.find(path, text, [])
        if (claim := _claim(shape, files.keys, entry, models)) is not None
    )


def expected_claims(shape: Shape, request: Request) -> frozenset[Claim]:
    """Return the expected claims of the files, for the agents that the client can run."""
    models = tuple(request.policy.models.values())
    claims = set()
    for place in _places(shape, request, []):
        if place.model is not None:
            decided = _decided(shape, place)
            kept = {key: _said(place.entry, key) for key in place.files.keys if key and key not in decided}
            claims.add(claim_of(shape, place.files.keys, place.entry.name, {**kept, **decided}, models))
    return frozenset(claims)


def chosen(shape: Shape, request: Request) -> dict[str, Choice]:
    """Return the choice for each agent that the client has, or gets, and can run; by its name in the client."""
    return {place.entry.name: place.choice for place in _places(shape, request, []) if place.model is not None}


def claim_of(shape: Shape, keys: Keys, name: str, values: Mapping[Key, Any], models: Iterable[Model]) -> Claim:
    """Return the claim of ``values``, by their keys, about an agent that has a model."""
    effort, temperature = values.get(keys.effort), values.get(keys.temperature)
    return Claim(
        name,
        shape.alias(str(values[keys.model]).strip(), models),
        effort=effort if isinstance(effort, str) and effort in EFFORTS else None,
        temperature=temperature if isinstance(temperature, int | float) else None,
    )


def _claim(shape: Shape, keys: Keys, entry: AgentEntry, models: Iterable[Model]) -> Claim | None:
    values = {key: _said(entry, key) for key in keys if key}
    model = values[keys.model]
    return claim_of(shape, keys, entry.name, values, models) if isinstance(model, str) and model.strip() else None


def _said(entry: AgentEntry, key: Key) -> Any:
    """Return the value of a key of an entry, None if there is none."""
    value = value_at(entry.data, key)
    return None if value is MISSING else value


def _decided(shape: Shape, place: _Place) -> dict[Key, Any]:
    """Return the policy's decision by the keys of an entry, in the client's terms."""
    keys, (model, temperature, _, _) = place.files.keys, place.choice
    values = {
        keys.model: place.model,
        keys.effort: place.effort,
        keys.temperature: written_temperature(shape.ids, model, temperature),
    }
    return {key: value for key, value in values.items() if key and value is not None}


def _places(shape: Shape, request: Request, findings: list[Finding]) -> tuple[_Place, ...]:
    """Return the places for the policy's agents: file by file, in the order of the shape, then new files.

    The output and the expected claims are requested in sequence: the files are read once for both.
    """
    places, found = _looked(Same(shape), Same(request))
    findings.extend(found)
    return places


@lru_cache(maxsize=1)
def _looked(shape: Same[Shape], request: Same[Request]) -> tuple[tuple[_Place, ...], tuple[Finding, ...]]:
    findings: list[Finding] = []
    return tuple(_look(shape.value, request.value, findings)), tuple(findings)


def _look(shape: Shape, request: Request, findings: list[Finding]) -> Iterator[_Place]:
    policy = request.policy
    agents = {shape.fold(agent.name_in(shape.client)): agent for agent in policy.agents.values()}
    written = _writer(shape, request)
    chosen: dict[str, Choice] = {}
    found: dict[str, list[_Place]] = {}
    for files in shape.files:
        for path, content in contents(request.tree, files.patterns if files.written else (), findings):
            try:
                text = decode(content, path)
                entries = () if OURS in text else tuple(files.find(path, text, []))
            except Rejected:  # the reader of the file reports the error
                continue
            for entry in entries:
                agent = agents.get(shape.fold(entry.name))
                if agent is not None:
                    if agent.name not in chosen:
                        chosen[agent.name] = choose(policy, agent, request.zone)
                    choice = chosen[agent.name]
                    place = _Place(path, text, files, entry, agent, choice, *written(choice))
                    found.setdefault(agent.name, []).append(place)
    for places in found.values():
        telling = [
            place for place in places if place.files.per_agent or _said(place.entry, place.files.keys.model) is not None
        ]
        yield from telling or places
    missing = tuple(agent for agent in agents.values() if agent.name not in chosen)
    findings.extend(told(request, shape.label, missing, has_some=bool(chosen), can_add=shape.new is not None))
    yield from _new(shape, request, missing, findings)


def _writer(shape: Shape, request: Request) -> Callable[[Choice], tuple[str | None, str | None]]:
    """Return the notation of a choice: the model, None if the client cannot request it, and the effort."""
    model_of, version = shape.writer(request), shape.version(request.policy)

    def written(choice: Choice) -> tuple[str | None, str | None]:
        return model_of(choice.model), written_effort(shape.ids, choice.model, choice.effort, version)

    return written


def _new(shape: Shape, request: Request, missing: Iterable[Agent], findings: list[Finding]) -> Iterator[_Place]:
    """Yield the files to add for the ``missing`` agents; none if a person's file has the same path."""
    written = _writer(shape, request)
    kind = next((files for files in shape.files if files.written and files.per_agent), shape.files[0])
    for agent in creatable(request, missing) if shape.new else ():
        assert shape.new is not None
        path, text = shape.new(agent)
        reasons: list[Finding] = []
        if not any(kind.find(path, text, reasons)):
            why = f": {reasons[0].message}" if reasons else ""
            message = f'"{agent.name}" is not added to {shape.label}, which would not load it{why}'
            help_ = f"give the agent another name there: `names: {{{shape.client}: ...}}`"
            findings.append(NOT_ADDABLE.at(Span(PROJECT_FILE, 0, 0), message, help_))
        elif OURS.encode() in (request.tree.read(path) or OURS.encode()):
            entry = AgentEntry(agent.name_in(shape.client))
            choice = choose(request.policy, agent, request.zone)
            yield _Place(path, text, kind, entry, agent, choice, *written(choice), is_ours=True)
        else:
            message = f'"{agent.name}" is not added to {shape.label}: the file exists, but does not define that agent'
            findings.append(IN_THE_WAY.at(Span(path), message, "correct the file, or move it away"))


def _written(shape: Shape, places: list[_Place]) -> bytes:
    """Return a file with the decisions on its agents."""
    path, text, files, *_ = places[0]
    document = files.ownership.open(path, text)
    values: dict[Key, Any] = {}
    for place in places:
        decided = _decided(shape, place)
        values |= {(*place.entry.prefix, *key): value for key, value in decided.items()}
    missing = {key: value for key, value in values.items() if value_at(document.data, key) != value}
    return (document.update(missing) if missing else document).text.encode()


def _unreachable(shape: Shape, lacking: Mapping[str, list[_Place]]) -> Iterator[Finding]:
    for alias, places in lacking.items():
        message = f'{shape.label} cannot use "{alias}", the model of {_named(places)}'
        help_ = f"give them a model that {shape.label} has, or leave them to another client"
        yield UNREACHABLE.at(Span(places[0].path, 0, 0), message, help_)


def _inexpressible(shape: Shape, places: list[_Place]) -> Iterator[Finding]:
    """Yield findings for the decisions that no file of the client can express."""
    waiting = [place for place in places if place.choice.deferred]
    if waiting:
        message = f"{shape.label} cannot defer agents: {_named(waiting)} would run on their model of zone green"
        yield NOT_HELD_BACK.at(Span(waiting[0].path, 0, 0), message, "do not start them in this zone")
    thinking = [
        place
        for place in places
        if (effort := place.choice.effort) is not None
        and not place.files.keys.effort
        and not shape.can_say_effort(place.choice.model, effort)
    ]
    if thinking:
        message = f"{shape.label} has no key for an agent's effort, but the policy sets one for {_named(thinking)}"
        help_ = "set it for all agents if the client can, or run them in a client that has such a key"
        yield NO_EFFORT.at(Span(thinking[0].path, 0, 0), message, help_)


def _named(places: Iterable[_Place]) -> str:
    return some(list(dict.fromkeys(place.agent.name for place in places)))
