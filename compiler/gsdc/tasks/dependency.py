"""Which tasks a task has to wait for, and why: declared, or inferred as cautiously as the profile says.

Inferred are: two writes of one file; a read of what an earlier task writes; a mention of "Task N"; and checkpoints,
which everything before them reaches and everything after them waits for.
"""

import re
from collections.abc import Mapping
from typing import Final

from gsdc.source.plan import Plan
from gsdc.source.task import Attribute, Task

_MENTION: Final = re.compile(r"\b[Tt]asks? (\d{1,3})(?:\s*(?:,|and|&|-)\s*(\d{1,3}))?\b")
_LABEL: Final = re.compile(r"^\s*[Tt]ask (\d{1,3})\b")
_NUMBER: Final = re.compile(r"\d{1,6}")

# Every task is compared with every other; public plans have up to 30.
MOST_TASKS: Final = 500

Dependencies = Mapping[int, Mapping[int, str]]


def dependencies(plan: Plan, caution: str) -> Dependencies:
    """Return for each task's number the numbers that it waits for, each with the reason.

    ``caution`` is "low" (a read counts by full path), "normal" (also by file name) or "high" (every task also waits for
    the one before it). What a person declared in ``depends-on`` replaces what would be inferred, checkpoints apart.
    Where there are more than 500 tasks, each waits for the one before it.
    Numbers are positions in the file; a name such as "Task 3: ..." gives the task that number for mentions.
    """
    if len(plan.tasks) > MOST_TASKS:
        return {n: {n - 1: "the plan has too many tasks"} if n > 1 else {} for n in range(1, len(plan.tasks) + 1)}
    known_as = labels(plan)
    files = {task.number: task.files for task in plan.tasks}
    found: dict[int, dict[int, str]] = {}
    for task in plan.tasks:
        earlier = [other for other in plan.tasks if other.number < task.number]
        written = declaration(task)
        if written is not None:
            reasons = dict.fromkeys(declared(written.value, known_as), "declared")
        else:
            reasons = _inferred(task, files, known_as, caution)
        for other in earlier:
            if task.is_checkpoint or other.is_checkpoint:
                reasons.setdefault(other.number, "a checkpoint stands between")
        known = {number: why for number, why in reasons.items() if 0 < number < task.number}
        found[task.number] = known if written else _without_implied(known, found)
    return found


def declaration(task: Task) -> Attribute | None:
    """Return the attribute with which a person says what a task waits for."""
    return task.attribute("depends-on") or task.attribute("depends_on")


def labels(plan: Plan) -> dict[int, int]:
    """Return which task each number means: one that a name gives ("Task 3: ..."), else the position in the file."""
    positions = {task.number: task.number for task in plan.tasks}
    own = {int(match[1]): task.number for task in plan.tasks if (match := _LABEL.match(task.name))}
    return positions | own


def declared(value: str, known_as: Mapping[int, int]) -> tuple[int, ...]:
    """Return the numbers of the tasks that a declaration names, whether they are there or not."""
    return tuple(known_as.get(int(number), int(number)) for number in _NUMBER.findall(value))


def _inferred(
    task: Task, files: Mapping[int, tuple[str, ...]], known_as: Mapping[int, int], caution: str
) -> dict[int, str]:
    reasons: dict[int, str] = {}
    writes = set(files[task.number])
    prose = "\n".join(task.text(part) for part in ("read_first", "action", "verify"))
    for other in range(1, task.number):
        shared = writes.intersection(files[other])
        if shared:
            reasons[other] = f"both write {min(shared)}"
            continue
        read = next((path for path in files[other] if _reads(prose, path, caution)), None)
        if read is not None:
            reasons[other] = f"reads {read}"
    for match in _MENTION.finditer(prose):
        for number in filter(None, match.groups()):
            reasons.setdefault(known_as.get(int(number), 0), f'mentions "{match[0]}"')
    if caution == "high" and task.number > 1:
        reasons.setdefault(task.number - 1, "the profile is cautious")
    return reasons


def _reads(prose: str, path: str, caution: str) -> bool:
    if path in prose:
        return True
    name = path.rpartition("/")[2]
    # "index.ts" or "mod.rs" stands in every folder: such a name says nothing about which file is meant.
    distinct = len(name) > 8 and not name.startswith(("index.", "mod.", "__init__.", "README.", "main."))
    return caution != "low" and distinct and name in prose


def _without_implied(reasons: Mapping[int, str], found: Mapping[int, Mapping[int, str]]) -> dict[int, str]:
    """Leave out what another dependency already waits for."""
    implied: set[int] = set()
    for number in reasons:
        stack = list(found[number])
        while stack:
            deeper = stack.pop()
            if deeper not in implied:
                implied.add(deeper)
                stack.extend(found[deeper])
    return {number: why for number, why in reasons.items() if number not in implied}
