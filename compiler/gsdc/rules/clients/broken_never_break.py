"""Never-break rules on the models that clients run agents on, whoever wrote the files.

A finding has the code of the rule that is broken. Of agents that the policy does not have, those that seem to be
security agents are judged as such.
"""

from collections.abc import Iterator

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import holds
from gsdc.policy.decide import applies
from gsdc.policy.model import Decision, NeverBreak, State
from gsdc.policy.never_break import allowed_by
from gsdc.rules.clients.api import Context, Known, remedy_for, says
from gsdc.rules.clients.security_agent import suspicion
from gsdc.rules.policy import security_downgrade, team_rule
from gsdc.targets.api import INHERIT, Statement
from gsdc.targets.declaration import Declaration


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each statement that breaks a rule: the first of them, which the others mostly repeat."""
    for known in (*context.known, *context.invoked):
        rule = broken(context, known)
        if rule is not None:
            yield _finding(context, known.target, known.statement, rule, Severity.ERROR, known.statement.how)
    pin = context.policy.never_break.get(security_downgrade.ID)
    for target, statement in (*context.strangers, *context.strangers_invoked):
        model = statement.claim.model
        if pin and model not in (None, INHERIT, pin.require.get("model")):
            found = suspicion(context, target.client, statement.claim.agent)
            if found:
                yield _finding(context, target, statement, pin, found.severity, found.why)


def broken(context: Context, known: Known) -> NeverBreak | None:
    """Return the first rule that a statement breaks, None where it breaks none."""
    return next(_broken(context, known), None)


def _broken(context: Context, known: Known) -> Iterator[NeverBreak]:
    policy, claim = context.policy.of(known.agent.name), known.statement.claim
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
    context: Context, target: Declaration, statement: Statement, rule: NeverBreak, severity: Severity, how: str
) -> Finding:
    kind, value = next(iter(rule.require.items()))
    if kind == "model":
        help_ = remedy_for(context.policy, target, statement, str(value))
    else:
        named = kind in ("min", "provider")
        help_ = f"write {allowed_by(rule)}" if named else "write what the policy decides: see `gsdc explain`"
    code = team_rule.SHIPPED.get(rule.name, team_rule.CODE)
    name = rule.name if rule.name in team_rule.SHIPPED else team_rule.ID
    notes = (
        *([how] if how else []),
        f'never-break rule "{rule.name}" ({context.project.sources.origin(rule.ref, key=True)}): {rule.why}',
    )
    return Finding(statement.at, code, name, severity, says(statement), help_, notes)
