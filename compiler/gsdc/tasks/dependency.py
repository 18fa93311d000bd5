"""Which tasks a task has to wait for, and why: declared, or inferred as cautiously as the profile says.

Inferred are: two writes of one file; a read of what an earlier task writes; a mention of "Task N"; and checkpoints,
which everything before them reaches and everything after them waits for.
"""

import re
from collections.abc import Mapping
from typing import Final

from gsdc.source.plan import Plan, Task

_MENTION: Final = re.compile(r"\b[Tt]asks? (\d{1,3})(?:\s*(?:,|and|&|-)\s*(\d{1,3}))?\b")
_LABEL: Final = re.compile(r"^\s*[Tt]ask (\d{1,3})\b")
_NUMBER: Final = re.compile(r"\d+")

Dependencies = Mapping[int, Mapping[int, str]]


def dependencies(plan: Plan, caution: str) -> Dependencies:
    """Return for each task's number the numbers that it waits for, each with the reason.

    ``caution`` is "low" (a read counts by full path), "normal" (also by file name) or "high" (every task also waits for
    the one before it). What a person declared in ``depends-on`` replaces what would be inferred, checkpoints apart.
    Numbers are positions in the file; a name such as "Task 3: ..." gives the task that number for mentions.
    """
    labels = _labels(plan)
    files = {task.number: task.files for task in plan.tasks}
    found: dict[int, dict[int, str]] = {}
    for task in plan.tasks:
        earlier = [other for other in plan.tasks if other.number < task.number]
        declared = task.attribute("depends-on") or task.attribute("depends_on")
        reasons = _declared(declared.value, labels) if declared else _inferred(task, files, labels, caution)
        for other in earlier:
            if task.is_checkpoint or other.is_checkpoint:
                reasons.setdefault(other.number, "a checkpoint stands between")
        known = {number: why for number, why in reasons.items() if 0 < number < task.number}
        found[task.number] = known if declared else _without_implied(known, found)
    return found


def _labels(plan: Plan) -> dict[int, int]:
    labels = {task.number: task.number for task in plan.tasks}
    own = {int(match[1]): task.number for task in plan.tasks if (match := _LABEL.match(task.name))}
    return labels | own


def _declared(value: str, labels: Mapping[int, int]) -> dict[int, str]:
    return {labels.get(int(number), int(number)): "declared" for number in _NUMBER.findall(value)}


def _inferred(
    task: Task, files: Mapping[int, tuple[str, ...]], labels: Mapping[int, int], caution: str
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
            reasons.setdefault(labels.get(int(number), 0), f'mentions "{match[0]}"')
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
