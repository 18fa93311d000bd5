"""Cursor: the model in the frontmatter of each agent (documented by Cursor; the client runs only when signed in).

``model`` is ``inherit``, the default, or one of Cursor's own ids. Limits of the plan and of the team override it.
``.claude/agents/*.md`` is loaded as well, if ``.cursor/agents/`` has no agent of the same name. Cursor puts the effort
into the id (``gpt-5.3-codex-high``), and the available ids depend on the plan: ``ids: {cursor: ...}`` of a model in
gsdc.yaml selects one.
"""

from functools import partial
from typing import Final

from gsdc.targets import agent_files, agent_view
from gsdc.targets.agent_shape import Shape
from gsdc.targets.api import INHERIT
from gsdc.targets.cursor import AGENTS, DECLARATION, OF_CLAUDE_CODE
from gsdc.targets.markdown_agents import Dialect, find, new, own_before_others

_FIND: Final = partial(find, Dialect(DECLARATION.label, required=()))
_SHAPE: Final = Shape(
    DECLARATION,
    own_before_others(AGENTS, OF_CLAUDE_CODE, _FIND),
    inherit=INHERIT,
    new=new(".cursor/agents", DECLARATION.client, named=True),
)
emit = partial(agent_files.emit, _SHAPE)
read_back = partial(agent_files.read_back, _SHAPE)
expected_claims = partial(agent_files.expected_claims, _SHAPE)
view = partial(agent_view.view, _SHAPE)
describe = partial(agent_view.describe, _SHAPE)
