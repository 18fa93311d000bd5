"""An override has expired, or its reason says nothing.

## Why is this bad?
An override is an exception that somebody answers for: it carries a reason and is logged (seed 002, "Escape Hatches").
One that outlives its last day has become the policy without anybody deciding so.

## Example (gsdc.yaml)
fleets: [gsd]
overrides:
  - {agent: gsd-executor, model: opus, reason: Release week, until: 2024-03-01}

## Use instead (gsdc.yaml)
fleets: [gsd]
overrides:
  - {agent: gsd-executor, model: opus, reason: Release week, until: 2999-03-01}
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy.api import PolicyContext

ID: Final = "stale-override"
CODE: Final = "NB007"
SEVERITY: Final = Severity.WARNING

_NOTHING: Final = frozenset({"", "x", "xx", "xxx", "todo", "tbd", "na", "none", "test", "asdf", "because", "reason"})


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each override that is past its last day, ends on no day, or has a blank reason."""
    for override in context.policy.overrides:
        if "".join(filter(str.isalnum, override.reason)).lower() in _NOTHING:
            span = context.sources.origin(override.ref.child("reason"))
            help_ = "say in `reason:` why, for the next reader"
            said = f': "{override.reason}" is none' if override.reason.strip() else ""
            yield Finding(span, CODE, ID, SEVERITY, f'the override of "{override.agent}" gives no reason{said}', help_)
        if override.until is None:
            continue
        span = context.sources.origin(override.ref.child("until"))
        try:
            last_day = date.fromisoformat(override.until)
        except ValueError:
            message = f'the override of "{override.agent}" ends on "{override.until}", which is not a day'
            yield Finding(span, CODE, ID, SEVERITY, message, "write a day of the calendar, YYYY-MM-DD")
            continue
        if last_day < context.today:
            message = f'the override of "{override.agent}" expired on {override.until}'
            yield Finding(span, CODE, ID, SEVERITY, message, "remove it, or give it a new last day and reason")
