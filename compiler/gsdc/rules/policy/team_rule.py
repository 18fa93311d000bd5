"""A never-break rule that a profile adds does not hold.

## Why is this bad?
The team that wrote the rule relies on it in every state that can be reached, not only in the usual one (design,
never-break rules that ship: a profile can add, never remove).

## Example (profile)
extends: balanced
never-break:
  migrations-on-heavy: {when: {role: [database]}, require: {min: heavy}, why: Migrations cannot be undone}

## Use instead (profile)
extends: balanced
never-break:
  migrations-on-heavy: {when: {role: [database]}, require: {min: heavy}, why: Migrations cannot be undone}
roles:
  database: heavy
failover:
  roles:
    database: defer
"""

import sys
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy import (
    critical_downgrade,
    light_on_security,
    low_effort_on_security,
    security_downgrade,
    validation_below_standard,
)
from gsdc.rules.policy.api import PolicyContext

ID: Final = "team-rule"
CODE: Final = "NB010"
SEVERITY: Final = Severity.ERROR

# The code of each never-break rule that gsdc ships, by the rule's name.
SHIPPED: Final = {
    rule.ID: rule.CODE
    for rule in (
        security_downgrade,
        low_effort_on_security,
        light_on_security,
        validation_below_standard,
        critical_downgrade,
    )
}


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each place that breaks a rule which gsdc does not ship."""
    own = tuple(name for name in context.policy.never_break if name not in SHIPPED)
    yield from context.never_break(sys.modules[__name__], own, "change the entry, or the rule")
