"""An agent of the project's own bears the name of a shipped one, here or in a client, and is trusted with less.

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
from gsdc.rules.policy.api import Context

ID: Final = "disguised-agent"
CODE: Final = "NB013"
SEVERITY: Final = Severity.ERROR


def check(context: Context) -> Iterator[Finding]:
    """Yield one finding for each such agent whose shipped role is security, or whose criticality is higher there."""
    own = {
        name.casefold(): agent
        for agent in context.policy.agents.values()
        if is_own(agent.ref)
        for name in (agent.name, *agent.names.values())
    }
    if not own:
        return
    for fleet in shipped_names("fleets"):
        for name, shipped in context.sources.shipped(f"fleets/{fleet}.yaml", "fleet").data["agents"].items():
            agent = own.get(name.casefold())
            if agent is None:
                continue
            least = shipped.get("criticality", "normal")
            help_ = "give the agent a name of its own, or what the shipped one has"
            if shipped["role"] == "security" != agent.role:
                at = context.sources.origin(agent.ref.child("role"))
                message = (
                    f'"{agent.name}" has role "{agent.role}" here, and "{name}" role "security" in fleet "{fleet}"'
                )
                yield Finding(at, CODE, ID, SEVERITY, message, help_)
            elif least == "critical" != agent.criticality:
                at = context.sources.origin(agent.ref.child("criticality"))
                message = f'"{agent.name}" is not critical here, and "{name}" is in fleet "{fleet}"'
                yield Finding(at, CODE, ID, SEVERITY, message, help_)
