"""An agent of the policy has no model of its own, and runs on that of whoever calls it.

## Why is this bad?
What it runs on is decided by a conversation, not by the policy: a security agent that is called from a light session
runs light (OpenCode 1.18: a sub-agent without a model inherits its caller's; Claude Code: `model` defaults to inherit).

## Fix (safe)
Writes the model of the policy where the client looks first, where that is one key of the same file.

## Example (opencode.json)
{"agent": {"gsd-planner": {"mode": "subagent", "description": "Plans"}}}

## Use instead (opencode.json)
{"agent": {"gsd-planner": {"mode": "subagent", "description": "Plans", "model": "anthropic/claude-opus-5-5"}}}
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.policy.constraints import applies
from gsdc.policy.model import State
from gsdc.rules.clients.api import ClientContext, KnownStatement, likewise, says
from gsdc.rules.clients.remedies import remedy_for
from gsdc.rules.clients.security_agent import suspicion
from gsdc.rules.policy import security_downgrade
from gsdc.targets.api import INHERIT

if TYPE_CHECKING:
    from gsdc.source.span import Span

ID: Final = "inherited-model"
CODE: Final = "IF001"
SEVERITY: Final = Severity.WARNING


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each place that leaves agents so; a note where no never-break rule is about them.

    What get-shit-done starts gets its model with the call: its own answer counts, not the agent's file.
    """
    called = {known.agent.name for known in context.known if known.target.passes_model_with_call}
    if any(target.passes_model_with_call and view.unread for target, view in context.readings):
        called = set(context.policy.agents)  # whom it starts, and on what, is not known
    places: dict[tuple[Span, bool], list[KnownStatement]] = {}
    for known in context.known:
        if known.statement.claim.model == INHERIT and (
            known.target.passes_model_with_call or known.agent.name not in called
        ):
            places.setdefault((known.statement.at, _guarded(context, known)), []).append(known)
    for (at, guarded), (known, *others) in places.items():
        answers = {answer.model for answer in context.answers(known).get(context.zone or "green", ()) if answer.model}
        wants = " or ".join(f'"{alias}"' for alias in sorted(answers)) or "its own model"
        message = f"{says(known.statement)}: the policy wants {wants}"
        notes = (*filter(None, [known.statement.how]), *likewise(others))
        severity = SEVERITY if guarded else Severity.NOTE
        remedy = remedy_for(context, known.target, known.statement, min(answers, default="its own model"))
        yield remedy.on(Finding(at, CODE, ID, severity, message, notes=notes))
    yield from _strangers(context)


def _strangers(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each security agent that the policy does not have, and that inherits."""
    pin = context.policy.never_break.get(security_downgrade.ID)
    for target, statement in context.strangers:
        found = suspicion(context, target.client, statement.claim.agent) if statement.claim.model == INHERIT else None
        if found and pin:
            remedy = remedy_for(context, target, statement, str(pin.require.get("model", "")))
            yield remedy.on(Finding(statement.at, CODE, ID, SEVERITY, says(statement), notes=(found.why,)))


def _guarded(context: ClientContext, known: KnownStatement) -> bool:
    """Tell whether a never-break rule demands something of the agent's model, whatever it works on."""
    states = [State(known.agent.name, phase) for phase in known.phases]
    rules = context.policy.of(known.agent.name).never_break.values()
    return any(applies(rule, known.agent, state) for rule in rules for state in states)
