"""A task has a type that get-shit-done does not know, and that is meant to stop it or is misspelt.

Any other word, such as `code` or `research`, does no harm: the task is carried out as one of type `auto`.

## Why is this bad?
get-shit-done stops at a type that begins with `checkpoint:`, and asks for what the type says after it. A checkpoint
that is misspelt does not stop anything: an agent does what a person was to do (measured on get-shit-done 1.42.3 and
GSD core 1.14.0).

## Fix (safe)
Writes the type that was meant, where only case, spaces or "_" for "-" tell the two apart.

## Example (PLAN.md)
<task type="checkpoint:human_verify">
  <what-built>The page</what-built>
</task>

## Use instead (PLAN.md)
<task type="checkpoint:human-verify">
  <what-built>The page</what-built>
</task>
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from gsdc.finding import Finding, Fix, Severity, nearest
from gsdc.rules.plans.api import PlanContext, finding, task_label
from gsdc.source.plan import Plan

ID: Final = "unknown-task-type"
CODE: Final = "PL008"
SEVERITY: Final = Severity.WARNING

# get-shit-done 1.42 and GSD core 1.14: their planners, their checkpoints reference, their workflows. A tracer is the
# thin first slice with which core's planner begins every plan.
TYPES: Final = (
    "auto",
    "tracer",
    "tdd",
    "manual",
    "checkpoint:human-verify",
    "checkpoint:human-action",
    "checkpoint:decision",
    "checkpoint:tdd-review",
)


# What is meant to wait for a person, in words of people's own.
_WAITS: Final = re.compile("check-?point|human|decision|approv|confirm")


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each such type; a difference of spelling alone can be fixed."""
    for task in plan.tasks:
        written = task.attribute("type")
        if written is None or written.value in TYPES:
            continue
        plain = written.value.strip().lower().replace("_", "-").replace(" ", "")
        if not _WAITS.search(plain) and not get_close_matches(plain, TYPES, n=1, cutoff=0.7):
            continue
        same = next((known for known in TYPES if known == plain), None)
        edit = (written.start, written.end, f'type="{same}"')
        message = f'{task_label(task)} has the unknown type "{written.value}"'
        help_ = nearest(written.value, TYPES)
        yield finding(__name__, plan.at(written.start), message, help_, fix=Fix((edit,), safe=True) if same else None)
