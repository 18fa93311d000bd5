"""A plan breaks a never-break rule of the project's own that speaks about files, or that demands a review.

The rule selects a task by the files that it writes, its class, and the agent that does it. A review is a later task of
the plan that reviews: by the agent or role that its attribute `agent` names, else by whoever does reviews in the fleet.

## Why is this bad?
The team that wrote the rule relies on it, and decisions know of no files: only the plan shows what it is about (seed
004, "Security-First Guardrails": what is touched decides who may touch it, and who reviews it).

## Example (gsdc.yaml)
profile: team
fleets: [gsd]
profiles:
  team:
    extends: balanced
    never-break:
      payments-on-heavy: {when: {files: [src/payments/**]}, require: {min: heavy}, why: Money cannot be undone}
-- .planning/phases/03-billing/03-01-PLAN.md --
---
phase: 03-billing
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [src/payments/refund.ts]
autonomous: true
must_haves: {truths: [Refunds are booked once]}
---
<task type="auto">
  <name>Task 1: Book refunds</name>
  <files>src/payments/refund.ts</files>
  <action>Write the refund to the ledger.</action>
  <verify>npm test -- refund.spec.ts</verify>
  <done>A refund is booked once.</done>
</task>

## Use instead (gsdc.yaml)
profile: team
fleets: [gsd]
profiles:
  team:
    extends: balanced
    never-break:
      payments-on-heavy: {when: {files: [src/payments/**]}, require: {min: heavy}, why: Money cannot be undone}
-- .planning/phases/03-billing/03-01-PLAN.md --
---
phase: 03-billing
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [src/payments/refund.ts]
autonomous: true
must_haves: {truths: [Refunds are booked once]}
---
<task type="auto" model="opus">
  <name>Task 1: Book refunds</name>
  <files>src/payments/refund.ts</files>
  <action>Write the refund to the ledger.</action>
  <verify>npm test -- refund.spec.ts</verify>
  <done>A refund is booked once.</done>
</task>
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.rules.plans.api import PlanContext, finding, task_label

if TYPE_CHECKING:
    from gsdc.policy.model import Policy
    from gsdc.policy.requirement import NeverBreak
    from gsdc.source.plan import Plan
    from gsdc.tasks.annotation import Annotation

ID: Final = "team-rule-in-plan"
CODE: Final = "NB015"
SEVERITY: Final = Severity.ERROR


def check(plan: "Plan", context: PlanContext) -> Iterator[Finding]:
    """Yield one finding for each task and rule that it breaks."""
    if not plan.tasks or not context.configured or context.policy is None:  # shipped profiles have no such rules
        return
    rules: list[NeverBreak] = []
    for governing in (context.policy, *context.above):
        rules += [rule for rule in governing.never_break.values() if rule.of_plans and rule not in rules]
    if not rules:
        return
    policy = context.policy._replace(models=context.models)
    from gsdc.source.plan_annotation import generated
    from gsdc.tasks.annotation import analyse

    annotations = analyse(plan, policy, "green").tasks
    ours = generated(plan)
    reviewers = [_reviewers(item, by_us=(item.task.number, "agent") in ours) for item in annotations]
    for index, item in enumerate(annotations):
        for rule in rules:
            problem = _problem(policy, rule, item, reviewers[index + 1 :]) if _selects(rule, item) else ""
            if problem:
                at = plan.at(item.written.start if item.written else item.task.start)
                notes = (f'never-break rule "{rule.name}": {rule.why}',)
                message = f'{task_label(item.task)} {problem}, which "{rule.name}" forbids'
                yield finding(__name__, at, message, _remedy(rule), notes=notes)


def _selects(rule: "NeverBreak", item: "Annotation") -> bool:
    from gsdc.policy.constraints import selects
    from gsdc.policy.model import State
    from gsdc.source.glob import Glob

    agent = item.agent
    if agent is None:
        return False
    globs = [Glob(pattern) for pattern in rule.when.get("files", ())]
    if globs and not any(glob.matches(path) for glob in globs for path in item.task.writes):
        return False
    task_class = "security" if item.security.critical else "routine"
    return any(selects(rule, agent, State(agent.name, phase, "green", task_class)) for phase in agent.phases or (None,))


def _problem(policy: "Policy", rule: "NeverBreak", item: "Annotation", later: "Sequence[Sequence[str]]") -> str:
    """Return in words what is wrong with a task that ``rule`` selects, "" where nothing is.

    ``later`` says for each later task by whom it is a review.
    """
    from gsdc.policy.breach import holds
    from gsdc.policy.model import Decision, State
    from gsdc.tasks.annotation import model_of

    wanted = rule.require.get("review")
    if wanted is not None:
        reviewed = _is_review(item) or any(wanted in reviewers for reviewers in later)
        return "" if reviewed else f'is not reviewed by "{wanted}"'
    alias = model_of(item)
    if alias is None or item.agent is None:
        return ""
    if alias not in policy.models:  # whatever it is, nobody can tell that it is allowed
        return f'runs on "{alias}", which the catalog does not know'
    task_class = "security" if item.security.critical else "routine"
    state = State(item.agent.name, None, "green", task_class, item.complexity.score)
    return "" if holds(policy, rule, state, Decision(alias, None, "", ())) else f'runs on "{alias}"'


def _reviewers(item: "Annotation", *, by_us: bool) -> "Sequence[str]":
    """Return by whom a task is a review, () if it is none: who does reviews, or the agent that a person wrote.

    ``by_us`` says that its attribute ``agent`` is an annotation of ours: it repeats the policy, and names no role.
    """
    if not _is_review(item) or item.agent is None:
        return ()
    written = item.task.attribute("agent")
    return (written.value,) if written and not by_us else (*item.agent.roles, item.agent.name)


def _remedy(rule: "NeverBreak") -> str:
    from gsdc.policy.requirement import main_of

    kind, value = main_of(rule.require)
    return {
        "model": f'write model="{value}" into the task',
        "min": f"write a model of tier {value} or above into the task",
        "provider": f'write a model of "{value}" into the task',
        "hosts": f"write a model into the task that {' or '.join(rule.hosts)} serves",
        "review": f'add a later task that reviews it, with agent="{value}"',
        "defer": "make it a checkpoint: a person does it",
    }.get(kind, "write another model into the task")


def _is_review(item: "Annotation") -> bool:
    from gsdc.tasks.kind import is_review
    from gsdc.tasks.work import writes_report

    return is_review(item.task, item.kind) or writes_report(item.task, item.work)
