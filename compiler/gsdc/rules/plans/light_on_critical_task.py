"""A plan gives a security-critical task to a light model, or to one that nobody can tell.

Models count by their rank in the catalog, whatever they are called. A model that the catalog does not know, and
"inherit", may be a light one; of several `model` attributes the weakest counts. Nothing allows it: no setting, no
baseline, and no comment in the plan. The code was PL019 before.

## Why is this bad?
Auth, JWT, encryption, row level security, secrets and validation of input are where a light model is most expensive
(seed 004, "Security-First Guardrails").

## Example (PLAN.md, gsdc lint)
<task type="auto" model="haiku">
  <name>Task 1: Encrypt API keys at rest with AES-256-GCM</name>
  <files>src/vault/encryption.ts</files>
  <action>Encrypt every key with a data key of its own; rotate the data keys.</action>
</task>

## Use instead (PLAN.md, gsdc lint)
<task type="auto" model="sonnet">
  <name>Task 1: Encrypt API keys at rest with AES-256-GCM</name>
  <files>src/vault/encryption.ts</files>
  <action>Encrypt every key with a data key of its own; rotate the data keys.</action>
</task>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import INHERIT, PlanContext, finding, task_label
from gsdc.source.plan import Plan
from gsdc.tasks.security import judge

ID: Final = "light-on-critical-task"
CODE: Final = "NB018"
SEVERITY: Final = Severity.ERROR

# Named, not imported: rules on plans do without those on policies, which take their time to load.
_RULE: Final = 'never-break rule "light-on-security" (NB002) applies to plans too'


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:
    """Yield one finding for each such task, with the evidence that makes it critical."""
    for task in plan.tasks:
        written = context.written_model(task)
        problem = doubt_of(written.value, context) if written else ""
        if written is None or not problem:
            continue
        verdict = judge(task)
        if verdict.critical:
            evidence = ", ".join(str(reason) for reason in verdict.strongest)
            message = f'{task_label(task)} is security-critical and runs on "{written.value}", {problem}'
            help_ = "give it a model of the standard tier or above"
            yield finding(__name__, plan.at(written.start), message, help_, notes=(f"critical by {evidence}", _RULE))


def doubt_of(model: str, context: PlanContext) -> str:
    """Return in words what is wrong with ``model`` for critical work, "" where nothing is."""
    if context.policy is None:
        return ""
    if model == INHERIT:
        return "whatever its caller runs on"
    known = context.models.get(model)
    if known is None:
        return "a model that the catalog does not know"
    return "a light model" if known.tier == "light" else ""
