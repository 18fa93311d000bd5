"""A profile of the house is called by its season.

## Why is this bad?
Nobody remembers which of two profiles came first.

## No example
It is a rule of a plugin.
"""

from gsdc.finding import Finding, Severity
from gsdc.source.span import Span

ID = "profile-without-season"
CODE = "HOUSE1"
SEVERITY = Severity.NOTE


def check(context):
    if context.policy.profile != "winter":
        yield Finding(Span("gsdc.yaml", 1), CODE, ID, SEVERITY, f'"{context.policy.profile}" is no season')
