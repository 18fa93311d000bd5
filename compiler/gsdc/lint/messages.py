"""Messages of an orchestrator (seed 004): task assignments, status updates and blocker alerts, each a JSON file."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from gsdc.cache import store
from gsdc.credentials.exposed import credentials
from gsdc.finding import Finding, Rejected, Severity
from gsdc.policy.breach import allows
from gsdc.policy.constraints import applies
from gsdc.policy.governing import Policies
from gsdc.policy.model import Agent, Policy, State
from gsdc.policy.never_break import allowed_by
from gsdc.policy.recognition import stand_in
from gsdc.policy.requirement import AtLeastEffort, NeverBreak
from gsdc.policy.validate import schema, validate
from gsdc.rules.policy import team_rule
from gsdc.source.agent_name import folded
from gsdc.source.jsonc import SYNTAX, Jsonc
from gsdc.source.span import span_at

ASSIGNMENT: Final = "message-assignment"
KINDS: Final = (ASSIGNMENT, "message-status", "message-blocker")


def message_kind(data: Any) -> str | None:
    """Return the kind of message ``data``, by its keys; None if no kind fits, or two fit equally well."""
    if not isinstance(data, dict):
        return None
    fit = {kind: len(data.keys() & schema(kind)["properties"].keys()) for kind in KINDS}
    most = max(fit.values())
    best = [kind for kind, keys in fit.items() if keys == most]
    return best[0] if most and len(best) == 1 else None


def lint_message(document: Jsonc, kind: str, root: Path, policies: Policies) -> Iterator[Finding]:
    """Yield the findings in a message: its JSON, its keys and values, secrets in it, and its assignments.

    ``policies`` load the policy of the project in ``root``; an invalid policy checks nothing.
    """
    try:
        json.loads(document.text)
    except json.JSONDecodeError as error:  # comments or trailing commas: Jsonc accepts them
        at = span_at(document.path, document.text, error.pos)
        raise Rejected(
            SYNTAX.at(at, "a program cannot read this: JSON has no comments and no trailing commas")
        ) from None
    yield from document.duplicates
    yield from credentials(document.path, document.text, store.folder("secrets", root))
    found = validate(document, kind)
    yield from found
    policy = policies.load(root).policy if kind == ASSIGNMENT and not found else None
    if policy is not None:
        yield from islice(_broken(document, policy), 1)  # the others mostly repeat the first


def _broken(document: Jsonc, policy: Policy) -> Iterator[Finding]:
    """Yield the never-break rules that an assignment, which names no phase, breaks in every phase of its agent."""
    name = folded(str(document.data.get("assigned_to", "")))
    agent = next((agent for agent in policy.agents.values() if name in _names(agent)), None)
    if agent is None:
        return
    own, written = policy.of(agent.name), document.data["model"]
    model = policy.models.get(written) or stand_in(policy.models, "", written)
    effort = document.data.get("effort")
    for rule in policy.never_break.values():
        states = [State(agent.name, phase) for phase in agent.phases or (None,)]
        if all(applies(rule, agent, state) and not allows(own, rule, state, model, effort) for state in states):
            yield _finding(document, agent, rule)


def _names(agent: Agent) -> set[str]:
    return {folded(name) for name in (agent.name, *agent.names.values())}


def _finding(document: Jsonc, agent: Agent, rule: NeverBreak) -> Finding:
    is_shipped = rule.name in team_rule.SHIPPED
    code, name = (team_rule.SHIPPED[rule.name], rule.name) if is_shipped else (team_rule.CODE, team_rule.ID)
    key = "effort" if isinstance(rule.requirement, AtLeastEffort) and "effort" in document.data else "model"
    message = f'"{agent.name}" is assigned to run on {key} "{document.data[key]}"'
    notes = (f'never-break rule "{rule.name}": {rule.why}',)
    return Finding(document.span((key,)), code, name, Severity.ERROR, message, f"write {allowed_by(rule)}", notes)
