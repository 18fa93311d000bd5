"""Security agents that the policy does not have: those of shipped fleets that are not in use, and those so named.

Nobody may have told gsdc of them yet, and they are the ones that matter most.
"""

import re
from typing import Final, NamedTuple

from gsdc.finding import Severity
from gsdc.rules.clients.api import Context

_WORDS: Final = re.compile(
    r"(?:^|[\W_])(?:security|secops|appsec|pentest(?:er)?|penetration|vulns?|vulnerabilit(?:y|ies)|threats?)(?:$|[\W_])",
    re.IGNORECASE,
)
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Suspicion(NamedTuple):
    """How it is known that an agent is a security agent, and how much that weighs."""

    why: str
    severity: Severity


def suspicion(context: Context, client: str, name: str) -> Suspicion | None:
    """Return why the agent that ``client`` calls ``name`` is a security agent, None where it seems to be none."""
    for fleet, agent, names in context.shipped_security:
        if name == names.get(client, agent):
            return Suspicion(f'a security agent of fleet "{fleet}", which is not in use here', Severity.ERROR)
    if _WORDS.search(_HUMP.sub("-", name)):
        why = "it is a security agent by its name: if it is none, give it a role under `agents` in gsdc.yaml"
        return Suspicion(why, Severity.WARNING)
    return None
