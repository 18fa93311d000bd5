"""The agent and model of a task: the fleet's decision matrix (seed 004), then the policy.

A security review goes to an agent of role security, even against the matrix, so that the pin of that role applies. In a
fleet without such an agent, its reviewer does it *in* the role security: on the pinned model, or not at all.
"""

from typing import Final, NamedTuple

from gsdc.policy.constraints import forbidding_rule
from gsdc.policy.decide import decide
from gsdc.policy.model import TIER_INDEX, Agent, Decision, Model, Policy, State, Step
from gsdc.policy.requirement import NeverBreak
from gsdc.tasks.work import FAMILIES

SECURITY: Final = "security"

# Roles for a kind of work if no fleet has a route for it, the most suitable first.
_ROLES: Final = {
    "setup": ("boilerplate", "implementation"),
    "config": ("boilerplate", "implementation"),
    "boilerplate": ("boilerplate", "implementation"),
    "docs": ("docs", "implementation"),
    "implementation": ("implementation",),
    "database": ("database", "implementation"),
    "api": ("implementation",),
    "auth": ("implementation",),
    "frontend": ("implementation", "design"),
    "infra": ("operations", "implementation"),
    "testing": ("testing", "implementation"),
    "debugging": ("debugging", "implementation"),
    "refactoring": ("implementation",),
    "review": ("review", "verification", "validation"),
    "security-review": ("security",),
    "performance": ("analysis", "review", "implementation"),
    "research": ("research", "analysis"),
    "exploration": ("research", "analysis"),
    "planning": ("planning", "design", "implementation"),
    "architecture": ("design", "planning", "implementation"),
}
_IN_FOR_SECURITY: Final = ("review", "validation", "verification", "implementation")


class TaskRoute(NamedTuple):
    """The agent for a kind of work, and the reason for it."""

    agent: Agent
    why: str


def route(policy: Policy, kind: str) -> TaskRoute:
    """Return the agent for work of ``kind``: by the fleets' routes, else by role, else the policy's first agent."""
    if kind == "security-review":
        return _security(policy)
    for wanted in dict.fromkeys((kind, FAMILIES.get(kind, kind))):
        for fleet in policy.fleets.values():
            for row in fleet.routes:
                if row.kind == wanted:
                    return TaskRoute(policy.agents[row.agent], f'route "{wanted}" of fleet "{fleet.name}"')
    return _by_role(policy, kind, _ROLES.get(kind, ("implementation",)))


def route_decision(policy: Policy, kind: str, agent: Agent, state: State) -> Decision:
    """Return the decision of ``policy`` for work of ``kind`` by ``agent`` in ``state``.

    A security review never runs on a model that the pin of role security forbids: it is deferred instead. Exploration
    runs on the light tier (seed 001, part 5.2) unless a never-break rule or criticality forbids it.
    """
    if kind == "security-review":
        return _pinned(policy, agent, state)
    decision = decide(policy, state)
    return _explored(policy, agent, state, decision) if kind == "exploration" else decision


def _security(policy: Policy) -> TaskRoute:
    own = [agent for agent in policy.agents.values() if agent.role == SECURITY]
    rows = [row for fleet in policy.fleets.values() for row in fleet.routes if row.kind == "security-review"]
    for row in rows:
        if policy.agents[row.agent].role == SECURITY:
            return TaskRoute(policy.agents[row.agent], 'route "security-review"')
    if own:
        return TaskRoute(own[0], f'the agent of role "{SECURITY}"')
    named = policy.agents[rows[0].agent] if rows else None
    agent = named or _by_role(policy, "security-review", _IN_FOR_SECURITY).agent
    return TaskRoute(agent, f'no agent has role "{SECURITY}": "{agent.name}" reviews in that role')


def _by_role(policy: Policy, kind: str, roles: tuple[str, ...]) -> TaskRoute:
    for role in roles:
        for agent in policy.agents.values():
            if agent.role == role:
                return TaskRoute(agent, f'no fleet has a route for "{kind}": the first agent of role "{role}"')
    agent = next(iter(policy.agents.values()))
    return TaskRoute(agent, f'no fleet has a route for "{kind}", and no agent a role for it: the first agent')


def rule_against_review(policy: Policy, model: Model) -> NeverBreak | None:
    """Return the never-break rule that forbids ``model`` for a security review, None if there is none."""
    if not policy.agents:
        return None
    agent = _in_role_security(_security(policy).agent)
    return forbidding_rule(policy, agent, State(agent.name, None, "green", SECURITY), model)


def _in_role_security(agent: Agent) -> Agent:
    """Return ``agent`` as a substitute security reviewer: in role security, without its own choices."""
    if agent.role == SECURITY:
        return agent
    name = f"{agent.name} in role {SECURITY}"
    return agent._replace(
        name=name, role=SECURITY, own_role="", criticality="critical", models={}, raises={}, failover=()
    )


def _pinned(policy: Policy, agent: Agent, state: State) -> Decision:
    reviewer = _in_role_security(agent)
    if reviewer is not agent:
        policy = policy._replace(agents={**policy.agents, reviewer.name: reviewer})
        state = state._replace(agent=reviewer.name)
    decision = decide(policy, state)
    if decision.model is None:
        return decision
    rule = forbidding_rule(policy, reviewer, state, policy.models[decision.model])
    if rule is None:
        return decision
    why = f'"{rule.name}" forbids {decision.model} for a security review: it is deferred'
    return Decision(None, None, why, (*decision.trail, Step(rule.ref, why)))


def _explored(policy: Policy, agent: Agent, state: State, decision: Decision) -> Decision:
    if decision.model is None or agent.is_critical(state.task_class):
        return decision
    light = policy.model_of("light")
    if TIER_INDEX[policy.models[decision.model].tier] <= TIER_INDEX[light.tier]:
        return decision
    if forbidding_rule(policy, agent, state, light) is not None:
        return decision
    step = Step(policy.planning.ref, "exploration runs on the light tier")
    return decision._replace(model=light.alias, trail=(*decision.trail, step))
