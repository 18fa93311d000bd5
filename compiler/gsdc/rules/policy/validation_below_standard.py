"""Validation in the phases PLAN or EXEC may run below the standard tier.

## Why is this bad?
These are quality gates: what they miss ships (seed 002, "Never Violate").

## Example (profile)
extends: balanced
roles:
  validation: {model: standard, phases: {PLAN: light}}

## Use instead (profile)
extends: balanced
roles:
  validation: {model: standard, phases: {LEAD: light}}
"""

import sys
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy.api import PolicyContext

ID: Final = "validation-below-standard"
CODE: Final = "NB003"
SEVERITY: Final = Severity.ERROR


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each place that lets it happen."""
    yield from context.never_break(
        sys.modules[__name__], (ID,), "raise the entry to the standard tier in PLAN and EXEC"
    )
