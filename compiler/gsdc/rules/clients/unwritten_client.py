"""A client has agents of the policy, and no target of gsdc.yaml writes its files.

## Why is this bad?
`gsdc apply` says that all is in place, and the agents still run on what the client's own files say.

## Example (.claude/agents/gsd-planner.md)
---
name: gsd-planner
description: Plans
model: opus
---
-- gsdc.yaml --
fleets: [gsd]
targets: {plans: true}

## Use instead (.claude/agents/gsd-planner.md)
---
name: gsd-planner
description: Plans
model: opus
---
-- gsdc.yaml --
fleets: [gsd]
targets: {plans: true, claude-code: true}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity, counted
from gsdc.rules.clients.api import ClientContext
from gsdc.source.span import Span
from gsdc.source.tree import PROJECT_FILE

ID: Final = "unwritten-client"
CODE: Final = "IF032"
SEVERITY: Final = Severity.NOTE


def check(context: ClientContext) -> Iterator[Finding]:
    """Yield one finding for each client that gsdc could write, where gsdc.yaml says which targets are in use."""
    if not context.project.configured or context.tree.root != context.project.tree.root:
        return  # a folder below: targets write into the folder of their gsdc.yaml
    in_use = context.project.targets()
    agents: dict[str, set[str]] = {}
    for known in context.known:
        if known.target.emit and known.target.name not in in_use and known.target.shown_by:
            agents.setdefault(known.target.name, set()).add(known.agent.name)
    for name, found in agents.items():
        message = f"{name}: {counted(len(found), 'agent')} {'is' if len(found) == 1 else 'are'} not written by gsdc"
        help_ = f"add the target: `{name}: true` under `targets`"
        yield Finding(Span(PROJECT_FILE, 0, 0), CODE, ID, SEVERITY, message, help_)
