"""A client has agents that are in no fleet and not in gsdc.yaml.

## Why is this bad?
The policy says nothing of them: no never-break rule holds, no budget zone changes their model, and nobody sees it.

## Example (.claude/agents/changelog-keeper.md)
---
name: changelog-keeper
description: Keeps the changelog
model: haiku
---
-- gsdc.yaml --
fleets: [gsd]

## Use instead (.claude/agents/changelog-keeper.md)
---
name: changelog-keeper
description: Keeps the changelog
model: haiku
---
-- gsdc.yaml --
fleets: [gsd]
agents:
  changelog-keeper: {role: docs, description: Keeps the changelog}
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity, counted, some
from gsdc.rules.clients.api import ClientContext

if TYPE_CHECKING:
    from gsdc.source.span import Span

ID: Final = "ungoverned-agent"
CODE: Final = "IN014"
SEVERITY: Final = Severity.NOTE


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each client, at the first such agent, where there is a gsdc.yaml."""
    if not context.project.configured:
        return
    found: dict[str, dict[str, Span]] = {}
    for target, statement in context.strangers:
        if not target.knows_its_agents:  # else the name has no effect, which is a finding of its own
            found.setdefault(target.label, {}).setdefault(statement.claim.agent, statement.at)
    for label, agents in found.items():
        verb = "is" if len(agents) == 1 else "are"
        message = f"{counted(len(agents), 'agent')} of {label} {verb} not in the policy: {some(list(agents))}"
        at = next(iter(agents.values()))
        yield Finding(at, CODE, ID, SEVERITY, message, "`gsdc init --from .` adds what is new to gsdc.yaml")
