"""An item of ``depends_on`` means a plan of the same phase, and get-shit-done does not understand it.

GSD core 1.14 finds a plan by its id (`05-01-panel`), by the numbers that the id begins with (`05-01`), and by the last
of these numbers as it is written (`01`); get-shit-done 1.42 by the first two, with the same capitals. Neither finds a
plan by `1`, `05-01-PLAN.md`, `Plan 01` or `"05-01, 05-02"`. get-shit-done 1.42 reads lines, not YAML: it loses a list
in column 0, one in brackets over several lines, and an item that a comment follows.

## Why is this bad?
The dependency is dropped, and the plan runs in an earlier wave, before or beside what it needs (measured on
get-shit-done 1.42.3, which says nothing, and GSD core 1.14.0, which warns).

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
wave: 2
depends_on: [01-01-PLAN.md]
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
depends_on: [01-01]
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
from gsdc.source.gsd_names import gsd_id
from gsdc.source.gsd_version import GsdVersion
from gsdc.source.span import Span

ID: Final = "dropped-dependency"
CODE: Final = "PL041"
SEVERITY: Final = Severity.WARNING


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each item that GSD drops although it means a plan that is still to be run."""
    for plan in project.plans:
        if plan.path in project.done:
            continue
        for dependency in project.dependencies.get(plan.path, ()):
            item, meant = dependency.item, dependency.plan
            if not dependency.dropped or meant is None:
                continue
            wave = project.waves.get(plan.path) if project.version in dependency.dropped else None
            runs = f": it runs this plan in wave {wave}" if wave is not None else ""
            message = f'{" and ".join(dependency.dropped)} cannot tell that "{item.text}" means {meant.name}{runs}'
            help_ = f'write "{gsd_id(meant.path)}"'
            if item.text in plan.unseen and dependency.dropped == (GsdVersion.CLASSIC,):
                message = f'{GsdVersion.CLASSIC} does not read "{item.text}" in this form{runs}'
                help_ = f'write the list in one line, with no comment after it: depends_on: ["{gsd_id(meant.path)}"]'
            yield finding(
                __name__,
                Span(plan.path, item.line, item.column).with_length(len(item.text)),
                message,
                help_,
                related=(Span(meant.path, *meant.wave_at[:2]),),
                excerpt=item.excerpt,
            )
