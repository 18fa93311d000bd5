"""Graphs of plans: the tasks of one plan, in batches; the plans of a phase, in waves (seed 001, part 3).

A task waits for others by the rules of ``gsdc.tasks.dependency``. A plan waits for the plans that its frontmatter names
in ``depends_on``. In a phase of get-shit-done, these names are resolved as GSD does, and the waves are those in which
GSD runs the plans; elsewhere a plan runs in the ``wave`` that it declares.
"""

import math
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from gsdc.finding import counted
from gsdc.plans.collect import facts, listed, wave_of
from gsdc.plans.drawing import Arrow, Box, Drawing, DrawnGroup
from gsdc.plans.facts import PlanFacts, named
from gsdc.plans.graph_names import PlanNames, folder_of, plan_id
from gsdc.plans.phase import ProjectPlans
from gsdc.plans.plan_executor import PlanExecutor
from gsdc.plans.plan_status import OPEN, plan_status
from gsdc.source.gsd_names import in_phase, phase_folder
from gsdc.source.plan import Plan
from gsdc.tasks.annotation import Annotated, Annotation, model_of, title
from gsdc.tasks.batches import Batch

_NOTHING: Final = frozenset({"", "none", "null", "n/a", "[]", "-"})


class GraphNode(NamedTuple):
    """A task of a graph. ``model`` is None for a checkpoint, which waits for a person, and for a deferred task."""

    number: int
    label: str
    name: str
    kind: str
    agent: str | None
    model: str | None
    complexity: int
    critical: bool
    deferred: str

    @property
    def who(self) -> str:
        """A description of who does the task: a model, a person, or not yet decided."""
        return self.model or ("a person" if self.kind == "checkpoint" else "deferred")


class Edge(NamedTuple):
    """Task ``after`` waits for task ``before``."""

    before: int
    after: int
    why: str


class TaskGraph(NamedTuple):
    """The tasks of a plan, their dependencies, and the batches in which they run."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]
    batches: tuple[Batch, ...]


class PlanNode(NamedTuple):
    """A plan among others. ``id`` is its file's name without "-PLAN.md"; ``wave`` is None if it has none.

    ``declared_wave`` is what the plan declares, ``wave`` when it runs. ``depends_on`` are the items of its frontmatter,
    each with the paths of the given plans that it names, none if it names none of them. ``status`` is "open", or why
    the plan is not run.
    """

    path: str
    id: str
    status: str
    wave: float | None
    declared_wave: float | None
    depends_on: tuple[tuple[str, tuple[str, ...]], ...]
    graph: TaskGraph


def task_graph(annotated: Annotated) -> TaskGraph:
    """Return the graph of a plan's tasks."""
    edges = (
        Edge(before, after, why)
        for after, waits in sorted(annotated.dependencies.items())
        for before, why in sorted(waits.items())
    )
    return TaskGraph(
        tuple(_node(item, annotated.label(item.task.number)) for item in annotated.tasks),
        tuple(edges),
        annotated.batches,
    )


def plan_graph(plans: Iterable[tuple[Plan, Annotated]]) -> tuple[PlanNode, ...]:
    """Return plans as nodes, by folder, then wave, then name."""
    given = list(plans)
    names = PlanNames(plan.path for plan, _ in given)
    phases = _Phases([plan for plan, _ in given])
    nodes = (
        PlanNode(
            plan.path,
            plan_id(plan.path),
            phases.status(plan),
            phases.wave(plan),
            _number(wave_of(plan)),
            phases.depends_on(plan) or tuple((item, names.meant(item, plan.path)) for item in _items(plan)),
            task_graph(annotated),
        )
        for plan, annotated in given
    )
    return tuple(sorted(nodes, key=lambda node: (folder_of(node.path), node.wave is None, node.wave or 0, node.path)))


class _Phases:
    """The plans that are in a phase, as get-shit-done reads them."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        known = {plan.path: facts(plan) for plan in plans if in_phase(plan.path)}
        self._project = ProjectPlans(known.values(), "")
        self._partial = {plan.phase for plan in known.values() if self._lacks_some(plan)}

    def wave(self, plan: Plan) -> float | None:
        """Return when ``plan`` runs: its declared wave if it is in no phase, or if not all of its phase is given.

        A superseded plan has no wave.
        """
        if plan.path in self._project.superseded:
            return None
        if phase_folder(plan.path) in self._partial:
            return _number(wave_of(plan))
        return self._project.waves.get(plan.path, _number(wave_of(plan)))

    def status(self, plan: Plan) -> str:
        """Return whether ``plan`` is still to be run."""
        return plan_status(plan.path, self._project)

    def depends_on(self, plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the items of ``depends_on`` as GSD resolves them, () if ``plan`` is in no phase."""
        found: dict[str, tuple[str, ...]] = {}
        for item, other, _, dropped in self._project.dependencies.get(plan.path, ()):
            text = " ".join(item.text.split())
            if text.lower() not in _NOTHING:
                known = other is not None and self._project.version not in dropped
                found.setdefault(text, (other.path,) if known and other else ())
        return tuple(found.items())

    def _lacks_some(self, plan: PlanFacts) -> bool:
        """Tell whether ``plan`` depends on a plan of its phase that is not given."""
        found = self._project.dependencies.get(plan.path, ())
        return any(other is None and named(item.text)[:1] == plan.identifier[:1] for item, other, _, _ in found)


def draw_tasks(path: str, graph: TaskGraph) -> Drawing:
    """Draw the tasks of a plan in their batches."""
    nodes = {node.number: node for node in graph.nodes}
    groups = tuple(
        DrawnGroup(f"b{batch.number}", _batch_label(batch), tuple(_task_box(nodes[number]) for number in batch.tasks))
        for batch in graph.batches
    )
    arrows = tuple(Arrow(f"t{edge.before}", f"t{edge.after}", edge.why) for edge in graph.edges)
    heading = f"{path}: {counted(len(nodes), 'task')} in {counted(len(groups), 'batch', 'batches')}"
    return Drawing(heading, groups, arrows)


def draw_plans(nodes: tuple[PlanNode, ...]) -> Drawing:
    """Draw plans in their waves; their dependencies outside the given plans form a separate group."""
    ids = {node.path: f"p{index}" for index, node in enumerate(nodes, 1)}
    elsewhere: dict[str, Box] = {}
    arrows = []
    waves: dict[tuple[str, float | None], list[Box]] = {}
    for node in nodes:
        waves.setdefault((folder_of(node.path), node.wave), []).append(_plan_box(ids[node.path], node))
        for item, paths in node.depends_on:
            if not paths:
                elsewhere.setdefault(item, Box(f"x{len(elsewhere) + 1}", item, "", "not among these plans"))
            befores = [ids[path] for path in paths] or [elsewhere[item].id]
            arrows += [Arrow(before, ids[node.path], "declared") for before in befores]
    groups = [DrawnGroup("w0", "not among these plans", tuple(elsewhere.values()))] if elsewhere else []
    for index, ((folder, wave), boxes) in enumerate(waves.items(), 1):
        label = f"{folder or '.'}, {'no wave' if wave is None else f'wave {wave:g}'}: {counted(len(boxes), 'plan')}"
        groups.append(DrawnGroup(f"w{index}", label, tuple(boxes)))
    return Drawing(counted(len(nodes), "plan"), tuple(groups), tuple(arrows))


def graph_data(nodes: tuple[PlanNode, ...], executor: PlanExecutor | None) -> dict[str, Any]:
    """Return plans with their tasks as JSON data; the keys are the same for one plan and for many.

    ``executor`` runs all tasks of a plan in get-shit-done.
    """
    return {
        "plan_executor": executor and executor._asdict(),
        "plans": [
            {
                "path": node.path,
                "id": node.id,
                "status": node.status,
                "wave": node.wave,
                "declared_wave": node.declared_wave,
                "depends_on": [{"item": item, "plans": list(paths)} for item, paths in node.depends_on],
                "tasks": [{**task._asdict(), "deferred": task.deferred or None} for task in node.graph.nodes],
                "edges": [edge._asdict() for edge in node.graph.edges],
                "batches": [_batch_data(batch, node.graph) for batch in node.graph.batches],
            }
            for node in nodes
        ],
    }


def _batch_data(batch: Batch, graph: TaskGraph) -> dict[str, Any]:
    """Return a batch as JSON data, with its dependencies and who does each of its tasks (seed 001, part 3.2)."""
    nodes = {node.number: node for node in graph.nodes}
    return {
        "number": batch.number,
        "tasks": list(batch.tasks),
        "parallel": batch.parallel,
        "depends_on": sorted({edge.before for edge in graph.edges if edge.after in batch.tasks}),
        "assignments": [
            {"task": number, "agent": nodes[number].agent, "model": nodes[number].model} for number in batch.tasks
        ],
    }


def _node(item: Annotation, label: str) -> GraphNode:
    model = model_of(item)
    deferred = item.decision.defer if item.decision is not None and model is None else ""
    kind, score = item.work.kind, item.complexity.score
    agent = item.agent.name if item.agent else None
    return GraphNode(
        item.task.number, label, title(item.task), kind, agent, model, score, item.security.critical, deferred
    )


def _task_box(node: GraphNode) -> Box:
    parts = [node.who, node.kind, f"complexity {node.complexity}"] if node.kind != "checkpoint" else ["a person"]
    detail = ", ".join([*parts, *(["security-critical"] if node.critical else [])])
    return Box(f"t{node.number}", f"Task {node.label}", node.name, detail, node.critical, node.kind == "checkpoint")


def _plan_box(box: str, node: PlanNode) -> Box:
    tasks = node.graph.nodes
    who = ", ".join(dict.fromkeys(task.who for task in tasks))
    size = f"{counted(len(tasks), 'task')} in {counted(len(node.graph.batches), 'batch', 'batches')}"
    critical, waits = any(task.critical for task in tasks), any(task.kind == "checkpoint" for task in tasks)
    status = "" if node.status == OPEN else f"{node.status}, "
    return Box(box, node.id, "", f"{status}{size}: {who}" if who else f"{status}{size}", critical, waits)


def _batch_label(batch: Batch) -> str:
    return f"Batch {batch.number}: {f'{len(batch.tasks)} tasks in parallel' if batch.parallel else 'one task'}"


def _items(plan: Plan) -> tuple[str, ...]:
    """Return the items of ``depends_on``, each once, without words that mean none."""
    words = (" ".join(item.split()) for text in listed(plan.frontmatter.get("depends_on")) for item in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word.lower() not in _NOTHING))


def _number(value: float | None) -> float | None:
    """Return a wave in its usual form, 1 and not 1.0; None if it is not a finite number."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if value.is_integer() else value
