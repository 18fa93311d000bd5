"""Gemini CLI: the model in the frontmatter of each agent (measured on Gemini CLI 0.61.0).

Strongest first, a model comes from ``modelConfigs.overrides`` of the settings (by the scope, an agent's name), from
``agents.overrides.NAME.modelConfig``, from the agent's file, from the main model. The frontmatter is strict: one
unknown key, such as ``effort``, drops the agent. A temperature and thinking in a file or in ``agents.overrides`` never
reach the wire. A model that does not exist is asked for again and again, without an end, when it is a sub-agent's.

A project's agent exists only once the user has acknowledged its text, and only in a trusted folder.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from gsdc.finding import Finding
from gsdc.ownership.registry import FRONTMATTER_KEYS, JSON_KEYS
from gsdc.source.key_document import value_at
from gsdc.source.tree import Tree
from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_shape import AgentDefaults, AgentEntry, AgentFiles, Keys, Shape
from gsdc.targets.api import INHERIT
from gsdc.targets.gemini_cli import AGENTS, DECLARATION, SETTINGS
from gsdc.targets.json_settings import data_in, entries_of, mapping, settings_in
from gsdc.targets.markdown_agents import Dialect, find, new

_MODEL: Final = ("modelConfig", "model")
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
    takes_mark=False,
    is_agent=lambda path: not path.name.startswith("_"),
)


def _of_scopes(path: str, text: str, findings: list[Finding]) -> Iterator[AgentEntry]:  # noqa: ARG001
    """Yield what ``modelConfigs.overrides`` says of each scope."""
    overrides = value_at(data_in(path, text), ("modelConfigs", "overrides"))
    for index, override in enumerate(overrides if isinstance(overrides, list) else ()):
        scope = value_at(override, ("match", "overrideScope"))
        if isinstance(scope, str):
            yield AgentEntry(scope, override, ("modelConfigs", "overrides", index))


def _settings(tree: Tree, findings: list[Finding], paths: dict[str, None]) -> AgentDefaults:
    """Return the main model, and the aliases for models that the project defines."""
    data = settings_in(SETTINGS, tree, findings, paths)
    aliases = mapping(value_at(data, ("modelConfigs", "customAliases")))
    words = {alias: value_at(entry, _MODEL) for alias, entry in aliases.items()}
    main = value_at(data, ("model", "name"))
    how = f"it has no model, so it runs on the main one{f', here {main}' if isinstance(main, str) else ''}"
    return AgentDefaults(how=how, words={word: model for word, model in words.items() if isinstance(model, str)})


_SHAPE: Final = Shape(
    DECLARATION,
    (
        AgentFiles((AGENTS,), FRONTMATTER_KEYS, partial(find, _DIALECT)),
        AgentFiles((SETTINGS,), JSON_KEYS, entries_of(("agents", "overrides")), Keys(_MODEL), per_agent=False),
        AgentFiles((SETTINGS,), JSON_KEYS, _of_scopes, Keys(_MODEL), per_agent=False, written=False),
    ),
    inherit=INHERIT,
    settings=_settings,
    new=new(".gemini/agents", DECLARATION.client, named=True),
)
emit = partial(agent_files.emit, _SHAPE)
read = partial(agent_files.read, _SHAPE)
expected_claims = partial(agent_files.expected_claims, _SHAPE)
view = partial(agent_view.view, _SHAPE)
describe = partial(agent_view.describe, _SHAPE)
