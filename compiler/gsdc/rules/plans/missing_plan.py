"""A plan depends on a plan that does not exist.

## Why is this bad?
get-shit-done takes a name that it does not know for a plan of another phase and goes on: the plan runs too early
(measured on get-shit-done 1.42).

## Example (PLAN.md)
---
phase: 01-core
plan: 02
type: execute
wave: 2
depends_on: ["01-09"]
files_modified: []
autonomous: true
must_haves: {truths: []}
---

## Use instead (PLAN.md)
---
phase: 01-core
plan: 02
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.plans.api import finding
from gsdc.source.span import Span

ID: Final = "missing-plan"
CODE: Final = "PL012"
SEVERITY: Final = Severity.ERROR


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each name of which there is no plan in a phase that is known."""
    for plan in project.plans:
        for item, named, lost, _ in project.dependencies.get(plan.path, ()):
            at = Span(plan.path, item.line, item.column).with_length(len(item.text))
            if lost and not project.has_summary(plan, item.text):
                help_ = "name a plan of this phase or of another, or remove it"
                yield finding(
                    __name__, at, f'depends on "{item.text}", which does not exist', help_, excerpt=item.excerpt
                )
            elif named is plan:
                yield finding(__name__, at, "the plan depends on itself", "remove it", excerpt=item.excerpt)
