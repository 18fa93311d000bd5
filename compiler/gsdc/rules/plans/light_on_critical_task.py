"""A plan gives a security-critical task to a light-tier model.

## Why is this bad?
Auth, JWT, encryption, row level security, secrets and validation of input are where a light model is most expensive
(seed 004, "Security-First Guardrails"). Models count by their rank in the catalog, whatever they are called.

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
from gsdc.rules.plans.api import Context, finding, task_label
from gsdc.source.plan import Plan
from gsdc.tasks.security import judge

ID: Final = "light-on-critical-task"
CODE: Final = "PL019"
SEVERITY: Final = Severity.ERROR


def check(plan: Plan, context: Context) -> Iterator[Finding]:
    """Yield one finding for each such task, with the evidence that makes it critical."""
    for task in plan.tasks:
        written = task.attribute("model")
        model = context.model(task) if written else None
        if written is None or model is None or model.tier != "light":
            continue
        verdict = judge(task)
        if verdict.critical:
            evidence = ", ".join(str(reason) for reason in verdict.strongest)
            message = f'{task_label(task)} is security-critical and runs on "{written.value}", a light model'
            help_ = "give it a model of the standard tier or above"
            yield finding(__name__, plan.at(written.start), message, help_, notes=(f"critical by {evidence}",))
