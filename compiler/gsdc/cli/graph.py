"""``gsdc graph``: the batches and dependencies of a plan's tasks, or the waves of a phase's plans."""

from typing import TYPE_CHECKING, Final

import click

from gsdc.cli.options import in_zone, of_policy, printing
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gsdc.finding import Finding
    from gsdc.plans.drawing import Drawing
    from gsdc.plans.graph import PlanNode
    from gsdc.plans.plan_executor import PlanExecutor
    from gsdc.source.plan import Plan

FORMATS: Final = ("text", "mermaid", "dot", "json")


@click.command(epilog="Example: gsdc graph .planning/phases/01-core/01-02-PLAN.md --format mermaid")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@of_policy
@in_zone
@printing(FORMATS)
@click.pass_obj
def command(
    session: Session,
    paths: tuple[str, ...],
    profile: str | None,
    workflow: str | None,
    fleets: tuple[str, ...],
    zone: str,
) -> None:
    """Print the tasks of a plan in their batches, with what each waits for and why.

    PATHS are plans, or folders with plans. Several plans are printed in their waves; JSON has their tasks too.
    """
    from gsdc.finding import Rejected
    from gsdc.plans import drawing
    from gsdc.plans.graph import graph_data, plan_graph
    from gsdc.plans.plan_executor import plan_executor
    from gsdc.plans.reading import read_plans
    from gsdc.plans.usage import measured, sizes
    from gsdc.policy.load import load
    from gsdc.tasks.annotation import analyse

    loaded = load(session.recovered_folder(), profile=profile, fleets=fleets, workflow=workflow)
    if loaded.policy is None:
        session.finish(loaded.findings)
    try:
        plans = read_plans(paths)
    except Rejected as rejected:
        session.finish(rejected.findings)
    nodes = plan_graph((plan, analyse(plan, loaded.policy, zone, measured(plan, sizes(plan)))) for plan in plans)
    executor = plan_executor(loaded.policy, zone)
    if circular := tuple(_circles(plans, nodes)):
        session.finish(circular)
    if session.format == "json":
        session.print_json(graph_data(nodes, executor))
        return
    renderer = {"text": drawing.text, "mermaid": drawing.mermaid, "dot": drawing.dot}[session.format]
    if session.format == "text":
        session.echo_folded(renderer(_drawing(nodes, executor)))
    else:
        session.echo("\n".join(renderer(_drawing(nodes, executor))))


def _drawing(nodes: "tuple[PlanNode, ...]", executor: "PlanExecutor | None") -> "Drawing":
    """Draw one plan or several, with a note that get-shit-done runs them on the model of ``executor``."""
    from gsdc.plans.graph import draw_plans, draw_tasks

    drawn = draw_tasks(nodes[0].path, nodes[0].graph) if len(nodes) == 1 else draw_plans(nodes)
    runs = executor and any(task.agent for node in nodes for task in node.graph.nodes)
    return drawn._replace(note=f"get-shit-done itself runs {executor}") if runs else drawn


def _circles(plans: "Iterable[Plan]", nodes: "Iterable[PlanNode]") -> "Iterator[Finding]":
    """Yield the dependency cycles between tasks of a plan, or between plans: they have no order to draw."""
    from gsdc.rules.plans import plan_cycle, task_cycle

    read = {plan.path: plan for plan in plans}
    for plan in read.values():
        yield from task_cycle.circles(plan)
    waits, spans, names = {}, {}, {}
    for node in nodes:
        waits[node.path] = tuple(path for _, paths in node.depends_on for path in paths if path != node.path)
        spans[node.path] = read[node.path].at(read[node.path].head.key("depends_on"))
        names[node.path] = node.id
    yield from plan_cycle.circles(waits, spans, names)
