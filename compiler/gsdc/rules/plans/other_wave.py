"""A plan's ``wave:`` is not the wave in which get-shit-done runs it.

## Why is this bad?
get-shit-done computes the waves from `depends_on` and only compares them with `wave:`; a plan that says 2 and depends
on nothing runs in wave 1, beside the others (measured on get-shit-done 1.42.3 and GSD core 1.14.0, which both warn).

## Example (.planning/phases/01-core/01-02-PLAN.md)
---
phase: 01-core
plan: 02
type: execute
wave: 2
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---

## Use instead (.planning/phases/01-core/01-02-PLAN.md)
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

ID: Final = "other-wave"
CODE: Final = "PL042"
SEVERITY: Final = Severity.NOTE


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each plan to be run whose wave differs; one with a dependency that is not understood apart.

    A name of no plan of the phase is such a dependency: as with GSD, the wave then says nothing.
    """
    for plan in project.plans:
        wave = project.waves.get(plan.path)
        if wave is None or plan.wave is None or int(plan.wave) == wave or plan.path in project.done:
            continue
        if project.late(plan) or any(other.path in project.unread for other in project.folders[plan.phase]):
            continue  # PL014 tells, or PL001: with all plans read, the waves may be as they are written
        known = project.dependencies.get(plan.path, ())
        if all(other is not None and other.phase == plan.phase and not dropped for _, other, _, dropped in known):
            message = f"wave {plan.wave:g} is written, but {project.version} runs the plan in wave {wave}"
            help_ = f"write wave: {wave}, or name in depends_on what the plan waits for"
            yield finding(__name__, Span(plan.path, *plan.wave_at[:2]), message, help_)
