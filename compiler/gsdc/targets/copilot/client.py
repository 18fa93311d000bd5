"""Copilot: the model in the frontmatter of each agent (measured on Copilot CLI 1.0.102, with the user's own API key).

The agent's file overrides the main model. The ``model`` of the call and ``subagents.agents.NAME`` of the user's
settings, which also has an effort, override the file. The same block in a project's settings has no effect, and a
user's agent overrides the project's. ``.claude/agents/*.md`` is loaded as well, and its ``model: sonnet`` is requested
unchanged. An agent of the same name in ``.github/agents/`` overrides it.
"""

from functools import partial
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.source.tree import Tree, decode
from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_shape import AgentDefaults, Shape
from gsdc.targets.api import INHERIT
from gsdc.targets.copilot import AGENTS, DECLARATION, OF_CLAUDE_CODE, SETTINGS
from gsdc.targets.json_settings import settings_in
from gsdc.targets.markdown_agents import Dialect, find, new, own_before_others, text_or_nothing

WITHOUT_EFFECT = Diagnostic(
    "CO001",
    "copilot-setting-without-effect",
    Severity.WARNING,
    """A project's settings of Copilot CLI have a `subagents` block, which counts in the user's settings only.

    ## Why is this bad?
    Copilot CLI says nothing: each agent runs on the model in its own file, whatever the block names (measured on
    Copilot CLI 1.0.102).

    ## Example (.github/copilot/settings.json)
    {"subagents": {"agents": {"reviewer": {"model": "gpt-6"}}}}
    -- .github/agents/reviewer.agent.md --
    ---
    name: reviewer
    description: Reviews
    ---
    Review.

    ## Use instead (.github/copilot/settings.json)
    {}
    -- .github/agents/reviewer.agent.md --
    ---
    name: reviewer
    description: Reviews
    model: gpt-6
    ---
    Review.
    """,
)


def _settings(tree: Tree, findings: list[Finding], paths: dict[str, None]) -> AgentDefaults:
    """Return what holds for agents without a model: a project's settings do not change it."""
    for path in SETTINGS:
        if "subagents" in settings_in(path, tree, findings, paths):
            document = Jsonc(path, decode(tree.read(path) or b"", path))
            message = "Copilot CLI ignores `subagents` in a project's settings"
            help_ = "remove `subagents`, and write `model` into the agents' own files"
            findings.append(WITHOUT_EFFECT.at(document.span(("subagents",), key=True), message, help_))
    return AgentDefaults()


def _model(value: Any) -> str | None:
    """Return the model of a value: the first one of a list, available or not."""
    return text_or_nothing(value[0] if isinstance(value, list) and value else value)


_FIND: Final = partial(find, Dialect(DECLARATION.label, required=("description",), model=_model))
_SHAPE: Final = Shape(
    DECLARATION,
    own_before_others(AGENTS, OF_CLAUDE_CODE, _FIND),
    inherit=INHERIT,
    settings=_settings,
    new=new(".github/agents", DECLARATION.client, named=True, ending=".agent.md"),
)
emit = partial(agent_files.emit, _SHAPE)
read_back = partial(agent_files.read_back, _SHAPE)
expected_claims = partial(agent_files.expected_claims, _SHAPE)
view = partial(agent_view.view, _SHAPE)
describe = partial(agent_view.describe, _SHAPE)
