"""A security agent may run on a model other than its pin.

## Why is this bad?
Threat analysis is not negotiable: the cost of a compromise is far above the cost of opus (seed 002, "Never Violate";
seed 004, "Security-First Guardrails"). No failover hop, zone, override or budget changes that; the work is deferred
instead.

## Example (profile)
extends: balanced
roles:
  security: sonnet

## Use instead (profile)
extends: balanced
roles:
  security: opus
"""

import sys
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy.api import PolicyContext

ID: Final = "security-downgrade"
CODE: Final = "NB001"
SEVERITY: Final = Severity.ERROR


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each place that lets it happen."""
    yield from context.never_break(
        sys.modules[__name__],
        (ID,),
        "remove the entry, or defer the work: a security agent runs on opus or is deferred",
    )
