"""Plans depend on each other in a circle.

## Why is this bad?
None of them can begin; get-shit-done refuses the whole phase (measured on get-shit-done 1.42).

## Example (.planning/phases/01-core/01-01-PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: ["01-02"]
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

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.plans.cycle import cycles
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.plans.api import finding
from gsdc.source.span import Span

ID: Final = "plan-cycle"
CODE: Final = "PL013"
SEVERITY: Final = Severity.ERROR


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each circle, at its first plan."""
    if not project.waits:
        return
    plans = {plan.path: plan for plan in project.plans}
    spans = {path: Span(path, *plan.depends_on[0][1:3]) for path, plan in plans.items() if plan.depends_on}
    names = {path: plan.name for path, plan in plans.items()}
    yield from circles({path: project.waits.get(path, ()) for path in sorted(plans)}, spans, names)


def circles(
    waits: Mapping[str, Sequence[str]], spans: Mapping[str, Span], names: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield one finding for each circle in ``waits``; ``spans`` and ``names`` are those of the plans, by path."""
    for circle in cycles(waits):
        path = " -> ".join(names[path] for path in (*circle, circle[0]))
        first, *others = (spans[path] for path in circle)
        help_ = "remove one of the dependencies"
        yield finding(__name__, first, f"plans wait for each other: {path}", help_, related=tuple(others))
