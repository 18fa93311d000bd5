"""A client's file names an older release of a model than the policy asks for.

## Why is this bad?
A rule that names a line, such as opus, means the release that the catalog names for it, or a newer one: that is what it
was judged by. Prices, context and abilities differ from release to release (design, identity).

## Fix (safe)
Writes the release of the catalog.

## Example (opencode.json, gsdc lint)
{"agent": {"gsd-security-auditor": {"model": "anthropic/claude-opus-4-1"}}}
-- gsdc.yaml --
fleets: [gsd]

## Use instead (opencode.json, gsdc lint)
{"agent": {"gsd-security-auditor": {"model": "anthropic/claude-opus-5-5"}}}
-- gsdc.yaml --
fleets: [gsd]
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.model import Model
from gsdc.policy.recognition import Age, asked_for, compare
from gsdc.policy.requirement import NeverBreak
from gsdc.rules.clients.api import ClientContext, KnownStatement
from gsdc.rules.clients.broken_never_break import broken, is_only_old
from gsdc.rules.clients.drifted_model import wanted_of
from gsdc.rules.clients.remedies import remedy_for
from gsdc.rules.clients.security_agent import suspicion
from gsdc.rules.policy import security_downgrade
from gsdc.targets.api import INHERIT, Statement
from gsdc.targets.declaration import Declaration

ID: Final = "older-model"
CODE: Final = "IF006"
SEVERITY: Final = Severity.WARNING


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each such statement: an error where a never-break rule asks for more."""
    for known in (*context.known, *context.invoked):
        model = _older(context, known.target, known.statement)
        if model is None:
            continue
        rule = broken(context, known)
        if rule is not None and is_only_old(context, known.target, known.statement, rule):
            yield _finding(context, (known.target, known.statement), model, Severity.ERROR, rule)
        elif rule is None and _is_wanted(context, known, model):
            yield _finding(context, (known.target, known.statement), model, SEVERITY)
    pin = context.policy.never_break.get(security_downgrade.ID)
    for target, statement in (*context.strangers, *context.strangers_invoked):
        model = _older(context, target, statement)
        if pin is None or model is None or not is_only_old(context, target, statement, pin):
            continue
        found = suspicion(context, target.client, statement.claim.agent)
        if found is not None:
            yield _finding(context, (target, statement), model, found.severity, pin, found.why)


def _older(context: ClientContext, target: Declaration, statement: Statement) -> Model | None:
    """Return the model of which a statement names an older release than rules ask for, None where it does not."""
    written = statement.claim.model
    if written is None or written == INHERIT:
        return None
    found = context.recognise(target, written)
    return found.model if found.model and compare(found.identity, found.model.pin) is Age.OLDER else None


def _is_wanted(context: ClientContext, known: KnownStatement, model: Model) -> bool:
    return context.project.configured and model.alias in wanted_of(context, known)


def _finding(
    context: ClientContext,
    stated: tuple[Declaration, Statement],
    model: Model,
    severity: Severity,
    rule: NeverBreak | None = None,
    how: str = "",
) -> Finding:
    target, statement = stated
    claim = statement.claim
    release = context.recognise(target, str(claim.model)).identity.release
    named = (rule and rule.pin) or model.pin
    message = f'"{claim.agent}" runs on {release} ("{claim.model}"), older than the policy requires: {asked_for(named)}'
    notes = [note for note in (statement.how, how) if note]
    if rule is not None:
        place = context.project.sources.origin(rule.ref, key=True)
        notes.append(f'never-break rule "{rule.name}" ({place}): {rule.why}')
    remedy = remedy_for(context, target, statement, model.alias)
    return remedy.on(Finding(statement.at, CODE, ID, severity, message, notes=tuple(notes)))
