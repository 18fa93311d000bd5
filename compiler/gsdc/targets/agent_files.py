"""The shape of clients that keep each agent in a file of its own, which names the agent's model under a key.

gsdc writes into the files that are there, and everything else in them stays to the byte. An agent that a client does
not have is added only with ``create: true``, as a file of gsdc's own.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from gsdc.finding import Diagnostic, Finding, Rejected, Severity, some
from gsdc.models.effort import EFFORTS
from gsdc.ownership.document_keys import DocumentKeys
from gsdc.ownership.registry import FILE
from gsdc.policy.model import Agent, Model
from gsdc.source.key_document import value_at
from gsdc.source.span import Span
from gsdc.source.tree import decode
from gsdc.targets.agent_names import folded
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.choice import Choice, choose
from gsdc.targets.contents import contents
from gsdc.targets.creation import IN_THE_WAY, OURS, creatable, told

UNREACHABLE = Diagnostic(
    "IF030",
    "unreachable-model",
    Severity.WARNING,
    """The policy gives an agent a model that its client cannot ask for.

    The agent's file stays as it is.

    ## Why is this bad?
    The agent runs on what its file says, or on its caller's model, and not on what the policy decides: Claude Code asks
    Anthropic for every model, Codex asks OpenAI.

    ## Example (gsdc.yaml)
    fleets: [gsd]
    targets: {claude-code: true}
    overrides:
      - {agent: gsd-doc-writer, model: gpt-5.2, reason: A trial}
    -- .claude/agents/gsd-doc-writer.md --
    ---
    name: gsd-doc-writer
    description: Writes
    ---

    ## Use instead (gsdc.yaml)
    fleets: [gsd]
    targets: {claude-code: true}
    overrides:
      - {agent: gsd-doc-writer, model: sonnet, reason: A trial}
    -- .claude/agents/gsd-doc-writer.md --
    ---
    name: gsd-doc-writer
    description: Writes
    ---
    """,
)
NOT_HELD_BACK = Diagnostic(
    "IF031",
    "agent-not-held-back",
    Severity.NOTE,
    """The policy lets an agent wait, which its client cannot express.

    ## Why is this bad?
    The file keeps the model that the agent has in zone green: whoever starts the agent spends what the budget does not
    have.

    ## No example
    It takes a build for a budget zone in which agents wait.
    """,
)


class AgentFile(NamedTuple):
    """What a client reads of a file: the name of the agent that it is about, its model and effort as written."""

    name: str
    model: Any
    effort: Any = None

    @property
    def said_effort(self) -> str | None:
        """The effort, None where it is no word of the scale."""
        return self.effort if self.effort in EFFORTS else None


class Shape(NamedTuple):
    """How a client keeps its agents.

    ``client`` is whose names of agents count, ``patterns`` are the files, weakest first. ``find`` returns what the
    client makes of a file, None where it is no agent's. ``id_of`` returns what the client calls a model, None where it
    cannot ask for it; ``alias_of`` is its reverse. ``model`` is the key of the model. ``effort`` is the key of the
    effort, "" where the file has none. ``target`` is the target's name. ``new`` returns path and text of a new agent's
    file without its model, the line ``OURS`` in it; None where the target adds none.
    """

    label: str
    target: str
    client: str
    patterns: tuple[str, ...]
    ownership: DocumentKeys
    find: Callable[[str, str], AgentFile | None]
    id_of: Callable[[Model], str | None]
    alias_of: Callable[[str, Iterable[Model]], str]
    model: str = "model"
    effort: str = ""
    new: Callable[[Agent], tuple[str, str]] | None = None


class _Wanted(NamedTuple):
    """A file, what is in it, and what its agent gets; ``is_ours`` where gsdc adds the file."""

    path: str
    text: str
    file: AgentFile
    agent: Agent
    choice: Choice
    is_ours: bool = False


def emit(shape: Shape, request: Request) -> Emission:
    """Write the model of each agent of the policy into its file."""
    findings: list[Finding] = []
    artifacts: list[Artifact] = []
    lacking: dict[str, list[_Wanted]] = {}
    waiting: list[_Wanted] = []
    for wanted in _wanted(shape, request, findings):
        id_ = shape.id_of(wanted.choice.model)
        if id_ is None:
            lacking.setdefault(wanted.choice.model.alias, []).append(wanted)
            continue
        if wanted.choice.deferred:
            waiting.append(wanted)
        try:
            content = _written(shape, wanted, id_)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        artifacts.append(Artifact(wanted.path, content, FILE if wanted.is_ours else shape.ownership))
    findings.extend(_unreachable(shape, lacking))
    if waiting:
        names = some([each.agent.name for each in waiting])
        message = f"{shape.label} cannot hold agents back: {names} would run on the model of zone green"
        findings.append(NOT_HELD_BACK.at(Span(waiting[0].path, 0, 0), message, "do not start them in this zone"))
    return Emission(tuple(artifacts), tuple(findings))


def read(shape: Shape, path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return what a file says of its agent; nothing where it names no model."""
    file = shape.find(path, decode(content, path))
    if file is None or not isinstance(file.model, str) or not file.model.strip():
        return ()
    return (Claim(file.name, shape.alias_of(file.model.strip(), models), effort=file.said_effort),)


def expected_claims(shape: Shape, request: Request) -> frozenset[Claim]:
    """Return what the files ought to say of the agents that the client can run."""
    models = request.policy.models.values()
    ids = ((wanted, shape.id_of(wanted.choice.model)) for wanted in _wanted(shape, request, []))
    return frozenset(
        Claim(wanted.file.name, shape.alias_of(id_, models), effort=_effort(shape, wanted) or wanted.file.said_effort)
        for wanted, id_ in ids
        if id_ is not None
    )


def _effort(shape: Shape, wanted: _Wanted) -> str | None:
    """Return the effort to write, None where the policy says none or the file has no key for it."""
    return wanted.choice.effort if shape.effort else None


def _wanted(shape: Shape, request: Request, findings: list[Finding]) -> Iterator[_Wanted]:
    """Yield the files of the policy's agents, each once, and those that are to be added."""
    policy = request.policy
    agents = {folded(agent.name_in(shape.client)): agent for agent in policy.agents.values()}
    chosen: dict[str, Choice] = {}
    taken: set[str] = set()
    for path, content in contents(request.tree, shape.patterns, findings):
        try:
            text = decode(content, path)
            if OURS in text:
                continue
            taken.add(path)
            file = shape.find(path, text)
        except Rejected:  # what is wrong with it is said where it is read
            continue
        agent = agents.get(folded(file.name)) if file else None
        if file is not None and agent is not None:
            if agent.name not in chosen:
                chosen[agent.name] = choose(policy, agent, request.zone)
            yield _Wanted(path, text, file, agent, chosen[agent.name])
    missing = tuple(agent for agent in agents.values() if agent.name not in chosen)
    findings.extend(told(request, shape.label, shape.target, missing, has_some=bool(chosen)))
    yield from _new(shape, request, missing, taken, findings)


def _new(
    shape: Shape, request: Request, missing: Iterable[Agent], taken: Container[str], findings: list[Finding]
) -> Iterator[_Wanted]:
    """Yield the files that are to be added for the ``missing`` agents; none where a person's file is in the way."""
    for agent in creatable(request, missing) if shape.new else ():
        assert shape.new is not None
        path, text = shape.new(agent)
        if path in taken:
            message = f'"{agent.name}" is not added to {shape.label}: the file is there, and is no agent of that name'
            findings.append(IN_THE_WAY.at(Span(path), message, "correct the file, or move it away"))
        else:
            file = AgentFile(agent.name_in(shape.client), None)
            yield _Wanted(path, text, file, agent, choose(request.policy, agent, request.zone), is_ours=True)


def _written(shape: Shape, wanted: _Wanted, id_: str) -> bytes:
    """Return the file with the model and the effort in it."""
    document = shape.ownership.open(wanted.path, wanted.text)
    values: dict[tuple[str, ...], Any] = {(shape.model,): id_}
    if effort := _effort(shape, wanted):
        values[shape.effort,] = effort
    missing = {key: value for key, value in values.items() if value_at(document.data, key) != value}
    return (document.update(missing) if missing else document).text.encode()


def _unreachable(shape: Shape, lacking: Mapping[str, list[_Wanted]]) -> Iterator[Finding]:
    for alias, files in lacking.items():
        names = some([wanted.agent.name for wanted in files])
        message = f'{shape.label} cannot ask for "{alias}", which the policy decides for {names}'
        help_ = f"give them a model that {shape.label} has, or leave them to another client"
        yield UNREACHABLE.at(Span(files[0].path, 0, 0), message, help_)
