"""Never-break rules on the models that clients run agents on, whoever wrote the files.

A finding has the code of the rule that is broken. An agent that the policy does not have is taken for a security agent
where its name says so: nobody may have told gsdc of it yet, and it is the one that matters most.
"""

import re
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.installed.api import INHERIT, Statement
from gsdc.policy.breach import holds
from gsdc.policy.decide import applies
from gsdc.policy.model import Decision, NeverBreak, State
from gsdc.rules import (
    critical_downgrade,
    light_on_security,
    security_downgrade,
    team_rule,
    validation_below_standard,
)
from gsdc.rules.installed.api import Context, Known, says

_SHIPPED: Final = {
    rule.ID: rule.CODE
    for rule in (security_downgrade, light_on_security, validation_below_standard, critical_downgrade)
}
_SECURITY: Final = re.compile(
    r"(?:^|[\W_])(?:security|secops|appsec|pentest(?:er)?|vulnerabilit(?:y|ies)|threat)(?:$|[\W_])", re.IGNORECASE
)


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each statement that breaks a rule: the first of them, which the others mostly repeat."""
    for known in context.known:
        rule = broken(context, known)
        if rule is not None:
            by_table = known.client == "gsd" and bool(known.statement.how)
            yield _finding(context, known.statement, rule, Severity.ERROR, known.statement.how, by_table=by_table)
    pin = context.policy.never_break.get(security_downgrade.ID)
    for _, statement in context.strangers:
        model = statement.claim.model
        if pin and model not in (None, INHERIT, pin.require.get("model")) and _SECURITY.search(statement.claim.agent):
            how = "it is a security agent by its name: if it is none, give it a role under `agents` in gsdc.yaml"
            yield _finding(context, statement, pin, Severity.WARNING, how)


def broken(context: Context, known: Known) -> NeverBreak | None:
    """Return the first rule that a statement breaks, None where it breaks none."""
    return next(_broken(context, known), None)


def _broken(context: Context, known: Known) -> Iterator[NeverBreak]:
    policy, claim = context.policy, known.statement.claim
    if claim.model is None or claim.model == INHERIT:
        return
    for phase in known.phases:
        state = State(known.agent.name, phase, claim.zone or "green")
        for rule in policy.never_break.values():
            if not applies(rule, known.agent, state):
                continue
            if claim.model in policy.models:
                if not holds(policy, rule, state, Decision(claim.model, None, "", ())):
                    yield rule
            elif "model" in rule.require:  # whatever it is, it is not the one
                yield rule


def _finding(
    context: Context, statement: Statement, rule: NeverBreak, severity: Severity, how: str, *, by_table: bool = False
) -> Finding:
    wanted = {
        "model": 'write "{}"', "min": "write a model of tier {} or above", "provider": 'write a model of "{}"',
    }  # fmt: skip
    kind, value = next(iter(rule.require.items()))
    help_ = wanted.get(kind, "write what the policy decides: see `gsdc explain`").format(value)
    if by_table and kind == "model":
        help_ = f'add "model_overrides": {{"{statement.claim.agent}": "{value}"}}'
    code = _SHIPPED.get(rule.name, team_rule.CODE)
    name = rule.name if rule.name in _SHIPPED else team_rule.ID
    notes = (
        *([how] if how else []),
        f'never-break rule "{rule.name}" ({context.project.sources.origin(rule.ref, key=True)}): {rule.why}',
    )
    return Finding(statement.at, code, name, severity, says(statement), help_, notes)
