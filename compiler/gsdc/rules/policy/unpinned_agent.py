"""An agent of gsdc.yaml is a security agent by its name or description, and its role is another one.

A role that a person gives counts, so this is a note. It is shown so that nobody loses a pin unseen: the role decides,
and only role security runs on opus in every state.

## Why is this bad?
Never-break rules know agents by role (seed 002, "Never Violate"). Work that a client still sends to a "security
reviewer" is then done by the model of the other role.

## Example (gsdc.yaml)
fleets: []
agents:
  security-reviewer: {role: review}

## Use instead (gsdc.yaml)
fleets: []
agents:
  security-reviewer: {role: security, criticality: critical}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.policy.security_agent import SECURITY, security_sign
from gsdc.rules.policy import disguised_agent
from gsdc.rules.policy.api import PolicyContext

ID: Final = "unpinned-agent"
CODE: Final = "ST030"
SEVERITY: Final = Severity.NOTE


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each such agent, unless it is an error already (NB013)."""
    found = [
        (agent, sign)
        for agent in context.policy.agents.values()
        if is_own(agent.ref) and agent.role != SECURITY and (sign := security_sign(agent.name, agent.description))
    ]
    told = {finding.span for finding in disguised_agent.check(context)} if found else set()
    for agent, sign in found:
        span = context.sources.origin(agent.ref.child("role"))
        if span not in told:
            role = agent.own_role or agent.role
            message = f'"{agent.name}" is a security agent by its {sign}, and role "{role}" does not pin it'
            help_ = "give it role security, or ignore this note where it does other work"
            yield Finding(span, CODE, ID, SEVERITY, message, help_)
