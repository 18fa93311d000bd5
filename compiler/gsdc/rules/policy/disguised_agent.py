"""An agent or role of the project's own has the name of one that is known elsewhere, and is trusted with less.

Known are the agents of shipped fleets, and those of the policies in the folders above the project; the name may be that
in a client. A role of the project's own is disguised where its name is that of security work, or of a shipped role, and
it behaves like another role.

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

## Example (gsdc.yaml)
fleets: []
roles:
  pentest: {like: docs}
agents:
  prober: {role: pentest}

## Use instead (gsdc.yaml)
fleets: []
roles:
  pentest: {like: security}
agents:
  prober: {role: pentest}
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.policy.model import Agent
from gsdc.policy.security_agent import SECURITY, fold, security_sign
from gsdc.policy.sources import shipped_names
from gsdc.policy.validate import shipped_roles
from gsdc.rules.policy.api import PolicyContext

ID: Final = "disguised-agent"
CODE: Final = "NB013"
SEVERITY: Final = Severity.ERROR


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each such agent: known are those of shipped fleets and of the policies above the project.

    It is trusted with less where its role is another than security there, or its criticality lower.
    """
    agents = context.policy.agents.values()
    own = _by_name(agent for agent in agents if is_own(agent.ref))
    seen = set()
    for known in (*(_shipped(context) if own else ()), *_above(context)):
        agent = next((own[name] for name in known.names if name in own), None)
        problem = _problem(agent, known) if agent else None
        if agent is None or problem is None or (agent.name, problem[0]) in seen:
            continue
        seen.add((agent.name, problem[0]))
        key, message = problem
        help_ = "rename the agent, or give it the same role and criticality as the other one"
        yield Finding(context.sources.origin(agent.ref.child(key)), CODE, ID, SEVERITY, message, help_)
    yield from _disguised_roles(context)


def _disguised_roles(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each role of the project's own whose name says another role than it behaves like."""
    shipped = shipped_roles()
    seen = set()
    for agent in context.policy.agents.values():
        meant = SECURITY if security_sign(agent.own_role) else fold(agent.own_role)
        if agent.own_role in seen or meant not in shipped or meant == agent.role:
            continue
        seen.add(agent.own_role)
        message = f'role "{agent.own_role}" of "{agent.name}" is "{meant}" by its name, and behaves like "{agent.role}"'
        help_ = f"write like: {meant}, or give the role another name"
        yield Finding(context.sources.origin(agent.ref.child("role")), CODE, ID, SEVERITY, message, help_)


class _Known(NamedTuple):
    """An agent that is known elsewhere: its names in small letters, and where that is, in words."""

    name: str
    names: tuple[str, ...]
    role: str
    criticality: str
    where: str


def _shipped(context: PolicyContext) -> Iterator[_Known]:
    for fleet in shipped_names("fleets"):
        for name, agent in context.sources.shipped(f"fleets/{fleet}.yaml", "fleet").data["agents"].items():
            where = f'in fleet "{fleet}"'
            yield _Known(name, (name.casefold(),), agent["role"], agent.get("criticality", "normal"), where)


def _above(context: PolicyContext) -> Iterator[_Known]:
    for folder, loaded in context.above:
        for agent in loaded.policy.agents.values() if loaded.policy else ():
            names = tuple(_by_name((agent,)))
            where = f"in the policy of {folder.as_posix()}"
            yield _Known(agent.name, names, agent.role, agent.criticality, where)


def _by_name(agents: Iterable[Agent]) -> dict[str, Agent]:
    return {name.casefold(): agent for agent in agents for name in (agent.name, *agent.names.values())}


def _problem(agent: Agent, known: _Known) -> tuple[str, str] | None:
    """Return the key of ``agent`` that says less than what is ``known``, and a message; None where it says as much."""
    if known.role == "security" != agent.role:
        return "role", f'"{agent.name}" has role "{agent.role}" here, and "{known.name}" role "security" {known.where}'
    if known.criticality == "critical" != agent.criticality:
        return "criticality", f'"{agent.name}" is not critical here, and "{known.name}" is {known.where}'
    return None
