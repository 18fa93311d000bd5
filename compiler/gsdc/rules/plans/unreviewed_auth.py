"""Work on authentication is not followed by a review.

A task that reviews or audits, later in the plan or in a later plan of the phase, is such a review, and so is a
checkpoint at which a person does. A review may write a report. This is a note: of the tasks that it takes for work on
authentication, about one in seven merely handles such data (read on public plans).

## Why is this bad?
A hole in authentication is found by the next reader or by an attacker (seed 004, "Security-First Guardrails": all auth
code is reviewed, and nothing merges before it).

## Example (PLAN.md)
<task type="auto">
  <name>Task 1: Sign in with OAuth and store refresh tokens</name>
  <files>src/auth/oauth.ts</files>
  <action>Exchange the authorization code with PKCE; encrypt the refresh token at rest.</action>
</task>

## Use instead (PLAN.md)
<task type="auto">
  <name>Task 1: Sign in with OAuth and store refresh tokens</name>
  <files>src/auth/oauth.ts</files>
  <action>Exchange the authorization code with PKCE; encrypt the refresh token at rest.</action>
</task>
<task type="auto">
  <name>Task 2: Review the token handling of task 1</name>
  <action>Look for tokens in logs and for a missing state check.</action>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.plans.facts import PlanFacts
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.plans.api import finding
from gsdc.source.span import Span

ID: Final = "unreviewed-auth"
CODE: Final = "NB005"
SEVERITY: Final = Severity.NOTE


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each plan with such work, at the first task, where nothing later reviews it."""
    for plans in project.folders.values():
        for plan in plans:
            if not plan.unreviewed or any(other.reviews and _later(other, plan) for other in plans):
                continue
            first = plan.unreviewed[0]
            others = f" and {len(plan.unreviewed) - 1} more" if len(plan.unreviewed) > 1 else ""
            message = f"no review follows {first.text}{others}, which is work on authentication"
            help_ = "add a task that reviews it, or a checkpoint at which a person does"
            yield finding(__name__, Span(plan.path, first.line, first.column), message, help_, excerpt=first.excerpt)


def _later(other: PlanFacts, plan: PlanFacts) -> bool:
    """Tell whether ``other`` comes after ``plan``: by wave where the two differ, else by name."""
    if other.wave is not None and plan.wave is not None and other.wave != plan.wave:
        return other.wave > plan.wave
    return other.identifier > plan.identifier
