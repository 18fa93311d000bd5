"""A client's file names a model that the catalog does not have.

## Why is this bad?
Floors go by ranks, and what has no rank holds none; a misspelt id fails at its first request, hours later (measured on
OpenCode 1.18: an unknown model passes every check before).

## Example (opencode.json)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opsu-4-6"}}}

## Use instead (opencode.json)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-4-6"}}}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.models.identity import Identity
from gsdc.rules.clients.api import Context
from gsdc.targets.view_api import INHERIT, Statement

ID: Final = "unlisted-model"
CODE: Final = "IF002"
SEVERITY: Final = Severity.WARNING
_MOST: Final = 1000  # findings with the name that is nearly meant: each takes a comparison with every id


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each place that names such a model: a note where the policy has no such agent."""
    told = set()
    mentions = [(SEVERITY, known.client, known.statement) for known in context.known]
    mentions += [(Severity.NOTE, client, statement) for client, statement in context.strangers]
    for severity, client, statement in mentions:
        model = statement.claim.model
        if model in (None, INHERIT) or statement.at in told or context.recognise(client, str(model)).model is not None:
            continue
        told.add(statement.at)
        identity = context.recognise(client, str(model)).identity
        yield _finding(context, statement, identity, severity, suggests=len(told) <= _MOST and not identity.line)


def _finding(
    context: Context, statement: Statement, identity: Identity, severity: Severity, *, suggests: bool
) -> Finding:
    from gsdc.targets.model_names import suggestion

    model = str(statement.claim.model)
    ids = [id_ for known in context.policy.models.values() for id_ in known.ids.values()] if suggests else []
    help_ = suggestion(model, ids, 0.85) + "a model that does exist is described under `models` in gsdc.yaml"
    message = f'"{statement.claim.agent}" runs on "{model}", which the catalog does not have'
    return Finding(statement.at, CODE, ID, severity, message, help_, tuple(_told(identity)))


def _told(identity: Identity) -> Iterator[str]:
    """Yield what can be told of a model that the catalog does not have."""
    if identity.line:
        yield f"it is {identity.release}: without a rank it counts as light"
    elif identity.guess:
        yield f"it may be {identity.guess}, but {identity.why}: it counts as light"
    else:
        yield f"what it is cannot be told: {identity.why}"
