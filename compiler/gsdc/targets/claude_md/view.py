"""Read the assignment table in CLAUDE.md and AGENTS.md: the block that gsdc wrote, or the rest of it.

Claude Code reads the section as text. An orchestrator follows it when it starts an agent.
"""

from gsdc.policy.model import Policy
from gsdc.source.tree import Tree
from gsdc.targets.api import View
from gsdc.targets.claude_md.emit import SECTION


def view(tree: Tree, policy: Policy) -> View:  # noqa: ARG001 - aliases and names of the policy stand in the table
    """Return the claims of the tables' rows, each at its line; an edited or a broken block is a finding."""
    return SECTION.view(tree)
