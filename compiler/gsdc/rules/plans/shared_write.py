"""Two plans of one wave, or two tasks that run in parallel, write the same file.

## Why is this bad?
Agents that run at the same time overwrite each other's work, and the merge is lost (seed 004, "Rule 3: Parallel
Execution"). Of the pairs of plans that share a wave in public projects, a fifth write the same file.

get-shit-done computes the waves from `depends_on` and only compares `wave:`. Where two plans of a wave have an item of
`files_modified` in common, to the letter, its workflow has the orchestrator run every plan of that wave one after the
other; what only a task's `<files>` name it does not look at (measured on get-shit-done 1.42.3 and GSD core 1.14.0).

## Example (PLAN.md)
<task type="auto" parallel="can-parallelize">
  <name>Task 1: Add the route</name>
  <files>src/routes.ts</files>
</task>
<task type="auto" parallel="can-parallelize">
  <name>Task 2: Add the other route</name>
  <files>src/routes.ts</files>
</task>

## Use instead (PLAN.md)
<task type="auto" parallel="sequential">
  <name>Task 1: Add the route</name>
  <files>src/routes.ts</files>
</task>
<task type="auto" parallel="sequential" depends-on="1">
  <name>Task 2: Add the other route</name>
  <files>src/routes.ts</files>
</task>
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from gsdc.finding import Finding, Severity, some
from gsdc.plans.phase import ProjectPlans
from gsdc.rules.plans.api import PlanContext, finding
from gsdc.source.gsd_names import gsd_id
from gsdc.source.span import Span

if TYPE_CHECKING:
    from gsdc.plans.facts import PlanFacts
    from gsdc.source.plan import Plan
    from gsdc.source.task import Task

ID: Final = "shared-write"
CODE: Final = "NB009"
SEVERITY: Final = Severity.ERROR

# Of those before that write a file, so many are looked at: thousands that write one file are told from the first ones.
_MOST: Final = 20

Writer = TypeVar("Writer")


def check(plan: "Plan", context: PlanContext) -> Iterator[Finding]:  # noqa: ARG001
    """Yield one finding for each task that a person lets run beside an earlier one though both write one file."""
    marked = [task for task in plan.tasks if "can-parallelize" in task.values("parallel")]
    if len(marked) < 2:
        return
    waits = _waits(plan)

    def ordered(one: "Task", other: "Task") -> bool:
        return one.number in waits[other.number] or other.number in waits[one.number]

    for task, others, shared in _clashes([(task, task.writes) for task in marked], ordered):
        numbers = ", ".join(str(other.number) for other in others)
        message = f"task {task.number} runs beside task {numbers}, and {_both(others)} write {some(shared)}"
        help_ = f'write depends-on="{others[0].number}" into task {task.number}, or parallel="sequential"'
        attribute = task.attribute("parallel")
        at = plan.at(attribute.start if attribute else task.start)
        offsets = (offset for one in (task, *others) for offset in _places(one, shared))
        related = tuple(place for place in map(plan.at, offsets) if place != at)
        yield finding(__name__, at, message, help_, related=related)


def _waits(plan: "Plan") -> dict[int, frozenset[int]]:
    """Return the tasks that each task waits for as people declare it: directly, or because others wait for them."""
    from gsdc.tasks.dependency import declaration, declared, implied, labels

    known = labels(plan)
    numbers = {task.number for task in plan.tasks}
    direct = {
        task.number: numbers.intersection(declared(written.value, known)) if (written := declaration(task)) else set()
        for task in plan.tasks
    }
    return {number: frozenset(named | implied(named, direct)) for number, named in direct.items()}


def check_together(project: ProjectPlans) -> Iterator[Finding]:
    """Yield one finding for each plan that writes a file which an earlier one of its wave writes too.

    The wave is that in which GSD runs the plan; plans that are done or superseded are not run.
    """
    for plans in project.folders.values():
        waves: dict[int, list[PlanFacts]] = {}
        for plan in plans:
            if plan.path in project.waves and plan.path not in project.done:
                waves.setdefault(project.waves[plan.path], []).append(plan)
        for wave, members in waves.items():
            for plan, others, shared in _clashes([(plan, plan.written) for plan in members], _never):
                names = ", ".join(other.name for other in others)
                yield finding(
                    __name__,
                    Span(plan.path, *plan.writes_at),
                    f"{names} and this plan are {_both(others)} in wave {wave} and write {some(shared)}",
                    f'write depends_on: ["{gsd_id(others[-1].path)}"], so that this plan waits',
                    notes=tuple(_notes(project, wave, members, (*others, plan), shared)),
                    related=tuple(place for one in (*others, plan) for place in _places_of(one, shared)),
                )


def _never(one: "PlanFacts", other: "PlanFacts") -> bool:  # noqa: ARG001 - no plan of a wave waits for another one of it
    return False


def _notes(
    project: ProjectPlans,
    wave: int,
    members: Sequence["PlanFacts"],
    clashing: Sequence["PlanFacts"],
    shared: Sequence[str],
) -> Iterator[str]:
    """Yield why GSD takes the plans for one wave where they say another, and what it does with them."""
    unread = [plan for plan in clashing if plan.path in project.unread]
    if unread:
        names = ", ".join(plan.name for plan in unread)
        why = "it is not valid YAML, or does not come first"
        yield f"{project.version} reads nothing of the frontmatter of {names}: {why}"
    clashing = [plan for plan in clashing if plan not in unread]
    otherwise = [plan for plan in clashing if plan.wave is not None and plan.wave != wave]
    if otherwise:
        said = ", ".join(f"{plan.name} says {plan.wave:g}" for plan in otherwise)
        yield f"{project.version} computes waves from depends_on, not from wave ({said})"
    declared = [{write.declared for write in plan.writes if write.path in shared} - {""} for plan in clashing]
    if any(not one.isdisjoint(other) for index, one in enumerate(declared) for other in declared[:index]):
        yield f"{project.version} sees it in files_modified: it runs the {len(members)} plans of the wave sequentially"
    else:
        yield f"{project.version} does not see it in files_modified: it runs the plans in parallel"


def _places(task: "Task", shared: Sequence[str]) -> Iterator[int]:
    """Yield where a task says that it runs beside others, and where that it writes what they share."""
    attribute = task.attribute("parallel")
    yield from ([] if attribute is None else [attribute.start])
    for written, path in zip(task.files, task.writes, strict=True):
        if path in shared:
            yield task.place_of(written)


def _places_of(plan: "PlanFacts", shared: Sequence[str]) -> Iterator[Span]:
    """Yield where a plan says when it runs, and where it names the files that it shares."""
    yield from (Span(plan.path, *place) for place in plan.ordered_at)
    yield from (Span(plan.path, write.line, write.column) for write in plan.writes if write.path in shared)


def _clashes(
    writers: Sequence[tuple[Writer, Sequence[str]]], ordered: Callable[[Writer, Writer], bool]
) -> Iterator[tuple[Writer, list[Writer], list[str]]]:
    """Yield each writer with the earlier ones that write a file of its own, and these files; ``ordered`` ones apart."""
    earlier: dict[str, list[int]] = {}
    for index, (writer, paths) in enumerate(writers):
        shared: dict[int, list[str]] = {}
        for path in sorted(paths):
            before = earlier.setdefault(path, [])
            for other in before:
                shared.setdefault(other, []).append(path)
            if len(before) < _MOST:
                before.append(index)
        found = [other for other in sorted(shared) if not ordered(writers[other][0], writer)]
        if found:
            files = dict.fromkeys(path for other in found for path in shared[other])
            yield writer, [writers[other][0] for other in found], list(files)


def _both(others: "Sequence[object]") -> str:
    return "both" if len(others) == 1 else "all"
