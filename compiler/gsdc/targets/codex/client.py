"""Codex: model and effort in the TOML file of each agent (measured on Codex CLI 0.171.0).

An agent's file overrides the model of the call that starts it, ``[agents] default_subagent_model`` and the caller's
model; but with a default that the client does not list, it starts no agent at all. An agent's file needs ``name``,
``description`` and ``developer_instructions``. Other keys must be keys of the configuration: an unknown key drops the
agent, with exit code 0. An agent with a model and no effort takes the effort of its caller, so gsdc writes both. A
project's files apply only if the user trusts the project. The user's ``$CODEX_HOME`` is not read here.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.ownership.registry import TOML_KEYS
from gsdc.policy.model import Agent
from gsdc.source.key_document import MISSING, KeyDocument, value_at
from gsdc.source.span import Span
from gsdc.source.toml_document import TomlDocument
from gsdc.source.tree import Tree, decode
from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_findings import NOT_LOADED
from gsdc.targets.agent_shape import AgentDefaults, AgentEntry, AgentFiles, Keys, Shape
from gsdc.targets.api import Emission, Request
from gsdc.targets.codex import AGENTS, CONFIG, DECLARATION
from gsdc.targets.codex.default_model import DEFAULT_MODEL, unlisted_default_model
from gsdc.targets.codex.launcher import launcher
from gsdc.targets.creation import OURS, prompt_of
from gsdc.targets.via import proxy_url

WITHOUT_EFFECT = Diagnostic(
    "CX001",
    "codex-setting-without-effect",
    Severity.WARNING,
    """A setting of Codex that seems to choose a model has no effect, or stops the client.

    ## Why is this bad?
    ``model`` of ``[agents.NAME]`` and a project's ``model_provider`` are ignored; ``profile`` is an error, for profiles
    are files of their own (measured on Codex CLI 0.171.0).

    ## Example (.codex/config.toml)
    [agents.reviewer]
    description = "Reviews"
    model = "gpt-5.2"

    ## Use instead (.codex/config.toml)
    [agents.reviewer]
    description = "Reviews"
    """,
)
EFFORT_OF_CALLER = Diagnostic(
    "CX002",
    "effort-of-caller",
    Severity.NOTE,
    """An agent has a model and no effort.

    ## Why is this bad?
    It uses its caller's effort: a light model that is called from a session at ``xhigh`` runs at ``xhigh``
    (measured on Codex CLI 0.171.0).

    ## Example (.codex/agents/reviewer.toml)
    name = "reviewer"
    description = "Reviews"
    developer_instructions = "Review."
    model = "gpt-5.2"

    ## Use instead (.codex/agents/reviewer.toml)
    name = "reviewer"
    description = "Reviews"
    developer_instructions = "Review."
    model = "gpt-5.2"
    model_reasoning_effort = "medium"
    """,
)

_ELSEWHERE: Final = "set it in your own configuration, or go through LiteLLM: `codex: {via: litellm}` in gsdc.yaml"
_REQUIRED: Final = ("name", "description", "developer_instructions")
_MODEL: Final = "model"
_EFFORT: Final = "model_reasoning_effort"
# Keys of other clients' agents: Codex drops the agent that has one.
_FOREIGN: Final = {
    **dict.fromkeys(("effort", "reasoning_effort", "variant"), f"write `{_EFFORT}`"),
    "prompt": "write `developer_instructions`",
    "temperature": "remove it: Codex has no temperature",
}


def _find(path: str, text: str, findings: list[Finding]) -> Iterator[AgentEntry]:
    """Yield the agent of a file, where Codex loads one."""
    document = TomlDocument(path, text)
    data = document.data
    reason = next(_reasons(document), None)
    if reason is not None:
        findings.append(NOT_LOADED.at(*reason))
        return
    if _MODEL in data and _EFFORT not in data:
        message = f'"{data["name"]}" has a model and no effort: it uses the effort of its caller'
        findings.append(EFFORT_OF_CALLER.at(document.span((_MODEL,)), message, f"write `{_EFFORT}` beside it"))
    yield AgentEntry(data["name"], data, description=data["description"])


def _reasons(document: KeyDocument) -> Iterator[tuple[Span, str, str]]:
    """Yield why Codex drops an agent: place, message and remedy."""
    data = document.data
    for key in (*_REQUIRED, _MODEL, _EFFORT):
        value = data.get(key)
        if key in _REQUIRED and (value is None or value == ""):
            yield Span(document.path), f'Codex ignores an agent without "{key}"', f"write `{key}`"
        elif value is not None and not isinstance(value, str):
            yield document.span((key,)), f'Codex ignores an agent whose "{key}" is not text', "write a text"
    for key, help_ in _FOREIGN.items():
        if key in data:
            yield document.span((key,)), f'Codex does not know the key "{key}", and ignores the whole agent', help_


def _settings(tree: Tree, findings: list[Finding], paths: dict[str, None]) -> AgentDefaults:
    """Return what the project's configuration gives agents without a model."""
    try:
        content = tree.read(CONFIG)
        if content is None:
            return AgentDefaults()
        paths[CONFIG] = None
        document = TomlDocument(CONFIG, decode(content, CONFIG))
    except Rejected as rejected:
        findings.extend(rejected.findings)
        return AgentDefaults()
    findings.extend(_ignored(document))
    default = value_at(document.data, DEFAULT_MODEL)
    if isinstance(default, str):
        at = document.span(DEFAULT_MODEL)
        findings.extend(unlisted_default_model(document, default))
        return AgentDefaults(default, "`default_subagent_model` is for agents without a model", at)
    session = document.data.get(_MODEL)
    return AgentDefaults(how=f"it has no model, so it runs on its caller's{f', here {session}' if session else ''}")


def _ignored(document: KeyDocument) -> Iterator[Finding]:
    for key, message, help_ in (
        ("model_provider", "Codex ignores `model_provider` of a project", _ELSEWHERE),
        ("profile", "Codex refuses `profile`: profiles are separate files", "remove it, and start with -p NAME"),
    ):
        if key in document.data:
            yield WITHOUT_EFFECT.at(document.span((key,)), message, help_)
    agents = document.data.get("agents")
    for name, entry in agents.items() if isinstance(agents, Mapping) else ():
        if value_at(entry, (_MODEL,)) is not MISSING:
            message = f'Codex ignores `model` of "{name}" here'
            help_ = f'write it into the file of "{name}" in .codex/agents/'
            yield WITHOUT_EFFECT.at(document.span(("agents", name, _MODEL)), message, help_)


def _new(agent: Agent) -> tuple[str, str]:
    """Return path and text of a file for an agent that Codex does not have."""
    name = agent.name_in(DECLARATION.client)
    values = {"name": name, "description": agent.description, "developer_instructions": prompt_of(agent)}
    keys = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return f".codex/agents/{name}.toml", f"{OURS}\n{keys}"


_SHAPE: Final = Shape(
    DECLARATION,
    (AgentFiles((AGENTS,), TOML_KEYS, _find, Keys(effort=(_EFFORT,))),),
    settings=_settings,
    new=_new,
)


def emit(request: Request) -> Emission:
    """Write the files of agents, and the script that starts Codex behind the proxy where the target goes through it."""
    emission, url = agent_files.emit(_SHAPE, request), proxy_url(request, DECLARATION.name)
    return emission._replace(artifacts=(*emission.artifacts, launcher(url))) if url else emission


read_back = partial(agent_files.read_back, _SHAPE)
expected_claims = partial(agent_files.expected_claims, _SHAPE)
view = partial(agent_view.view, _SHAPE)
describe = partial(agent_view.describe, _SHAPE)
