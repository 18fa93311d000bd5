"""A plan refers to a file with "@", and there is no such file.

What plans write, or leave behind when they are done, may be missing as yet; what was moved with a finished milestone is
there. A home folder is not looked at, nor is anything where the plans stand alone, without the project's own files.

## Why is this bad?
The client that runs the plan reads these files first; it goes on without what is missing, and without a word (measured
on get-shit-done 1.42: only `verify references` tells, and only who asks).

## Example (PLAN.md)
<context>
@docs/no-such-file.md
</context>
-- README.md --
# Billing

## Use instead (PLAN.md)
<context>
@gsdc.yaml
</context>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.plans.phase import ProjectPlans
from gsdc.plans.reference import References
from gsdc.rules.plans.api import finding
from gsdc.source.span import Span

ID: Final = "missing-reference"
CODE: Final = "PL022"
SEVERITY: Final = Severity.WARNING


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each reference that leads nowhere, from the project's folder or from the plan's own."""
    references = References(project)
    for plan in project.plans:
        for place in plan.references:
            path = references.missing(plan, place)
            if path:
                help_ = "correct the path, or remove the reference"
                at = Span(plan.path, place.line, place.column).with_length(len(place.text))
                yield finding(__name__, at, f'"@{path}" does not exist', help_, excerpt=place.excerpt)
