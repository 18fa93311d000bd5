"""Never-break rules on the models that clients run agents on, whoever wrote the files.

A finding has the code of the rule that is broken. A model is judged by what it is (``gsdc.policy.recognition``): on any
host, a newer release of a line does what the line may do, and what is unknown is too weak for every floor. What is only
too old is for ``older_model`` to say. Of agents that the policy does not have, those that seem to be security agents
are judged as such.
"""

from collections.abc import Iterator

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import allows
from gsdc.policy.constraints import applies, permits, permits_host
from gsdc.policy.model import State
from gsdc.policy.never_break import allowed_by
from gsdc.policy.recognition import Age, compare
from gsdc.policy.requirement import NeverBreak, main_of
from gsdc.rules.clients.api import ClientContext, KnownStatement, says
from gsdc.rules.clients.remedies import Remedy, remedy_for
from gsdc.rules.clients.security_agent import suspicion
from gsdc.rules.policy import security_downgrade, team_rule
from gsdc.targets.api import INHERIT, Statement
from gsdc.targets.declaration import Declaration


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each statement that breaks a rule: the first of them, which the others mostly repeat."""
    for known in (*context.known, *context.invoked):
        rule = broken(context, known)
        if rule is not None and not is_only_old(context, known.target, known.statement, rule):
            yield _finding(context, known.target, known.statement, rule, Severity.ERROR, known.statement.how)
    pin = context.policy.never_break.get(security_downgrade.ID)
    for target, statement in (*context.strangers, *context.strangers_invoked):
        model = statement.claim.model
        if pin is None or model in (None, INHERIT) or permits(pin, context.stand_in(target, str(model))):
            continue
        found = suspicion(context, target.client, statement.claim.agent)
        if found and not is_only_old(context, target, statement, pin):
            yield _finding(context, target, statement, pin, found.severity, found.why)


def broken(context: ClientContext, known: KnownStatement) -> NeverBreak | None:
    """Return the first rule that a statement breaks, None where it breaks none."""
    return next(_broken(context, known), None)


def is_only_old(context: ClientContext, target: Declaration, statement: Statement, rule: NeverBreak) -> bool:
    """Tell whether all that is wrong with a model is that a newer release of its line is required."""
    found = context.recognise(target, str(statement.claim.model))
    return rule.pin is not None and compare(found.identity, rule.pin) is Age.OLDER


def _broken(context: ClientContext, known: KnownStatement) -> Iterator[NeverBreak]:
    policy, claim = context.policy.of(known.agent.name), known.statement.claim
    if claim.model is None or claim.model == INHERIT:
        return
    model = context.stand_in(known.target, claim.model)
    for phase in known.phases:
        state = State(known.agent.name, phase, claim.zone or "green")
        for rule in policy.never_break.values():
            if applies(rule, known.agent, state) and not allows(policy, rule, state, model, claim.effort):
                yield rule


def _finding(
    context: ClientContext, target: Declaration, statement: Statement, rule: NeverBreak, severity: Severity, how: str
) -> Finding:
    kind, value = main_of(rule.require)
    if kind == "model" and permits_host(rule, context.stand_in(target, str(statement.claim.model))):
        remedy = remedy_for(context, target, statement, str(value))
    else:
        named = kind in ("model", "min", "provider", "hosts") or (kind == "min-effort" and statement.claim.effort)
        remedy = Remedy(f"write {allowed_by(rule)}" if named else "write what the policy decides: see `gsdc explain`")
    code = team_rule.SHIPPED.get(rule.name, team_rule.CODE)
    name = rule.name if rule.name in team_rule.SHIPPED else team_rule.ID
    notes = (
        *([how] if how else []),
        *_told(context, target, statement),
        *_served(context, target, statement, rule),
        f'never-break rule "{rule.name}" ({context.project.sources.origin(rule.ref, key=True)}): {rule.why}',
    )
    if kind == "min-effort" and statement.effort_at is not None:
        message = f"{says(statement)} at effort {statement.claim.effort}"
        return remedy.on(Finding(statement.effort_at, code, name, severity, message, notes=notes))
    return remedy.on(Finding(statement.at, code, name, severity, says(statement), notes=notes))


def _served(context: ClientContext, target: Declaration, statement: Statement, rule: NeverBreak) -> Iterator[str]:
    """Yield who serves a model that the rule allows on other hosts only."""
    model = context.stand_in(target, str(statement.claim.model))
    if not permits_host(rule, model):
        yield f'"{model.provider}" serves it, and the rule asks for {" or ".join(rule.hosts)}'


def _told(context: ClientContext, target: Declaration, statement: Statement) -> Iterator[str]:
    """Yield what is known of a model that no alias of the catalog names."""
    model = str(statement.claim.model)
    found = context.recognise(target, model)
    if model in context.policy.models:
        return
    if found.identity.line:
        yield f"it is {found.identity.release}{'' if found.counts else ', of which the catalog has no rank'}"
    else:
        yield f"it cannot be identified ({found.identity.why}): it counts as too weak"
