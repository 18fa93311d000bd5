"""``gsdc agents``: a table of all agents and their models."""

import re
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from gsdc.cli import completion
from gsdc.cli.options import gathered, in_zone, of_policy, shared
from gsdc.cli.session import CLEAN, Session, before_init

if TYPE_CHECKING:
    from gsdc.deploy.assigned import Assigned
    from gsdc.policy.load import Loaded
    from gsdc.policy.model import Policy
    from gsdc.policy.project import Project
    from gsdc.source.span import Span

_ALL_ALIKE: Final = {"yes": ", all applied", "no": ", none applied", "-": ", written to no file"}


_SHIPPED: Final = re.compile(r"^profiles/(?:fleets/|workflows/)?")


class Asked(NamedTuple):
    """The options: policy and zone, and the agents, roles and models to show; none means all."""

    names: tuple[str, ...]
    roles: tuple[str, ...]
    models: tuple[str, ...]
    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    zone: str


@click.command(epilog="Example: gsdc agents --role security; gsdc agents --model opus --format json")
@click.argument("names", nargs=-1, shell_complete=completion.of("agent"), metavar="[AGENT]...")
@click.option("--role", "roles", multiple=True, help="Show only agents with this role; repeatable.")
@click.option(
    "--model",
    "models",
    multiple=True,
    shell_complete=completion.of("model"),
    help="Show only agents that run on this model; repeatable.",
)
@of_policy
@in_zone
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Show which model each agent gets, which line decides it, and whether it is applied.

    The column "applied" is "yes" if all files of clients have this model, "no" if none, "partly" if some, and
    "-" if no target writes the agent to a file. It is left out if it is the same for all. With AGENTs, show only these,
    with the files of each. Nothing is written.
    """
    from gsdc.deploy.assigned import assigned_models
    from gsdc.deploy.proposal import propose
    from gsdc.targets.registry import declarations

    loaded = _loaded(session, asked)
    policy = loaded.policy
    if policy is None:
        session.finish(loaded.findings)
    _expect_known(session, asked, policy, loaded.project)
    if not loaded.project.configured:
        fleets = " and ".join(policy.fleets)
        session.say(f"no gsdc.yaml here: the defaults for {fleets}; `gsdc init --from .` writes one for your agents")
    proposal = propose(loaded.project, policy, asked.zone)
    if proposal.broken:
        session.finish(proposal.findings)
    rows = [
        row
        for row in assigned_models(proposal)
        if (not asked.names or row.agent in asked.names)
        and (not asked.roles or row.role in asked.roles or row.like in asked.roles)
        and (not asked.models or row.model in asked.models)
    ]
    if session.format == "json":
        session.print_json({"profile": policy.profile, "zone": asked.zone, "agents": [_data(row) for row in rows]})
    else:
        by_documents = all(declarations()[target].is_document for target, _ in proposal.build.artifacts)
        _tell(session, rows, loaded, asked, by_documents=by_documents)
    sys.exit(CLEAN)


def _loaded(session: Session, asked: Asked) -> "Loaded":
    """Load the requested policy; print a notice if the installed profile differs from gsdc.yaml."""
    root = session.recovered_folder()
    if asked.profile or asked.fleets or asked.workflow:
        from gsdc.policy.load import load

        return load(root, profile=asked.profile, fleets=asked.fleets, workflow=asked.workflow)
    loaded = session.in_force(root)
    if loaded.instead_of is None or loaded.policy is None:
        return loaded
    installed, profile = loaded.policy.title, loaded.policy.profile
    session.say(f"change {loaded.change} installed profile {installed}: `gsdc agents --profile {profile}` shows it")
    return loaded.instead_of


def _expect_known(session: Session, asked: Asked, policy: "Policy", project: "Project") -> None:
    """Exit if a requested agent, role or model is not in the policy of ``project``."""
    from gsdc.finding import nearest

    roles = sorted({role for agent in policy.agents.values() for role in agent.roles})
    for what, names, known in (
        ("agent", asked.names, list(policy.agents)),
        ("role", asked.roles, roles),
        ("model", asked.models, list(policy.models)),
    ):
        for name in names:
            if name not in known:
                session.stop(f'unknown {what} "{name}": {nearest(name, known)}{before_init(project)}')


def _tell(session: Session, rows: "list[Assigned]", loaded: "Loaded", asked: Asked, *, by_documents: bool) -> None:
    from gsdc.finding import counted
    from gsdc.report.table import table

    agents = counted(len({row.agent for row in rows}), "agent")
    states = {_installed(row, by_documents=by_documents) for row in rows}
    alike = _ALL_ALIKE.get(next(iter(states)), "") if len(states) == 1 and len(rows) > 1 else ""
    assert loaded.policy is not None
    session.say(f"profile {loaded.policy.title}, zone {asked.zone}: {agents}{alike}", bold=True)
    if not rows:
        return
    cells = _cells(rows, by_documents=by_documents, with_state=not alike)
    for line in table(cells, "<" * (5 if alike else 6), indent=0):
        session.say(line)
    if asked.names:
        by_agent = {row.agent: row.files for row in rows}
        for agent, files in by_agent.items():
            who = f"{agent}: " if len(by_agent) > 1 else ""
            for file in files:
                session.say(f"  {who}{file.path} ({file.target}), {'' if file.is_installed else 'not '}applied")
    elif loaded.project.configured and not states.isdisjoint({"no", "partly"}):
        session.say("`gsdc apply` writes the rest; `gsdc agents AGENT` shows the files")


def _cells(rows: "list[Assigned]", *, by_documents: bool, with_state: bool) -> list[tuple[str, ...]]:
    """Return the cells of the table; if it is too wide, shipped files are shown without their folder."""
    from gsdc.report.page_width import limit

    cells: list[tuple[str, ...]] = [("agent", "role", "model", "effort", "decided by", "applied")]
    cells += [
        (
            _named(row),
            row.role,
            row.model or "deferred",
            row.effort or "-",
            _line(row.origin),
            _installed(row, by_documents=by_documents),
        )
        for row in rows
    ]
    if not with_state:
        cells = [row[:-1] for row in cells]
    room = limit()
    width = sum(max(map(len, column)) + 2 for column in zip(*cells, strict=True))
    if room is not None and width > room:
        return [(*row[:4], _SHIPPED.sub("", row[4]), *row[5:]) for row in cells]
    return cells


def _line(span: "Span") -> str:
    """Return file and line; the JSON output also contains the column."""
    from gsdc.migration.views import place

    return place(span._replace(column=0)).removesuffix(":0")


def _named(row: "Assigned") -> str:
    return row.agent if row.phases is None else f"{row.agent} ({', '.join(row.phases)})"


def _installed(row: "Assigned", *, by_documents: bool) -> str:
    """Return whether the files that decide have the model; documents count only where no agent has other files."""
    decisive = [file for file in row.files if by_documents or not file.is_document]
    answers = {file.is_installed for file in decisive}
    return "-" if not answers else "partly" if len(answers) > 1 else "yes" if answers.pop() else "no"


def _data(row: "Assigned") -> dict[str, Any]:
    from gsdc.report.data import place_data

    return {
        "agent": row.agent,
        "fleet": row.fleet,
        "role": row.role,
        "like": row.like,
        "phases": row.phases,
        "model": row.model,
        "temperature": row.temperature,
        "effort": row.effort,
        "defer": row.defer or None,
        "origin": place_data(row.origin) | {"why": row.why},
        "files": [{"target": f.target, "path": f.path, "installed": f.is_installed} for f in row.files],
    }
