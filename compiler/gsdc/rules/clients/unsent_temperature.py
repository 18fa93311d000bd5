"""A client's file gives an agent a temperature, and its model takes none.

## Why is this bad?
It does nothing: the client leaves it out, or the provider refuses it (measured on OpenCode 1.18: Claude Opus 4.7 and
later and GPT-5 and later take none). How hard the model thinks is said by an effort.

## Example (opencode.json)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5", "temperature": 0.2}}}

## Use instead (opencode.json)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5", "variant": "high"}}}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity, some
from gsdc.models.parameters import takes_temperature
from gsdc.rules.clients.api import ClientContext
from gsdc.targets.api import INHERIT, Statement
from gsdc.targets.declaration import Declaration

ID: Final = "unsent-temperature"
CODE: Final = "IF022"
SEVERITY: Final = Severity.NOTE


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one note for each file that gives such temperatures, at the first of them."""
    files: dict[str, dict[str, Statement]] = {}
    for target, statement in context.statements:
        if statement.claim.temperature is not None and not _takes(context, target, statement):
            files.setdefault(statement.at.path, {}).setdefault(statement.claim.agent, statement)
    for agents in files.values():
        first, *others = agents.values()
        claim = first.claim
        message = f'"{claim.model}" takes no temperature: {claim.temperature:g} of "{claim.agent}" is not sent'
        notes = (f"likewise {some([each.claim.agent for each in others])}",) if others else ()
        yield Finding(first.at, CODE, ID, SEVERITY, message, "remove it, or give an effort", notes)


def _takes(context: ClientContext, target: Declaration, statement: Statement) -> bool:
    """Tell whether the model of a statement takes a temperature, as one does of which nothing is known."""
    written = statement.claim.model
    if written is None or written == INHERIT:
        return True
    known = context.policy.models.get(written)
    return known.temperature if known else takes_temperature(context.recognise(target, written).identity)
