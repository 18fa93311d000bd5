"""The configuration of an orchestrator: agents by task, parallel work, costs, and escalation."""

from collections.abc import Iterator
from typing import Any, Final

from gsdc.policy.budgets import PERIODS
from gsdc.policy.model import HUMAN, Agent, Policy
from gsdc.policy.profile import Zone
from gsdc.targets.choice import choose
from gsdc.targets.declaration import Declaration

# Seed 004, "Daily Responsibilities" and "Daily Standup Pattern".
ROUTINE: Final = {
    "morning": {
        "at": "08:00",
        "steps": [
            "Check all blocked tasks: escalate or reassign them",
            "Queue tasks of high priority, by the routes below",
            "Send completed tasks to review",
            "Report completed, in progress, blocked and failed tasks",
        ],
        "commands": ["gsdc budget", "gsdc report daily"],
    },
    "mid-day": {
        "at": "12:00",
        "steps": ["Watch tokens and cost", "Check reviews", "Reassign what is behind"],
        "commands": ["gsdc budget --alerts"],
    },
    "evening": {
        "at": "17:00",
        "steps": ["Merge what is completed and reviewed", "Report blockers", "Plan tomorrow"],
        "commands": ["gsdc report daily", "gsdc calibrate"],
    },
    "anytime": {
        "at": None,
        "steps": ["When a critical blocker shows: escalate it by the triggers, send a blocker alert, tell the team"],
        "commands": ["gsdc budget --alerts", "gsdc lint MESSAGE.json"],
    },
}
# Seed 004, "Rule 3: Parallel Execution".
_SEQUENCE: Final = ("setup", "implementation", "review", "testing", "merge")


def config(  # long: one entry for each key of the configuration
    policy: Policy, zone: str, client: Declaration, name: str
) -> dict[str, Any]:
    """Return the configuration as JSON data."""
    orchestrator = _first(policy, "orchestration")
    reviewer = _first(policy, "review", "verification", "validation")
    return {
        "_generated": "by gsdc: change gsdc.yaml, not this file",
        "name": name,
        "status": "initialized",
        "profile": policy.title,
        "zone": zone,
        "client": client.name,
        "agent": orchestrator.name if orchestrator else None,
        "model": _model(policy, orchestrator, zone, client),
        "review": {"agent": reviewer.name if reviewer else None, "model": _model(policy, reviewer, zone, client)},
        "routing": [
            {
                "kind": route.kind,
                "agent": route.agent,
                "model": _model(policy, policy.agents[route.agent], zone, client),
                "alternatives": list(route.alternatives),
                "complexity": route.complexity,
                "why": route.why,
            }
            for fleet in policy.fleets.values()
            for route in fleet.routes
        ],
        "parallel": {
            "most": policy.planning.max_parallel,
            "same-file": "sequential",
            "sequence": list(_SEQUENCE),
            "checkpoints": "alone",
        },
        "escalation": {
            "after": policy.escalation.after,
            "ladder": list(policy.escalation.ladder),
            "triggers": list(_triggers(policy)),
        },
        "budgets": {key: dict(value) if key != "reserve" else value for key, value in _budgets(policy).items()},
        "task": {"budget-share": policy.planning.budget_share, "token-budget": policy.planning.token_budget},
        "zones": {name: _zone(each) for name, each in policy.zones.items()},
        "alerts": [dict(alert) for alert in policy.alerts],
        "rules": {rule.name: rule.why for rule in policy.never_break.values()},
        "always": list(policy.always),
        "routine": ROUTINE,
        "messages": ["message-assignment", "message-status", "message-blocker"],
    }


def _first(policy: Policy, *roles: str) -> Agent | None:
    """Return the first agent of the first role that has one."""
    return next((agent for role in roles for agent in policy.agents.values() if agent.role == role), None)


def _model(policy: Policy, agent: Agent | None, zone: str, client: Declaration) -> str | None:
    """Return the client's id of an agent's model, None if it is deferred or there is none such."""
    if agent is None:
        return None
    choice = choose(policy, agent, zone)
    return None if choice.deferred else choice.model.ids.get(client.ids, choice.model.alias)


def _zone(zone: Zone) -> dict[str, Any]:
    return {"from": zone.start, "allows": dict(zone.allows), "escalate": zone.escalate, "guidance": zone.guidance}


def _budgets(policy: Policy) -> dict[str, Any]:
    given = {**policy.budgets}
    return {key: given[key] for key in (*PERIODS, "reserve") if key in given}


def _triggers(policy: Policy) -> Iterator[dict[str, str]]:
    """Yield the automatic escalations (seed 004, "Escalation Triggers"): condition, recipient, and action."""
    after, rung = policy.escalation.after, "the next rung of the ladder"
    yield _trigger(
        "attempts", f"{after} failed on one rung, or the answers are poor", rung, "assign it with more context"
    )
    yield _trigger(
        "underestimated", "a task is harder than its plan says", rung, "define its scope again, and assign it"
    )
    yield _trigger("tokens", "the tokens of a task or of the day are used up", rung, "queue it with the next priority")
    yield _trigger("ladder-end", "the last rung fails", HUMAN, "stop, and send a blocker alert")
    for rule in policy.classes.values():
        if rule.minimum:
            yield _trigger(rule.name, f"work turns out to be {rule.name}", f"{rule.minimum} at least", "assign it")
    auditor = _first(policy, "security")
    if auditor is not None:
        yield _trigger("audit", "a review finds a critical hole", auditor.name, "review it, and recommend what to do")
    heavy = policy.tiers["heavy"]
    yield _trigger("incident", "a critical incident in production", heavy, "assign it at once, with a person beside it")
    for zone in policy.zones.values():
        if not zone.escalate:
            yield _trigger(f"zone-{zone.name}", f"an attempt fails in zone {zone.name}", HUMAN, "a person decides")


def _trigger(name: str, when: str, to: str, do: str) -> dict[str, str]:
    return {"trigger": name, "when": when, "to": to, "do": do}
