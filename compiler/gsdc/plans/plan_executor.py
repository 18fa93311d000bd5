"""The agent to which get-shit-done gives a whole plan.

get-shit-done ignores a task's own ``model``: each of its tasks runs in the executor's conversation.
"""

from typing import Final, NamedTuple

from gsdc.policy.decide import decide
from gsdc.policy.model import Policy, State

_CLIENT: Final = "gsd"  # it runs plans
_EXECUTOR: Final = "gsd-executor"  # it gives a whole plan to this agent


class PlanExecutor(NamedTuple):
    """The agent that runs all tasks of a plan, and its model; None if the policy defers it."""

    agent: str
    model: str | None

    def __str__(self) -> str:
        return f"all tasks of a plan on the model of {self.agent}: {self.model or 'deferred'}"


def plan_executor(policy: Policy, zone: str) -> PlanExecutor | None:
    """Return the agent to which get-shit-done gives a whole plan; None if the policy has no such agent."""
    agent = next((agent for agent in policy.agents.values() if agent.name_in(_CLIENT) == _EXECUTOR), None)
    if agent is None:
        return None
    decision = decide(policy, State(agent.name, next(iter(agent.phases), None), zone))
    return PlanExecutor(agent.name, decision.model)
