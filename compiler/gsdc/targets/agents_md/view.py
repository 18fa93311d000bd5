"""Read the assignment table in AGENTS.md."""

from gsdc.policy.model import Policy
from gsdc.source.tree import Tree
from gsdc.targets.agents_md.emit import SECTION
from gsdc.targets.api import View


def view(tree: Tree, policy: Policy) -> View:  # noqa: ARG001 - aliases and names of the policy stand in the table
    """Return what the rows of the table say, each at its line; an edited or a broken block is a finding."""
    return SECTION.view(tree)
