"""Qwen Code: the model in the frontmatter of each agent (measured on Qwen Code 0.24.4).

The agent's file overrides the grade of the call and the main model. An agent without a name, a description or a prompt
is ignored silently. ``fast`` is ``fastModel`` of the settings. Effort and temperature are set for the model in
``modelProviders``, the same for all agents. ``modelFallbacks`` also applies to agents with their own model.
"""

import re
from functools import partial
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.ownership.registry import FRONTMATTER_KEYS
from gsdc.source.jsonc import Jsonc
from gsdc.source.tree import Tree, decode
from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_shape import AgentDefaults, AgentFiles, Shape
from gsdc.targets.api import INHERIT
from gsdc.targets.json_settings import mapping, refused_settings, settings_in
from gsdc.targets.markdown_agents import IDLE, Dialect, find, new
from gsdc.targets.qwen_code import AGENTS, DECLARATION, SETTINGS

FALLBACK = Diagnostic(
    "QW001",
    "fallback-moves-pinned-agents",
    Severity.WARNING,
    """Qwen Code falls back from a model, and takes agents along that name one.

    ## Why is this bad?
    An agent that its file pins to a model runs on the fallback once that model answers 429, 503 or 529 (measured on
    Qwen Code 0.24.4).

    ## Example (.qwen/settings.json)
    {"modelFallbacks": "qwen3-coder"}

    ## Use instead (.qwen/settings.json)
    {"model": {"name": "qwen3-coder"}}
    """,
)


def _model(value: Any) -> str | None:
    """Return the model that a value names: whatever it is becomes text."""
    items = value if isinstance(value, list) else [value]
    return ",".join("" if item is None else str(item) for item in items).strip() or None


def _settings(tree: Tree, findings: list[Finding], paths: dict[str, None]) -> AgentDefaults:
    """Return the model of the word ``fast``, and the main model."""
    data = settings_in(SETTINGS, tree, findings, paths)
    message = f"Qwen Code renames this file to {SETTINGS}.corrupted, and goes on without settings"
    refused = tuple(refused_settings(SETTINGS, tree, message))
    if refused:
        findings.extend(refused)
        return AgentDefaults(how="it has no model, so it runs on the main one")
    if data.get("modelFallbacks"):
        at = Jsonc(SETTINGS, decode(tree.read(SETTINGS) or b"", SETTINGS)).span(("modelFallbacks",))
        message = "Qwen Code falls back to these models with all agents, also with those that name a model"
        findings.append(FALLBACK.at(at, message, "remove it, or put a proxy with fallbacks of its own in front"))
    fast, main = data.get("fastModel"), mapping(data.get("model")).get("name")
    how = f"it has no model, so it runs on the main one{f', here {main}' if isinstance(main, str) else ''}"
    return AgentDefaults(how=how, words={"fast": fast} if isinstance(fast, str) else {})


_DIALECT: Final = Dialect(
    DECLARATION.label,
    name=re.compile(r"[A-Za-z0-9_-]{2,50}"),
    reserved=frozenset(("self", "system", "user", "model", "tool", "config", "default", "main")),
    idle=IDLE,
    needs_body=True,
    model=_model,
)
_SHAPE: Final = Shape(
    DECLARATION,
    (AgentFiles((AGENTS,), FRONTMATTER_KEYS, partial(find, _DIALECT)),),
    str.lower,
    inherit=INHERIT,
    settings=_settings,
    new=new(".qwen/agents", DECLARATION.client, named=True),
)
emit = partial(agent_files.emit, _SHAPE)
read_back = partial(agent_files.read_back, _SHAPE)
expected_claims = partial(agent_files.expected_claims, _SHAPE)
view = partial(agent_view.view, _SHAPE)
describe = partial(agent_view.describe, _SHAPE)
