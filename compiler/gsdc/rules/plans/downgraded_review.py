"""A plan gives a security review to a model that the policy does not allow for security work.

A review, audit or threat model counts by what it does, whatever files it writes: a report in docs/ is no documentation
task. Where the policy decides, it gives such a task to an agent of role security; a `model` attribute overrides that.
No setting, no baseline and no comment in the plan allows it.

## Why is this bad?
A security finding that a weaker model misses is found by somebody else (seed 002, "Never Violate": security agents
run on opus).

## Example (PLAN.md, gsdc lint)
<task type="auto" model="sonnet">
  <name>Task 1: Security audit of the login</name>
  <files>docs/audit.md</files>
  <action>Look for injection and session fixation, and write down what you find.</action>
</task>

## Use instead (PLAN.md, gsdc lint)
<task type="auto" model="opus">
  <name>Task 1: Security audit of the login</name>
  <files>docs/audit.md</files>
  <action>Look for injection and session fixation, and write down what you find.</action>
</task>
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import INHERIT, PlanContext, finding, task_label
from gsdc.rules.plans.light_on_critical_task import doubt_of
from gsdc.source.plan import Plan
from gsdc.tasks.kind import classify
from gsdc.tasks.security import judge
from gsdc.tasks.security_review import look_at_security, may_look_at_security

if TYPE_CHECKING:
    from gsdc.source.task import Task

ID: Final = "downgraded-review"
CODE: Final = "NB023"
SEVERITY: Final = Severity.ERROR


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:
    """Yield one finding for each security review whose model the policy forbids."""
    for task in plan.tasks:
        written = context.written_model(task)
        said = _review_of(task) if written else ""
        if written is None or not said or (doubt_of(written.value, context) and judge(task).critical):
            continue  # the last is NB018
        problem, help_ = _problem(written.value, context)
        if problem:
            message = f'{task_label(task)} is a security review ("{said}") and runs on "{written.value}", {problem}'
            yield finding(__name__, plan.at(written.start), message, help_)


def _review_of(task: "Task") -> str:
    """Return the words that make ``task`` a security review, "" if it is none."""
    return look_at_security(task, classify(task)) if not task.is_checkpoint and may_look_at_security(task) else ""


def _problem(model: str, context: PlanContext) -> tuple[str, str]:
    """Return in words what is wrong with ``model`` for a security review, and the remedy; "" where nothing is."""
    if context.policy is None:
        return "", ""
    known = context.models.get(model)
    if known is None:
        what = "whatever its caller runs on" if model == INHERIT else "a model that the catalog does not know"
        return what, "remove the attribute: the policy then decides"
    from gsdc.policy.never_break import allowed_by
    from gsdc.tasks.routing import rule_against_review

    for policy in (context.policy, *context.above):
        rule = rule_against_review(policy, known)
        if rule is not None:
            return f'which "{rule.name}" forbids', f"give it {allowed_by(rule)}, or remove the attribute"
    return "", ""
