"""A plan has no frontmatter, or lacks keys that get-shit-done requires.

## Why is this bad?
`gsd-tools verify plan-structure` rejects it (measured on get-shit-done 1.42); without `wave` and `depends_on` the plan
runs at any time, without `files_modified` nobody sees that two plans of one wave write the same file.

## Example (PLAN.md)
---
phase: 01-core
plan: 01
---

## Use instead (PLAN.md)
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
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding
from gsdc.source.plan import Plan

ID: Final = "missing-frontmatter"
CODE: Final = "PL006"
SEVERITY: Final = Severity.WARNING

REQUIRED: Final = ("phase", "plan", "type", "wave", "depends_on", "files_modified", "autonomous", "must_haves")


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding that lists what is missing; a frontmatter that is broken is another rule's."""
    if not plan.head.end:
        help_ = f"begin the plan with ---, the keys {', '.join(REQUIRED)}, and ---"
        yield finding(__name__, plan.at(0), "the plan has no frontmatter", help_)
        return
    missing = [key for key in REQUIRED if key not in plan.frontmatter]
    if missing and plan.frontmatter:
        keys = ", ".join(f'"{key}"' for key in missing)
        yield finding(__name__, plan.at(plan.head.start), f"the frontmatter lacks {keys}", "add what is missing")
