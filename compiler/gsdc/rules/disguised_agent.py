"""An agent of the project's own bears the name of a shipped one, and is trusted with less.

## Why is this bad?
Never-break rules know agents by role and criticality (seed 002, "Never Violate"): a security auditor that is declared
to write documentation is pinned to nothing, while every client still calls it for security.

## Example (gsdc.yaml)
fleets: []
agents:
  gsd-security-auditor: {role: docs}

## Use instead (gsdc.yaml)
fleets: []
agents:
  gsd-security-auditor: {role: security, criticality: critical}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.policy.sources import shipped_names
from gsdc.rules.api import Context

ID: Final = "disguised-agent"
CODE: Final = "NB013"
SEVERITY: Final = Severity.ERROR


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each such agent whose shipped role is security, or whose criticality is higher there."""
    own = {agent.name: agent for agent in context.policy.agents.values() if is_own(agent.ref)}
    if not own:
        return
    for fleet in shipped_names("fleets"):
        for name, shipped in context.sources.shipped(f"fleets/{fleet}.yaml", "fleet").data["agents"].items():
            agent = own.get(name)
            if agent is None:
                continue
            least = shipped.get("criticality", "normal")
            help_ = "give the agent a name of its own, or what the shipped one has"
            if shipped["role"] == "security" != agent.role:
                at = context.sources.origin(agent.ref.child("role"))
                message = f'"{name}" has role "{agent.role}" here, and role "security" in fleet "{fleet}"'
                yield Finding(at, CODE, ID, SEVERITY, message, help_)
            elif least == "critical" != agent.criticality:
                at = context.sources.origin(agent.ref.child("criticality"))
                message = f'"{name}" is of criticality "{agent.criticality}" here, and "critical" in fleet "{fleet}"'
                yield Finding(at, CODE, ID, SEVERITY, message, help_)
