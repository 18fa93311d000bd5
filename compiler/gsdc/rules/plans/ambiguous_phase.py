"""Two folders of phases have one number, and a plan in one of them is still to be run.

The folders of an earlier milestone, which began at 1 as well, are like that where they were not moved away. A word
before the number makes no difference: `AB-03-login` and `03-billing` are both phase 3.

## Why is this bad?
GSD core 1.14 refuses a phase that is ambiguous and runs no plan of it (measured on 1.14.0). get-shit-done 1.42 takes
the first of the folders, without a word, and never runs the plans of the others.

## Example (.planning/phases/03-billing/03-01-PLAN.md)
---
phase: 03-billing
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---
-- .planning/phases/03-login/03-CONTEXT.md --
# Login

## Use instead (.planning/phases/03-billing/03-01-PLAN.md)
---
phase: 03-billing
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---
-- .planning/phases/04-login/04-CONTEXT.md --
# Login
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity, some
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.plans.api import finding
from gsdc.source.gsd_names import phase_number
from gsdc.source.span import Span

ID: Final = "ambiguous-phase"
CODE: Final = "PL060"
SEVERITY: Final = Severity.WARNING


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each such number, at the first plan that is still to be run."""
    yield from _shadowed(project)
    told = set()
    for folder, names in project.ambiguous.items():
        open_plans = [plan for plan in project.folders[folder] if plan.path not in project.done]
        if names in told or not open_plans:
            continue
        told.add(names)
        message = f"{project.version} runs no plan of phase {phase_number(names[0])}: {some(names)} have that number"
        help_ = "give one of them another number, or move a finished one into .planning/milestones/"
        yield finding(__name__, Span(open_plans[0].path, 1, 1), message, help_)


def _shadowed(project: ProjectPlans) -> Iterator[Finding]:
    for folder, first in project.shadowed.items():
        plan = next((plan for plan in project.folders[folder] if plan.path not in project.done), None)
        if plan is not None:
            name = folder.rpartition("/")[2]
            message = f'{project.version} runs no plan in "{name}": for phase {phase_number(name)} it takes "{first}"'
            help_ = "give one of them another number, or move a finished one into .planning/milestones/"
            yield finding(__name__, Span(plan.path, 1, 1), message, help_)
