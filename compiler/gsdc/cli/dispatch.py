"""``gsdc dispatch``: the tasks of a plan, ready for dispatch."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from gsdc.cli.options import gathered, in_zone, of_policy, shared
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from gsdc.policy.load import Loaded
    from gsdc.source.plan import Plan
    from gsdc.targets.declaration import Declaration


class Asked(NamedTuple):
    """The options: a plan, a policy, a zone, and the client that runs the tasks."""

    plan: str
    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    zone: str
    client: str | None


@click.command(epilog="Example: gsdc dispatch .planning/phases/01-core/01-02-PLAN.md --zone auto --format json")
@click.argument("plan", type=click.Path())
@of_policy
@in_zone
@click.option("--client", help="The client that runs the tasks, as its target is called; claude-code by default.")
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Print what an orchestrator hands out for PLAN: its batches, and for each task the agent, model and prompt.

    JSON has all that an executor needs. It is what the target "orchestrator" writes for each plan. A plan with a
    credential in it is not handed out.
    """
    from gsdc.finding import Rejected
    from gsdc.plans.usage import measured, sizes
    from gsdc.policy.load import load
    from gsdc.targets.orchestrator.dispatch import dispatch

    loaded = load(session.recovered_folder(), profile=asked.profile, fleets=asked.fleets, workflow=asked.workflow)
    if loaded.policy is None:
        session.finish(loaded.findings)
    session.remind()
    try:
        found, runner = _read(session, asked.plan), _runner(session, loaded, asked.client)
    except Rejected as rejected:
        session.finish(rejected.findings)
    data = dispatch(found, measured(found, sizes(found)), loaded.policy, asked.zone, runner)
    if session.format == "json":
        session.print_json(data)
    else:
        for line in _lines(data):
            session.tell(line)


def _runner(session: Session, loaded: "Loaded", name: str | None) -> "Declaration":
    """Return the client that runs the tasks: the one called ``name``, else the one of gsdc.yaml."""
    from gsdc.finding import nearest
    from gsdc.targets.orchestrator import DECLARATION
    from gsdc.targets.orchestrator.dispatch import client_of, clients

    if name and name not in clients():
        session.stop(f'unknown client "{name}": {nearest(name, list(clients()))}')
    options = loaded.project.targets().get(DECLARATION.name, {})
    return client_of(options | ({"client": name} if name else {}))


def _read(session: Session, path: str) -> "Plan":
    """Return the plan at ``path``; exit if its tasks are unknown. Raises ``Rejected`` as ``read_plan`` does."""
    from gsdc.cache import store
    from gsdc.credentials.exposed import credentials
    from gsdc.plans.reading import read_plan

    if Path(path).is_dir():
        _stop_at_folder(session, path)
    plan = read_plan(path)
    if exposed := tuple(credentials(path, plan.text, store.folder("secrets", session.root))):
        session.finish(exposed)  # prompts must not contain credentials
    if plan.is_cut:
        session.finish(plan.findings)
    if not plan.tasks:
        session.stop(f'"{path}" has no tasks')
    return plan


def _stop_at_folder(session: Session, path: str) -> "NoReturn":
    """Exit with the names of the first plans in the folder at ``path``."""
    from gsdc.plans.discover import find

    plans = [file.path for file in find([path]).files if not file.done] or ["there is no open plan in it"]
    more = f" and {len(plans) - 2} more" if len(plans) > 2 else ""
    session.stop(f'"{path}" is a folder, and one plan is dispatched at a time: {", ".join(plans[:2])}{more}')


def _lines(data: dict[str, Any]) -> "Iterator[str]":
    from gsdc.report.table import table

    rows = [("batch", "task", "name", "for", "model", "effort")]
    rows += [
        (
            str(batch["batch"]),
            task["number"],
            task["name"],
            task["assigned_to"],
            task["model"] or (f"deferred: {task['waits']}" if task["waits"] else "-"),
            task["effort"] or "-",
        )
        for batch in data["batches"]
        for task in batch["tasks"]
    ]
    yield f"{data['plan']}: profile {data['profile']}, zone {data['zone']}"
    yield from table(rows, "><<<<<")
