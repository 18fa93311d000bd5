"""A security agent may think less hard than the policy requires.

## Why is this bad?
A strong model with a low effort finds little: for threat analysis the effort counts as the model does (seed
002, "Never Violate"). A model that takes no such effort cannot do the work either. A profile may require more.

## Example (profile)
extends: balanced
roles:
  security: {model: opus, effort: low}

## Use instead (profile)
extends: balanced
roles:
  security: {model: opus, effort: max}
"""

import sys
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy.api import PolicyContext

ID: Final = "low-effort-on-security"
CODE: Final = "NB020"
SEVERITY: Final = Severity.ERROR


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each place that lets it happen."""
    yield from context.never_break(sys.modules[__name__], (ID,), "raise the effort, or remove it from the entry")
