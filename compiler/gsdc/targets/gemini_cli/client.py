"""Gemini CLI: the model in the frontmatter of each agent (measured on Gemini CLI 0.61.0).

Sources of a model, strongest first: ``modelConfigs.overrides`` of the settings (by scope, which is an agent's name),
``agents.overrides.NAME.modelConfig``, the agent's file, the main model. The frontmatter is strict: one unknown key,
such as ``effort``, drops the agent. The effort is in the settings, see ``thinking``. A temperature in a file or in
``agents.overrides`` is never sent. A sub-agent whose model does not exist repeats its request without end.

A project's agent is loaded only after the user has acknowledged its text, and only in a trusted folder.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from gsdc.finding import Finding, Rejected
from gsdc.ownership.registry import FRONTMATTER_KEYS, JSON_ITEMS, JSON_KEYS
from gsdc.policy.model import Model, Policy
from gsdc.source.json_items import JsonItems, item_key
from gsdc.source.key_document import value_at
from gsdc.source.tree import Tree, decode, is_blank
from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_shape import AgentDefaults, AgentEntry, AgentFiles, Keys, Shape
from gsdc.targets.api import INHERIT, Artifact, Claim, Emission, Request, View
from gsdc.targets.gemini_cli import AGENTS, DECLARATION, SETTINGS
from gsdc.targets.gemini_cli.both_kinds import both_kinds
from gsdc.targets.gemini_cli.thinking import OVERRIDES, configs, effort_of, efforts, override_of, scopes, thinking
from gsdc.targets.json_settings import data_in, entries_of, mapping, refused_settings, settings_in
from gsdc.targets.markdown_agents import Dialect, find, new

_MODEL: Final = ("modelConfig", "model")
_EFFORT: Final = "effort"
_DIALECT: Final = Dialect(
    DECLARATION.label,
    name=re.compile(r"[a-z0-9_-]+"),
    known=frozenset(
        [
            "name",
            "description",
            "kind",
            "display_name",
            "tools",
            "mcp_servers",
            "model",
            "temperature",
            "max_turns",
            "timeout_mins",
        ]
    ),
    idle=frozenset(("temperature",)),
    takes_mark=False,
    is_agent=lambda path: not path.name.startswith("_"),
)


def _of_scopes(path: str, text: str, findings: list[Finding]) -> Iterator[AgentEntry]:  # noqa: ARG001
    """Yield the entries of ``modelConfigs.overrides`` by agent, with gsdc's word for the effort; the last applies."""
    for index, scope, override in reversed(list(scopes(data_in(path, text)))):
        effort = effort_of(override)
        data = {**override, _EFFORT: effort} if effort else override
        yield AgentEntry(scope, data, (*OVERRIDES, index))


def _settings(tree: Tree, findings: list[Finding], paths: dict[str, None]) -> AgentDefaults:
    """Return the main model, and the aliases for models that the project defines."""
    data = settings_in(SETTINGS, tree, findings, paths)
    message = "Gemini CLI does not start: it refuses a trailing comma in its settings"
    findings.extend(refused_settings(SETTINGS, tree, message))
    aliases = mapping(value_at(data, ("modelConfigs", "customAliases")))
    words = {alias: value_at(entry, _MODEL) for alias, entry in aliases.items()}
    main = value_at(data, ("model", "name"))
    how = f"it has no model, so it runs on the main one{f', here {main}' if isinstance(main, str) else ''}"
    return AgentDefaults(how=how, words={word: model for word, model in words.items() if isinstance(model, str)})


_SHAPE: Final = Shape(
    DECLARATION,
    (
        AgentFiles((AGENTS,), FRONTMATTER_KEYS, partial(find, _DIALECT)),
        AgentFiles((SETTINGS,), JSON_ITEMS, entries_of(("agents", "overrides")), Keys(_MODEL), per_agent=False),
        AgentFiles((SETTINGS,), JSON_KEYS, _of_scopes, Keys(_MODEL, (_EFFORT,)), per_agent=False, written=False),
    ),
    fold=str.lower,  # the client has no capitals in names
    inherit=INHERIT,
    settings=_settings,
    new=new(".gemini/agents", DECLARATION.client, named=True),
    can_say_effort=lambda model, effort: bool(thinking(model, effort)),
)


def emit(request: Request) -> Emission:
    """Write the models into the agents' files, and their efforts into the settings."""
    found = agent_files.emit(_SHAPE, request)
    own = next((artifact for artifact in found.artifacts if artifact.path == SETTINGS), None)
    try:
        text = decode((own.content if own else request.tree.read(SETTINGS)) or b"", SETTINGS)
        there = configs(data_in(SETTINGS, text))
        wanted = {name: config for name, (_, config) in _thinking(request).items()}
        new = (
            override_of(name, config)
            for name, config in wanted.items()
            if not there.get(name, {}).items() >= config.items()
        )
        items = {(*OVERRIDES, item_key(item)): True for item in new}
        if not items and not there:
            return found
        document = JsonItems(SETTINGS, "{}\n" if is_blank(text) else text).update(items)
    except Rejected as rejected:
        return found._replace(findings=(*found.findings, *rejected.findings))
    others = (artifact for artifact in found.artifacts if artifact is not own)
    return found._replace(artifacts=(*others, Artifact(SETTINGS, document.text.encode(), JSON_ITEMS)))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the claims of a file about its agents' models, and of the settings about their efforts."""
    claims = agent_files.read_back(_SHAPE, path, content, models)
    return (*claims, *_claims(efforts(data_in(path, decode(content, path))))) if path == SETTINGS else claims


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the expected claims of the files; efforts that the policy does not decide are unchanged."""
    there = efforts(settings_in(SETTINGS, request.tree, [], {}))
    wanted = {name: effort for name, (effort, _) in _thinking(request).items()}
    return agent_files.expected_claims(_SHAPE, request).union(_claims({**there, **wanted}))


def _claims(said: Mapping[str, str]) -> Iterator[Claim]:
    return (Claim(name, INHERIT, effort=effort) for name, effort in said.items())


def _thinking(request: Request) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return effort and ``thinkingConfig`` of each agent that the client has and for which the policy decides one."""
    chosen = agent_files.chosen(_SHAPE, request)
    said = {name: (choice.effort, thinking(choice.model, choice.effort)) for name, choice in chosen.items()}
    return {name: (effort, config) for name, (effort, config) in said.items() if effort and config}


def view(tree: Tree, policy: Policy) -> View:
    """Return the client's view of its files, with what its API would refuse."""
    found = agent_view.view(_SHAPE, tree, policy)
    data = settings_in(SETTINGS, tree, [], {})
    return found._replace(findings=(*found.findings, *both_kinds(tree, policy, found.statements, data)))


describe = partial(agent_view.describe, _SHAPE)
