"""Critical work may be downgraded where it should be deferred.

## Why is this bad?
Deferring what is not critical saves more, and costs less, than a weaker model on what is (seed 002, "Never Violate" and
"Always Do These"). Neither a budget zone nor a failover hop may lower the tier that critical work gets in zone green on
its first attempt.

## Example (gsdc.yaml)
agents:
  ledger: {role: implementation, criticality: critical, models: {balanced: opus}, failover: [gpt-5.2]}

## Use instead (gsdc.yaml)
agents:
  ledger: {role: implementation, criticality: critical, models: {balanced: opus}, failover: [gpt-5.2-pro]}
"""

import sys
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy.api import PolicyContext

ID: Final = "critical-downgrade"
CODE: Final = "NB004"
SEVERITY: Final = Severity.ERROR


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each place that lets it happen."""
    yield from context.never_break(
        sys.modules[__name__],
        (ID,),
        "let the zone keep or defer critical work, and give its model a failover chain of the same tier",
    )
