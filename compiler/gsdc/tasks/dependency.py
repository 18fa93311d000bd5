"""Which tasks a task has to wait for, and why: declared, or inferred as cautiously as the profile says.

Inferred are: two writes of one file; a read of what an earlier task writes; the use of a name that an earlier one
makes; a look at what is there, which a task that writes nothing is; a mention of "Task N"; and checkpoints, which
everything before them reaches and everything after them waits for.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from gsdc.source.attribute import Attribute
from gsdc.source.lazy_pattern import lazily
from gsdc.source.plan import Plan
from gsdc.source.plan_annotation import generated
from gsdc.source.task import Task

_MENTION: Final = lazily(r"\b[Tt]asks? (\d{1,3})(?:\s*(?:,|and|&|-)\s*(\d{1,3}))?\b")
_LABEL: Final = lazily(r"^\s*[Tt]ask (\d{1,3})\b")
_LONG_WORD: Final = lazily(r"[A-Za-z_][A-Za-z0-9_]{5,60}")
_IN_CODE: Final = lazily(r"[a-z][A-Z]|[A-Za-z]_[A-Za-z]")
_MAKING: Final = lazily(
    r"\b(?:[Cc]reate|[Aa]dd|[Ii]mplement|[Dd]efine|[Ee]xport|[Ii]ntroduce|[Ee]xtract|[Ww]rite|def|fn|func|function|class"
    r"|interface|struct|trait|enum|type|const|record|object)s? (?:(?:a|an|the|new|async|pub|public|static|abstract|data"
    r"|method|helper|class|function|module|component|service|hook|type|interface) ){0,3}"
    r"[`*]{0,3}([A-Za-z_][A-Za-z0-9_]{5,60})"
)
_NUMBER: Final = lazily(r"\d{1,6}")

# Every task is compared with every other; public plans have up to 30.
MOST_TASKS: Final = 500
DECLARED: Final = "declared"  # the reason of a dependency that a person wrote


class Follows(str):
    """A reason to wait for a task that says nothing of its work: what comes after does not go on with it."""

    __slots__ = ()


Dependencies = Mapping[int, Mapping[int, str]]


def dependencies(plan: Plan, caution: str) -> Dependencies:
    """Return for each task's number the numbers that it waits for, each with the reason.

    ``caution`` is "low" (writes, reads by full path and mentions count), "normal" (also reads by a file's name, names
    in code, and looks at what is there) or "high" (every task also waits for the one before it). What a person declared
    in ``depends-on`` replaces what would be inferred, checkpoints apart. Of more than 500 tasks, each waits for the one
    before it. Numbers are positions in the file; a name such as "Task 3: ..." gives the task that number for mentions.
    """
    if len(plan.tasks) > MOST_TASKS:
        return {
            n: {n - 1: Follows("the plan has too many tasks")} if n > 1 else {} for n in range(1, len(plan.tasks) + 1)
        }
    known_as = labels(plan)
    made = {} if caution == "low" else {task.number: _made(task) for task in plan.tasks}
    found: dict[int, dict[int, str]] = {}
    for task in plan.tasks:
        earlier = [other for other in plan.tasks if other.number < task.number]
        written = declaration(task)
        if written is not None:
            reasons = dict.fromkeys(declared(written.value, known_as), DECLARED)
        else:
            reasons = _inferred(task, plan.tasks[: task.number - 1], made, known_as, caution)
        for other in earlier:
            if task.is_checkpoint or other.is_checkpoint:
                reasons.setdefault(other.number, Follows("a checkpoint is between"))
        known = {number: why for number, why in reasons.items() if 0 < number < task.number}
        found[task.number] = without_implied(known, found)
    return found


def declaration(task: Task) -> Attribute | None:
    """Return the attribute with which a person says what a task waits for."""
    return task.attribute("depends-on") or task.attribute("depends_on")


def declarations(plan: Plan) -> dict[Task, Attribute]:
    """Return what people say tasks wait for; what gsdc wrote may be out of date, and is not theirs."""
    found = {task: written for task in plan.tasks if (written := declaration(task))}
    ours = generated(plan) if found else frozenset()
    return {task: written for task, written in found.items() if (task.number, written.name) not in ours}


def labels(plan: Plan) -> dict[int, int]:
    """Return which task each number means: one that a name gives ("Task 3: ..."), else the position in the file."""
    positions = {task.number: task.number for task in plan.tasks}
    own: dict[int, int] = {}
    for task in plan.tasks:
        if match := _LABEL.match(task.name):
            own.setdefault(int(match[1]), task.number)
    return positions | own


def numbers(plan: Plan) -> dict[int, str]:
    """Return for each task's position the number that means it to a reader: its label, else its position.

    It is "" for a task without a label whose position is another one's label: no number means that task.
    """
    known_as = labels(plan)
    own = {position: str(label) for label, position in known_as.items() if label != position}
    return {
        task.number: own.get(task.number) or (str(task.number) if known_as[task.number] == task.number else "")
        for task in plan.tasks
    }


def by_number(waits: Iterable[int], depends: Dependencies, named: Mapping[int, str]) -> tuple[str, ...]:
    """Return the numbers that name ``waits``; for a task that none names, those of what it waits for itself."""
    found: dict[int, str] = {}
    stack, seen = list(waits), set[int]()
    while stack:
        position = stack.pop()
        if position not in seen:
            seen.add(position)
            if named[position]:
                found[position] = named[position]
            else:
                stack.extend(depends[position])
    return tuple(found[position] for position in sorted(found))


def declared(value: str, known_as: Mapping[int, int]) -> tuple[int, ...]:
    """Return the numbers of the tasks that a declaration names, whether they are there or not."""
    return tuple(known_as.get(int(number), int(number)) for number in _NUMBER.findall(value))


def _inferred(
    task: Task, earlier: Iterable[Task], made: Mapping[int, frozenset[str]], known_as: Mapping[int, int], caution: str
) -> dict[int, str]:
    reasons: dict[int, str] = {}
    writes = set(task.writes)
    prose = "\n".join(task.text(part) for part in ("read_first", "action", "verify"))
    used = _names(task) if made else frozenset()
    for other in earlier:
        shared = writes.intersection(other.writes)
        if shared:
            reasons[other.number] = f"both write {min(shared)}"
        elif read := next((path for path in other.files if _reads(prose, path, caution)), None):
            reasons[other.number] = f"reads {read}"
        elif names := used & made.get(other.number, frozenset()):
            reasons[other.number] = f"uses {min(names)}"
        elif made and not writes and not task.is_checkpoint:
            reasons[other.number] = Follows("it writes nothing: it only reads")
    for match in _MENTION.finditer(prose):
        for number in filter(None, match.groups()):
            reasons.setdefault(known_as.get(int(number), 0), f'mentions "{match[0]}"')
    if caution == "high" and task.number > 1:
        reasons.setdefault(task.number - 1, Follows("the profile is cautious"))
    return reasons


def _names(task: Task) -> frozenset[str]:
    """Return the longer words of a task's name and action: among them, names in code that it uses."""
    return frozenset(_LONG_WORD.findall(f"{task.name}\n{task.text('action')}"))


def _made(task: Task) -> frozenset[str]:
    """Return the names in code that a task makes: in its name, as files of its own, or created in its action."""
    words = (*_LONG_WORD.findall(task.name), *_MAKING.findall(task.text("action")))
    files = (path.rpartition("/")[2].partition(".")[0] for path in task.files)
    made = {word for word in words if _IN_CODE.search(word)}
    return frozenset(made | {name for name in files if _LONG_WORD.fullmatch(name) and name[0].isupper()})


def _reads(prose: str, path: str, caution: str) -> bool:
    if path in prose:
        return True
    name = path.rpartition("/")[2]
    # "index.ts" or "mod.rs" stands in every folder: such a name says nothing about which file is meant.
    distinct = len(name) > 8 and not name.startswith(("index.", "mod.", "__init__.", "README.", "main."))
    return caution != "low" and distinct and name in prose


def without_implied(reasons: Mapping[int, str], found: Dependencies) -> dict[int, str]:
    """Return ``reasons`` without those that others imply: work that a task goes on with is implied by such work only.

    ``found`` has the reasons of the tasks before it.
    """
    own = {number for number, why in reasons.items() if not isinstance(why, Follows)}
    covered = implied(reasons, found)
    continued = implied(
        own, {n: [m for m, why in each.items() if not isinstance(why, Follows)] for n, each in found.items()}
    )
    return {
        number: why
        for number, why in reasons.items()
        if why == DECLARED or number not in (continued if number in own else covered)
    }


def implied(reasons: Iterable[int], found: Mapping[int, Iterable[int]]) -> frozenset[int]:
    """Return what other dependencies among ``reasons`` already wait for."""
    seen: set[int] = set()
    for number in reasons:
        stack = list(found[number])
        while stack:
            deeper = stack.pop()
            if deeper not in seen:
                seen.add(deeper)
                stack.extend(found[deeper])
    return frozenset(seen)
