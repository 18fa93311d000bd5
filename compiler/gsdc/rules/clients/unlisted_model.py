"""A client's file names a model that the catalog does not have.

## Why is this bad?
Floors go by ranks, and what has no rank holds none; a misspelt id fails at its first request, hours later (measured on
OpenCode 1.18: an unknown model passes every check before).

## Example (opencode.json)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opsu-4-6"}}}

## Use instead (opencode.json)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.models.identity import Identity
from gsdc.models.words import identify_for, meaning
from gsdc.policy.recognition import Age, Recognition
from gsdc.rules.clients.api import ClientContext
from gsdc.targets.api import INHERIT, Statement
from gsdc.targets.declaration import Declaration

if TYPE_CHECKING:
    from gsdc.source.span import Span

ID: Final = "unlisted-model"
CODE: Final = "IF002"
SEVERITY: Final = Severity.WARNING
_MOST: Final = 100  # findings with the name that is nearly meant: each takes a comparison with every id


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each place that names such a model: a note where the policy has no such agent."""
    told: set[Span] = set()
    mentions = [(SEVERITY, known.target, known.statement) for known in (*context.known, *context.invoked)]
    others = (*context.strangers, *context.strangers_invoked)
    mentions += [(Severity.NOTE, target, statement) for target, statement in others]
    for severity, target, statement in mentions:
        model = statement.claim.model
        if model is None or model == INHERIT or statement.at in told:
            continue
        found = context.recognise(target, model)
        if found.model is None:
            told.add(statement.at)
            yield _unlisted(context, statement, found.identity, severity, suggests=len(told) <= _MOST)
        elif (meant := _meant(context, target, model, found)) is not None:
            told.add(statement.at)
            message = f'"{statement.claim.agent}" runs on "{model}": the id of that model is "{meant}"'
            yield Finding(statement.at, CODE, ID, severity, message, f'did you mean "{meant}"?')


def _meant(context: ClientContext, target: Declaration, model: str, found: Recognition) -> str | None:
    """Return the catalog's id of the same release on the same host, None where ``model`` is it or means another.

    One host has one spelling of an id: it refuses claude-opus-5.5 where it knows claude-opus-5-5.
    """
    if found.model is None or found.age is not Age.SAME or model in context.policy.models:
        return None
    known = found.model.id_in(target.ids) or ""
    if meaning(target.ids, known) is not None:  # a word of the client's, for which any full id may stand
        return None
    theirs, ours = identify_for(target.ids, known), found.identity
    same = (ours.host, ours.free, ours.variants, ours.effort) == (theirs.host, False, (), "")
    return known if known and ours.host and same and not ours.date and not ours.context else None


def _unlisted(
    context: ClientContext, statement: Statement, identity: Identity, severity: Severity, *, suggests: bool
) -> Finding:
    from gsdc.policy.unknown_model import how_to_confirm, known_ids, what_is_told
    from gsdc.targets.model_names import suggestion

    model = str(statement.claim.model)
    is_asked = suggests and not identity.line
    ours = (id_ for known in context.policy.models.values() for id_ in known.ids.values())
    ids = list(dict.fromkeys(known_ids(ours))) if is_asked else []
    message = f'"{statement.claim.agent}" runs on "{model}", which the catalog does not have'
    help_ = suggestion(model, ids, 0.85) + how_to_confirm(model)
    return Finding(statement.at, CODE, ID, severity, message, help_, (what_is_told(identity),))
