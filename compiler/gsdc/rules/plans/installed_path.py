"""Plans read get-shit-done's own files from a path that only one machine has.

An installer that was run for the project alone writes such lines into every plan, so this is said once for a project,
at its first plan that is not finished.

## Why is this bad?
On any other machine the workflow is not there, and the client goes on without it (seed 000, "execution_context"). A
home folder also tells a person's name.

## Example (PLAN.md)
<execution_context>
@/Users/ada/.claude/get-shit-done/workflows/execute-plan.md
</execution_context>

## Use instead (PLAN.md)
<execution_context>
@~/.claude/get-shit-done/workflows/execute-plan.md
</execution_context>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity, counted
from gsdc.plans.phase import ProjectPlans
from gsdc.plans.reference import home_of, is_installed
from gsdc.rules.plans.api import finding
from gsdc.source.span import Span

ID: Final = "installed-path"
CODE: Final = "PL033"
SEVERITY: Final = Severity.NOTE


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for a project, at the first such line.

    Plans that are not finished go first: the others are left out where the whole project is checked.
    """
    lines = [(plan, place) for plan in project.plans for place in plan.references if is_installed(place.text)]
    found = [(plan, place) for plan, place in lines if plan.path not in project.done] or lines
    if not found:
        return
    plan, place = found[0]
    count = len({other.path for other, _ in found})
    plans = f"{counted(count, 'plan')} of this project {'refers' if count == 1 else 'refer'}"
    homes = ", ".join(f'"{home}"' for home in dict.fromkeys(home_of(other.text) for _, other in found))
    message = f"{plans} to get-shit-done in the home folder {homes}"
    help_ = 'begin these paths with "~", and those of later plans by a global installation'
    yield finding(
        __name__,
        Span(plan.path, place.line, place.column).with_length(len(place.text)),
        message,
        help_,
        excerpt=place.excerpt,
    )
