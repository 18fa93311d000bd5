"""The order of a plan's tasks beyond their dependencies, as additional edges.

Seed 004, rule 3: set-up, then implementation, then review, then tests. Tasks of different stages keep the order in the
file, so a test that is written first stays first. A task that a person marked ``parallel="sequential"`` is a barrier:
it waits for all tasks before it, and all tasks after it wait for it.

All of these are edges in ``depends-on``: an orchestrator that uses only the attributes runs the same order as one that
uses the batches.
"""

from collections.abc import Mapping
from typing import Final

from gsdc.source.plan import Plan
from gsdc.source.plan_annotation import generated
from gsdc.tasks.dependency import MOST_TASKS, Dependencies, Follows, declaration, without_implied

_STAGE: Final = {"boilerplate": 0, "research": 0, "infra": 1, "implementation": 1, "docs": 2, "review": 2, "testing": 3}
_SAID: Final = {"boilerplate": "set-up", "infra": "infrastructure", "docs": "documents", "testing": "tests"}


def ordered(plan: Plan, depends: Dependencies, kinds: Mapping[int, str]) -> Dependencies:
    """Return ``depends`` with the edges of stages and barriers, each with its reason, and without implied ones.

    Declared dependencies are unchanged, except for barriers. ``kinds`` has the family of each task.
    """
    if len(plan.tasks) > MOST_TASKS:
        return depends
    barriers = _barriers(plan)
    found: dict[int, dict[int, str]] = {}
    for task in plan.tasks:
        reasons = dict(depends[task.number])
        free = declaration(task) is None
        for earlier in range(1, task.number):
            if task.number in barriers or earlier in barriers:
                barrier = task.number if task.number in barriers else earlier
                reasons.setdefault(earlier, Follows(f"task {barrier} is marked as sequential"))
            elif free and (why := _stage_reason(kinds[earlier], kinds[task.number])):
                reasons.setdefault(earlier, Follows(why))
        found[task.number] = without_implied(reasons, found)
    return found


def _barriers(plan: Plan) -> frozenset[int]:
    """Return the tasks that a person marked as sequential; marks that gsdc wrote are not barriers."""
    marked = {
        task.number
        for task in plan.tasks
        if (attribute := task.attribute("parallel")) is not None and attribute.value == "sequential"
    }
    return (
        frozenset(marked - {number for number, name in generated(plan) if name == "parallel"})
        if marked
        else frozenset()
    )


def _stage_reason(earlier: str, later: str) -> str:
    if earlier == "checkpoint" or later == "checkpoint":
        return ""
    first, then = _STAGE.get(earlier, 1), _STAGE.get(later, 1)
    if first == then:
        return ""
    if first > then:
        return f"the plan has {_SAID.get(earlier, earlier)} before {_SAID.get(later, later)}"
    return f"{_SAID.get(earlier, earlier)} before {_SAID.get(later, later)}"
