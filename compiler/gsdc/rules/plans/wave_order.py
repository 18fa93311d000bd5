"""A plan's wave is not above the wave of a plan that it depends on.

## Why is this bad?
Waves run one after the other, the plans of one wave in parallel: this plan runs before what it needs is there, or at
the same time. get-shit-done computes the waves itself and warns (measured on get-shit-done 1.42).

## Fix (unsafe)
Writes the wave after the last one that the plan waits for.

## Example (.planning/phases/01-core/01-01-PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---
-- .planning/phases/01-core/01-02-PLAN.md --
---
phase: 01-core
plan: 02
type: execute
wave: 1
depends_on: ["01-01"]
files_modified: []
autonomous: true
must_haves: {truths: []}
---

## Use instead (.planning/phases/01-core/01-01-PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---
-- .planning/phases/01-core/01-02-PLAN.md --
---
phase: 01-core
plan: 02
type: execute
wave: 2
depends_on: ["01-01"]
files_modified: []
autonomous: true
must_haves: {truths: []}
---
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Fix, Severity
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.plans.api import finding
from gsdc.source.span import Span

ID: Final = "wave-order"
CODE: Final = "PL014"
SEVERITY: Final = Severity.WARNING


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each plan, at its wave, that names every dependency of its phase which comes too late."""
    for plan in project.plans:
        late = project.late(plan)
        if late and plan.wave is not None:
            waves = ", ".join(f"{other.name} is in wave {other.wave:g}" for other in late)
            wanted = f"{max(other.wave for other in late if other.wave is not None) + 1:g}"
            line, column, start, end = plan.wave_at
            yield finding(
                __name__,
                Span(plan.path, line, column),
                f"wave {plan.wave:g} is not above what the plan depends on: {waves}",
                f"write wave {wanted}, or remove the dependency",
                related=tuple(Span(other.path, *other.wave_at[:2]) for other in late),
                fix=Fix(((start, end, wanted),), safe=False) if end else None,
            )
