"""The actions of two plans of one wave change a file that neither lists.

## Why is this bad?
Whether two plans can run in parallel depends on the files that they list: this one is missing, and the later write wins
(seed 004, "Rule 3: Parallel Execution").

## Example (.planning/phases/01-core/01-01-PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [src/a.ts]
autonomous: true
must_haves: {truths: []}
---
<task type="auto">
  <name>Task 1: Add the panel</name>
  <files>src/a.ts</files>
  <action>Add the panel, and extend the interface in src/shared/props.ts.</action>
  <verify>npm test</verify>
  <done>It renders</done>
</task>
-- .planning/phases/01-core/01-02-PLAN.md --
---
phase: 01-core
plan: 02
type: execute
wave: 1
depends_on: []
files_modified: [src/b.ts]
autonomous: true
must_haves: {truths: []}
---
<task type="auto">
  <name>Task 1: Add the list</name>
  <files>src/b.ts</files>
  <action>Add the list, and rewrite the comment of src/shared/props.ts.</action>
  <verify>npm test</verify>
  <done>It renders</done>
</task>

## Use instead (.planning/phases/01-core/01-01-PLAN.md)
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [src/a.ts, src/shared/props.ts]
autonomous: true
must_haves: {truths: []}
---
<task type="auto">
  <name>Task 1: Add the panel</name>
  <files>src/a.ts, src/shared/props.ts</files>
  <action>Add the panel, and extend the interface in src/shared/props.ts.</action>
  <verify>npm test</verify>
  <done>It renders</done>
</task>
-- .planning/phases/01-core/01-02-PLAN.md --
---
phase: 01-core
plan: 02
type: execute
wave: 2
depends_on: [01-01]
files_modified: [src/b.ts, src/shared/props.ts]
autonomous: true
must_haves: {truths: []}
---
<task type="auto">
  <name>Task 1: Add the list</name>
  <files>src/b.ts, src/shared/props.ts</files>
  <action>Add the list, and rewrite the comment of src/shared/props.ts.</action>
  <verify>npm test</verify>
  <done>It renders</done>
</task>
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.plans.api import finding
from gsdc.source.span import Span

if TYPE_CHECKING:
    from gsdc.plans.facts import PlanFacts, Write

ID: Final = "shared-prose-file"
CODE: Final = "PL043"
SEVERITY: Final = Severity.WARNING


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each such file of a plan, at the place of its action that names it."""
    seen: dict[tuple[str, int, str], list[tuple[PlanFacts, Write]]] = defaultdict(list)
    for plan in sorted(project.plans):
        wave = project.waves.get(plan.path)
        if wave is None or plan.path in project.done:
            continue
        # What one plan lists and another only changes counts as well.
        listed = [(write, True) for write in plan.writes]
        for write, is_listed in (*listed, *((write, False) for write in plan.touches)):
            earlier = seen[plan.phase, wave, write.path]
            if earlier and not (is_listed and earlier[0][1] in earlier[0][0].writes):
                other, first = earlier[0]
                message = f'{other.name} of the same wave {wave} changes "{write.path}" too, but not both plans list it'
                yield finding(
                    __name__,
                    Span(plan.path, write.line, write.column),
                    message,
                    "list it in files_modified of both, and let one wait for the other",
                    related=(Span(other.path, first.line, first.column),),
                )
            earlier.append((plan, write))
