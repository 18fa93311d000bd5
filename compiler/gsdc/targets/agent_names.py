"""Names of agents as clients compare them."""

import re

from gsdc.policy.model import Policy


def folded(name: str) -> str:
    """Return a name as clients compare it: case does not count, and "-", "_" and blanks are one."""
    return re.sub(r"[-_\s]+", "-", name.strip()).lower()


def policy_name(name: str, policy: Policy, client: str) -> str:
    """Return the name of the policy's agent that a client takes ``name`` for, else the name as it stands."""
    names = (agent.name_in(client) for agent in policy.agents.values())
    return next((known for known in names if folded(known) == folded(name)), name)
