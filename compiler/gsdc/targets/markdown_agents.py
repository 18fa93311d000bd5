"""Agents in Markdown files with frontmatter, for clients that parse it as strict YAML."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Rejected
from gsdc.ownership.registry import FRONTMATTER_KEYS
from gsdc.policy.model import Agent
from gsdc.source.frontmatter_document import FrontmatterDocument, read_yaml
from gsdc.source.span import Span
from gsdc.source.yaml_value import scalar
from gsdc.targets.agent_findings import IDLE_KEY, NOT_LOADED
from gsdc.targets.agent_shape import AgentEntry, AgentFiles, Find
from gsdc.targets.creation import OURS, prompt_of

_MODEL: Final = "model"
_MARK: Final = "\ufeff"
IDLE: Final = frozenset(("temperature", "top_p", "effort", "reasoning_effort", "reasoningEffort", "variant"))


class RefusedError(Exception):
    """The client drops an agent because of the value of its model; the message is the reason."""


def text_or_nothing(value: Any) -> str | None:
    """Return a model that is text, None for an empty one; raise ``RefusedError`` for anything else, also for null."""
    if not isinstance(value, str):
        raise RefusedError("is no text")
    return value.strip() or None


class Dialect(NamedTuple):
    """How a client reads such a file.

    A file lacks nothing of ``required``; the agent is called as the file is where it has no name and needs none.
    ``name`` is what its name has to look like, and may be none of ``reserved``. Where ``known`` has keys, any other
    drops the agent. ``idle`` keys seem to choose an effort or a temperature, and do nothing. ``model`` returns the
    model that a value names, None if it names none.
    """

    label: str
    required: tuple[str, ...] = ("name", "description")
    name: re.Pattern[str] = re.compile(r".+", re.DOTALL)
    reserved: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    idle: frozenset[str] = frozenset()
    takes_mark: bool = True
    needs_body: bool = False
    is_agent: Callable[[PurePosixPath], bool] = lambda _path: True
    model: Callable[[Any], str | None] = text_or_nothing


def new(folder: str, client: str, *, named: bool, ending: str = ".md") -> Callable[[Agent], tuple[str, str]]:
    """Return how to add an agent that the client does not have: the path and the text of its file, without a model.

    ``named`` is true if the file contains the name; else the agent has the name of the file.
    """

    def file_of(agent: Agent) -> tuple[str, str]:
        name = agent.name_in(client)
        own = f"name: {scalar(name)}\n" if named else ""
        keys = f"{own}description: {scalar(agent.description)}\n"
        return f"{folder}/{name}{ending}", f"---\n{OURS}\n{keys}---\n\n{prompt_of(agent)}\n"

    return file_of


def own_before_others(own: str, others: str, find_agents: Find) -> tuple[AgentFiles, AgentFiles]:
    """Return the files of a client that also loads another client's agents: its own override those."""
    return (
        AgentFiles((others,), FRONTMATTER_KEYS, find_agents, written=False),
        AgentFiles((own,), FRONTMATTER_KEYS, find_agents, replaces=True),
    )


def find(dialect: Dialect, path: str, text: str, findings: list[Finding]) -> Iterator[AgentEntry]:
    """Yield the agent of a file, where the client loads one."""
    place = PurePosixPath(path)
    if not dialect.is_agent(place):
        return
    try:
        data = read_yaml(path, text)
    except Rejected as rejected:
        first = rejected.findings[0]
        message = f"{dialect.label} cannot read the frontmatter, and ignores the agent: {first.message}"
        findings.append(NOT_LOADED.at(first.span, message, 'write values that hold ": " or " #" in quotes'))
        return
    reason = next(_reasons(dialect, path, text, data), None)
    if reason is not None or data is None:
        findings.extend(NOT_LOADED.at(*each) for each in (reason,) if each is not None)
        return
    for key in sorted(dialect.idle.intersection(map(str, data))):
        message = f'{dialect.label} ignores "{key}" of an agent'
        findings.append(IDLE_KEY.at(FrontmatterDocument(path, text).span((key,)), message, "remove it"))
    stem = place.name.removesuffix(".md").removesuffix(".agent")
    values = {str(key): value for key, value in data.items()}
    model = dialect.model(values[_MODEL]) if _MODEL in values else None
    if model is None:
        values.pop(_MODEL, None)
    else:
        values[_MODEL] = model
    yield AgentEntry(str(data.get("name") or stem), values, description=str(data.get("description") or ""))


def _reasons(dialect: Dialect, path: str, text: str, data: Mapping[str, Any] | None) -> Iterator[tuple[Span, str, str]]:
    """Yield why the client drops an agent: place, message and remedy."""
    label = dialect.label
    if data is None:
        yield Span(path), f"{label} finds no frontmatter, and ignores the agent", "begin the file with a line ---"
        return
    if text.startswith(_MARK) and not dialect.takes_mark:
        yield Span(path), f"{label} ignores an agent whose file has a byte order mark", "save the file without one"
    document = FrontmatterDocument(path, text)
    for key in dialect.required:
        if not isinstance(data.get(key), str) or not data[key].strip():
            yield document.span((key,)), f'{label} ignores an agent without "{key}"', f"write `{key}:` and a text"
    name = data.get("name")
    if isinstance(name, str) and (not dialect.name.fullmatch(name) or name.lower() in dialect.reserved):
        yield document.span(("name",)), f'{label} ignores an agent named "{name}"', "give it another name"
    for key in data:
        if dialect.known and key not in dialect.known:
            known = ", ".join(sorted(dialect.known))
            message = f'{label} does not know the key "{key}", and ignores the whole agent'
            yield document.span((str(key),)), message, f"remove it: known are {known}"
    try:
        dialect.model(data.get(_MODEL, ""))
    except RefusedError as refused:
        yield document.span((_MODEL,)), f'{label} ignores an agent whose "{_MODEL}" {refused}', "write a text"
    if dialect.needs_body and not text.rpartition("\n---")[2].strip():
        yield Span(path), f"{label} ignores an agent without a prompt", "write one below the frontmatter"
