"""The tasks that a task waits for, with reasons: declared, or inferred as cautiously as the profile requires.

Inferred dependencies: two writes of one file; a read of a file that an earlier task writes; the use of a name that an
earlier task creates; an inspection, which is a task that writes nothing; a mention of "Task N"; and checkpoints, which
wait for everything before them and block everything after them.
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
    """A reason that does not relate to a task's work: a later task does not continue that work."""

    __slots__ = ()


Dependencies = Mapping[int, Mapping[int, str]]


def dependencies(plan: Plan, caution: str) -> Dependencies:
    """Return for each task's number the numbers that it waits for, each with the reason.

    ``caution`` is "low" (writes, reads by full path and mentions count), "normal" (also reads by a file's name, names
    in code, and inspections) or "high" (every task also waits for the previous one). A declaration in ``depends-on``
    replaces the inferred dependencies, except for checkpoints. In a plan of more than 500 tasks, each waits for the
    previous one. Numbers are positions in the file; a name such as "Task 3: ..." sets the task's number for mentions.
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
    """Return the attribute in which a person declares the dependencies of a task."""
    return task.attribute("depends-on") or task.attribute("depends_on")


def declarations(plan: Plan) -> dict[Task, Attribute]:
    """Return the dependencies that people declared; those that gsdc wrote may be out of date and are ignored."""
    found = {task: written for task in plan.tasks if (written := declaration(task))}
    ours = generated(plan) if found else frozenset()
    return {task: written for task, written in found.items() if (task.number, written.name) not in ours}


def labels(plan: Plan) -> dict[int, int]:
    """Return the task of each number: the one whose name has it ("Task 3: ..."), else by position in the file."""
    positions = {task.number: task.number for task in plan.tasks}
    own: dict[int, int] = {}
    for task in plan.tasks:
        if match := _LABEL.match(task.name):
            own.setdefault(int(match[1]), task.number)
    return positions | own


def numbers(plan: Plan) -> dict[int, str]:
    """Return for each task's position its number for readers: its label, else its position.

    The result is "" for a task without a label if its position is the label of another task.
    """
    known_as = labels(plan)
    own = {position: str(label) for label, position in known_as.items() if label != position}
    return {
        task.number: own.get(task.number) or (str(task.number) if known_as[task.number] == task.number else "")
        for task in plan.tasks
    }


def by_number(waits: Iterable[int], depends: Dependencies, named: Mapping[int, str]) -> tuple[str, ...]:
    """Return the numbers of ``waits``; a task without a number is replaced by its own dependencies."""
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
    """Return the numbers of the tasks in a declaration, whether they exist or not."""
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
    """Return the longer words of a task's name and action, which include the names in code that it uses."""
    return frozenset(_LONG_WORD.findall(f"{task.name}\n{task.text('action')}"))


def _made(task: Task) -> frozenset[str]:
    """Return the names in code that a task creates: in its name, as new files, or in its action."""
    words = (*_LONG_WORD.findall(task.name), *_MAKING.findall(task.text("action")))
    files = (path.rpartition("/")[2].partition(".")[0] for path in task.files)
    made = {word for word in words if _IN_CODE.search(word)}
    return frozenset(made | {name for name in files if _LONG_WORD.fullmatch(name) and name[0].isupper()})


def _reads(prose: str, path: str, caution: str) -> bool:
    if path in prose:
        return True
    name = path.rpartition("/")[2]
    # "index.ts" or "mod.rs" is in every folder: such a name does not identify a file.
    distinct = len(name) > 8 and not name.startswith(("index.", "mod.", "__init__.", "README.", "main."))
    return caution != "low" and distinct and name in prose


def without_implied(reasons: Mapping[int, str], found: Dependencies) -> dict[int, str]:
    """Return ``reasons`` without implied ones; continued work is implied only by other continued work.

    ``found`` has the reasons of the previous tasks.
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
    """Return the indirect dependencies of ``reasons``."""
    seen: set[int] = set()
    for number in reasons:
        stack = list(found[number])
        while stack:
            deeper = stack.pop()
            if deeper not in seen:
                seen.add(deeper)
                stack.extend(found[deeper])
    return frozenset(seen)
