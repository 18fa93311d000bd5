"""A light-tier model may do security-critical work.

## Why is this bad?
Auth, JWT, encryption, row level security, secrets and validation of input are where a light model is most expensive
(seed 004, "Security-First Guardrails"). Models count by their rank in the catalog, not by their name.

## Example (profile)
extends: balanced
classes:
  security: {min: light}

## Use instead (profile)
extends: balanced
classes:
  security: {min: standard}
"""

import sys
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy.api import PolicyContext

ID: Final = "light-on-security"
CODE: Final = "NB002"
SEVERITY: Final = Severity.ERROR


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each place that lets it happen."""
    yield from context.never_break(sys.modules[__name__], (ID,), "raise the entry to the standard tier, or remove it")
