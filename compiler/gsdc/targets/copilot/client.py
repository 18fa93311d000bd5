"""Copilot: the model in the frontmatter of each agent (measured on Copilot CLI 1.0.102, with the user's own API key).

The agent's file overrides the main model. The ``model`` of the call and ``subagents.agents.NAME`` of the user's
settings, which also has an effort, override the file. The same block in a project's settings has no effect, and a
user's agent overrides the project's. ``.claude/agents/*.md`` is loaded as well, and its ``model: sonnet`` is requested
unchanged. An agent of the same name in ``.github/agents/`` overrides it.
"""

from functools import partial
from typing import Any, Final

from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_shape import Shape
from gsdc.targets.api import INHERIT
from gsdc.targets.copilot import AGENTS, DECLARATION, OF_CLAUDE_CODE
from gsdc.targets.markdown_agents import Dialect, find, new, own_before_others, text_or_nothing


def _model(value: Any) -> str | None:
    """Return the model of a value: the first one of a list, available or not."""
    return text_or_nothing(value[0] if isinstance(value, list) and value else value)


_FIND: Final = partial(find, Dialect(DECLARATION.label, required=("description",), model=_model))
_SHAPE: Final = Shape(
    DECLARATION,
    own_before_others(AGENTS, OF_CLAUDE_CODE, _FIND),
    inherit=INHERIT,
    new=new(".github/agents", DECLARATION.client, named=True, ending=".agent.md"),
)
emit = partial(agent_files.emit, _SHAPE)
read_back = partial(agent_files.read_back, _SHAPE)
expected_claims = partial(agent_files.expected_claims, _SHAPE)
view = partial(agent_view.view, _SHAPE)
describe = partial(agent_view.describe, _SHAPE)
