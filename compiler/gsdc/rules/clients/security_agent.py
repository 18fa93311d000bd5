"""Security agents that the policy does not have: of shipped fleets that are not in use, or by name or description.

Nobody may have told gsdc of them yet, and they are the ones that matter most.
"""

from typing import NamedTuple

from gsdc.finding import Severity
from gsdc.policy.security_agent import SECURITY, security_sign
from gsdc.rules.clients.api import ClientContext


class Suspicion(NamedTuple):
    """How it is known that an agent is a security agent, and how much that weighs."""

    why: str
    severity: Severity


def suspicion(context: ClientContext, client: str, name: str) -> Suspicion | None:
    """Return why the agent that ``client`` calls ``name`` is a security agent, None where it seems to be none."""
    for fleet, agent, names in context.shipped_security:
        if name == names.get(client, agent):
            return Suspicion(f'a security agent of fleet "{fleet}", which is not in use here', Severity.ERROR)
    # A command that names no agent stands under "/name": a role is given to the name.
    bare = name.removeprefix("/")
    known = context.policy.agents.get(bare)
    sign = security_sign(name, context.description(client, name)) if known is None or known.role == SECURITY else ""
    if sign:
        is_command = bare != name
        what = "security work" if is_command else "a security agent"
        which = f'"{bare}"' if is_command else "it"
        why = f"it is {what} by its {sign}: if it is none, give {which} a role under `agents` in gsdc.yaml"
        return Suspicion(why, Severity.WARNING)
    return None
