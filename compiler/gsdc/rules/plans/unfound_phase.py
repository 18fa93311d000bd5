"""Get-shit-done does not find the phase of a plan that is still to be run, because of the name of its folder.

A folder is found by the number that its name begins with, up to the first dash. Of a number with one digit, GSD core
1.14 finds only a whole one (`5-login`, not `5.1-login`), and get-shit-done 1.42 none.

## Why is this bad?
"Phase not found": no plan of the phase is ever run (measured on get-shit-done 1.42.3 and GSD core 1.14.0).

## Example (.planning/phases/5.1-login/5.1-01-PLAN.md)
---
phase: 5.1-login
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---

## Use instead (.planning/phases/05.1-login/05.1-01-PLAN.md)
---
phase: 05.1-login
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---
"""

import re
from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.plans.api import finding
from gsdc.source.gsd_names import finds_phase, is_phase
from gsdc.source.span import Span

ID: Final = "unfound-phase"
CODE: Final = "PL075"
SEVERITY: Final = Severity.WARNING

_NUMBER: Final = re.compile(r"((?:[A-Z]{1,6}-)?)(\d+)([A-Za-z]?(?:\.\d+)*)(?![A-Za-z\d])[^A-Za-z\d]*(.*)")


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each such folder, at its first plan that is still to be run."""
    for folder, plans in project.folders.items():
        name = folder.rpartition("/")[2]
        if not is_phase(folder) or finds_phase(name, project.version):
            continue
        plan = next((one for one in plans if one.path not in project.done), None)
        if plan is not None:
            message = f'{project.version} does not find a phase in the folder "{name}", and runs none of its plans'
            yield finding(__name__, Span(plan.path, 1, 1), message, _remedy(name, project))


def _remedy(name: str, project: ProjectPlans) -> str:
    number = _NUMBER.fullmatch(name)
    better = f"{number[1]}{number[2].zfill(2)}{number[3]}{'-' if number[4] else ''}{number[4]}" if number else ""
    if better and finds_phase(better, project.version):
        return f'rename the folder to "{better}"'
    return 'rename the folder to a number of two digits, a dash and words, such as "05-login"'
