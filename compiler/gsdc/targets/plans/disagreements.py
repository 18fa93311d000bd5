"""Differences between a person's values in a plan and the policy's."""

from collections.abc import Iterator, Mapping

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.plans.usage import Usage
from gsdc.policy.model import TIER_INDEX, Policy
from gsdc.source.plan import Plan
from gsdc.source.plan_annotation import LONGEST_TAG, fitting
from gsdc.source.task import Task
from gsdc.tasks.annotation import Annotated, Annotation
from gsdc.tasks.estimate import around, estimate, stated_tokens

WEAKER_MODEL = Diagnostic(
    "PL003",
    "weaker-model",
    Severity.WARNING,
    """A plan gives a task a model of a lower tier than the policy decides.

    ## Why is this bad?
    What a person wrote takes precedence, so the task runs on it. The policy has another model for such work
    (seed 001, "4.1 Complexity Scorer Implementation"; seed 002, "Model Assignments (Haiku-First)").

    ## Example (PLAN.md)
    <task type="auto" model="haiku">
      <name>Task 1: Move the scheduler into a service of its own</name>
      <files>src/scheduler.ts, src/queue.ts, src/worker.ts</files>
      <action>Design the interface between the queue and the workers, and move both behind it.</action>
    </task>

    ## Use instead (PLAN.md)
    <task type="auto" model="sonnet">
      <name>Task 1: Move the scheduler into a service of its own</name>
      <files>src/scheduler.ts, src/queue.ts, src/worker.ts</files>
      <action>Design the interface between the queue and the workers, and move both behind it.</action>
    </task>
    """,
)


OTHER_VALUE = Diagnostic(
    "PL004",
    "other-value",
    Severity.NOTE,
    """A plan gives a task another value than gsdc would.

    ## Why is this bad?
    It may be right, so what a person wrote is kept. The policy's values follow the work (seed 001, "2.2 Attribute
    Definitions").

    ## Example (PLAN.md)
    <task type="auto" context-mode="inherited">
      <name>Task 1: Add the route</name>
    </task>

    ## Use instead (PLAN.md)
    <task type="auto">
      <name>Task 1: Add the route</name>
    </task>
    """,
)


DEFERRED_TASK = Diagnostic(
    "PL005",
    "deferred-task",
    Severity.NOTE,
    """The policy defers the agent that does a task, in this budget zone.

    ## Why is this bad?
    The task gets no model: it is deferred until the budget allows it, or a person decides (seed 002, "Always Do These":
    prefer deferral over downgrade).

    ## Example (PLAN.md, gsdc annotate .planning --zone red)
    <task type="auto">
      <name>Task 1: Review the routes of plan 01</name>
      <action>Look for errors that are swallowed.</action>
    </task>

    ## Use instead (PLAN.md, gsdc annotate .planning --zone red)
    <task type="auto" model="sonnet">
      <name>Task 1: Review the routes of plan 01</name>
      <action>Look for errors that are swallowed.</action>
    </task>
    """,
)


LONG_TAG = Diagnostic(
    "PL045",
    "long-tag",
    Severity.NOTE,
    """The opening tag of a task has no room for an attribute.

    ## Why is this bad?
    GSD core 1.14 takes an opening tag of over 1,000 characters for no task (measured on GSD core 1.14.0). gsdc leaves
    out what would make the tag longer.

    ## Example (PLAN.md)
    <task type="auto" note="{{a text of 1,000 characters}}">
      <name>Task 1: Add the route</name>
    </task>

    ## Use instead (PLAN.md)
    <task type="auto">
      <name>Task 1: Add the route</name>
    </task>
    """,
)


def _other_tokens(plan: Plan, item: Annotation, task: Task, used: Usage) -> Iterator[Finding]:
    """Yield a finding where a person expects less than half, or more than twice, of the tokens that gsdc does.

    People write such numbers by the formula of seed 001 as well as by what is really used, so both count.
    """
    stated = stated_tokens(item.task)
    if stated is None or item.agent is None or item.model is None:
        return
    both = estimate(item.kind.name, item.complexity.score, item.model.tier), around(used.tokens)
    low, high = min(one.low for one in both), max(one.high for one in both)
    if stated.high * 2 < low or stated.low > high * 2:
        written = stated_tokens(task) or stated
        expected = f"{stated.low:,}" + (f" to {stated.high:,}" if stated.high > stated.low else "")
        message = f"task {task.number} expects {expected} tokens, gsdc {low:,} to {high:,}"
        yield OTHER_VALUE.at(plan.at(task.open_end + written.offset), message, "kept: a person wrote it")


def disagreements(plan: Plan, annotated: Annotated, policy: Policy, used: Mapping[int, Usage]) -> Iterator[Finding]:
    """Yield the differences of ``plan``, in its unchanged text, from the policy.

    ``used`` is the usage of each task.
    """
    for item, task in zip(annotated.tasks, plan.tasks, strict=True):
        if item.decision is not None and item.decision.model is None and item.task.attribute("model") is None:
            span = plan.at(task.start)
            help_ = "wait for a greener zone, or write a model into the task"
            yield DEFERRED_TASK.at(span, f"task {item.task.number} is deferred: {item.decision.defer}", help_)
        yield from _other_tokens(plan, item, task, used[item.task.number])
        missing = {name for name, _ in item.attributes if item.task.attribute(name) is None}
        if missing := missing.difference(name for name, _ in fitting(item.task, item.attributes)):
            message = f"the tag of task {item.task.number} has no room for {', '.join(sorted(missing))}"
            help_ = f"keep it below {LONGEST_TAG:,} characters: write long texts into elements"
            yield LONG_TAG.at(plan.at(task.start), message, help_)
        for name, value in item.attributes:
            written = item.task.attribute(name)
            if written is None or written.value == value:
                continue
            here = task.attribute(name)
            span = plan.at(here.start if here else task.start)
            message = f'task {item.task.number} has {name} "{written.value}", the policy has "{value}"'
            known = policy.models.get(written.value)
            weaker = (
                name == "model" and known is not None and TIER_INDEX[known.tier] < TIER_INDEX[policy.models[value].tier]
            )
            diagnostic = WEAKER_MODEL if weaker else OTHER_VALUE
            help_ = f'write "{value}", or say why in the plan' if weaker else "kept"
            yield diagnostic.at(span, message, help_)
