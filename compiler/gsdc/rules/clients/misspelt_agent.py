"""A client's file sets an agent whose name is nearly that of one of the policy's.

## Why is this bad?
A client answers an unknown agent with its default one, without an error (measured on OpenCode 1.18: "Falling back to
default agent", exit code 0): the model that stands here never runs.

## Fix (unsafe)
Renames the agent where its name is a key.

## Example (opencode.json)
{"agent": {"gsd-planer": {"model": "anthropic/claude-opus-5-5"}}}

## Use instead (opencode.json)
{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-5-5"}}}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Fix, Severity
from gsdc.rules.clients.api import ClientContext
from gsdc.targets.api import Statement
from gsdc.targets.fixes import rename
from gsdc.targets.model_names import near

ID: Final = "misspelt-agent"
CODE: Final = "IF004"
SEVERITY: Final = Severity.WARNING

# A slip of the pen; a whole word more or less is another name.
_FEW: Final = 2
_MOST: Final = 1000  # names are looked at: each takes a comparison with every agent


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each such agent, where the one that it nearly is has no entry of its own."""
    told: set[tuple[str, str]] = set()
    stated = {(known.target.client, known.statement.claim.agent) for known in context.known}
    for target, statement in context.strangers:
        client, name = target.client, statement.claim.agent
        if (client, name) in told or target.knows_its_agents:  # the view of such a client says so
            continue
        if len(told) == _MOST:
            return
        told.add((client, name))
        names = (agent.name_in(client) for agent in context.policy.agents.values())
        missing = [other for other in names if (client, other) not in stated and abs(len(other) - len(name)) <= _FEW]
        meant = near(name, missing, 0.85)
        if meant is not None:
            message = f'no agent is named "{name}"'
            help_ = f'name it "{meant}", or add the agent to a fleet'
            yield Finding(statement.at, CODE, ID, SEVERITY, message, help_, fix=_fix(context, statement, meant))


def _fix(context: ClientContext, statement: Statement, name: str) -> Fix | None:
    """Return the edit that renames the agent, None where its name is no key of the file of the finding."""
    place = statement.writable
    if place is None or place.path != statement.at.path or statement.claim.agent not in place.key:
        return None
    above = place.key[: place.key.index(statement.claim.agent) + 1]
    return rename(context.document(place.path), above, name)
