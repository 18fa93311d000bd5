"""Agent names, normalized as clients compare them."""

from gsdc.policy.model import Policy
from gsdc.source.agent_name import folded


def policy_name(name: str, policy: Policy, client: str) -> str:
    """Return the policy's agent that a client identifies with ``name``, else the unchanged name."""
    names = (agent.name_in(client) for agent in policy.agents.values())
    return next((known for known in names if folded(known) == folded(name)), name)
