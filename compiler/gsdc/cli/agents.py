"""``gsdc agents``: one table of all agents and the models that they get."""

import sys
from typing import TYPE_CHECKING, Any

import click

from gsdc.cli import completion
from gsdc.cli.options import in_zone, of_policy, shared
from gsdc.cli.session import CLEAN, Session

if TYPE_CHECKING:
    from gsdc.deploy.assigned import Assigned
    from gsdc.source.span import Span


@click.command(epilog="Example: gsdc agents --role security; gsdc agents --model opus --format json")
@click.argument("names", nargs=-1, shell_complete=completion.of("agent"), metavar="[AGENT]...")
@click.option("--role", "roles", multiple=True, help="Show agents with this role; may be given again.")
@click.option(
    "--model",
    "models",
    multiple=True,
    shell_complete=completion.of("model"),
    help="Show agents that run on this model; may be given again.",
)
@of_policy
@in_zone
@shared
@click.pass_obj
def command(
    session: Session,
    names: tuple[str, ...],
    roles: tuple[str, ...],
    models: tuple[str, ...],
    profile: str | None,
    workflow: str | None,
    fleets: tuple[str, ...],
    zone: str,
) -> None:
    """Show which model each agent gets, which line decides it, and whether it is installed.

    The column "installed" says "yes" where every client's file says so, "no" where none does, "partly" where some do,
    and "-" where no target writes the agent to a file. With AGENTs, show these only, with the files of each. Nothing
    is written.
    """
    from gsdc.deploy.assigned import assigned_models
    from gsdc.deploy.proposal import propose
    from gsdc.finding import nearest
    from gsdc.policy.load import load

    loaded = load(session.folder(), profile=profile, fleets=fleets, workflow=workflow)
    policy = loaded.policy
    if policy is None:
        session.finish(loaded.findings)
    known_roles = sorted({agent.role for agent in policy.agents.values()})
    for what, asked, known in (
        ("agent", names, list(policy.agents)),
        ("role", roles, known_roles),
        ("model", models, list(policy.models)),
    ):
        for name in asked:
            if name not in known:
                session.stop(f'unknown {what} "{name}": {nearest(name, known)}')
    proposal = propose(loaded.project, policy, zone)
    if proposal.broken:
        session.finish(proposal.findings)
    rows = [
        row
        for row in assigned_models(proposal)
        if (not names or row.agent in names)
        and (not roles or row.role in roles)
        and (not models or row.model in models)
    ]
    if session.format == "json":
        session.print_json({"profile": policy.profile, "zone": zone, "agents": [_data(row) for row in rows]})
    else:
        _tell(session, rows, policy.title, zone, with_files=bool(names))
    sys.exit(CLEAN)


def _tell(session: Session, rows: "list[Assigned]", profile: str, zone: str, *, with_files: bool) -> None:
    from gsdc.finding import counted
    from gsdc.report.table import table

    agents = len({row.agent for row in rows})
    session.say(f"profile {profile}, zone {zone}: {counted(agents, 'agent')}", bold=True)
    if not rows:
        return
    cells = [("agent", "role", "model", "effort", "decided by", "installed")]
    cells += [
        (_named(row), row.role, row.model or "waits", row.effort or "-", _line(row.origin), _installed(row))
        for row in rows
    ]
    for line in table(cells, "<<<<<<"):
        session.say(line)
    if with_files:
        for agent, files in {row.agent: row.files for row in rows}.items():
            for file in files:
                session.say(f"  {agent}: {file.path} ({file.target}), {'' if file.is_installed else 'not '}installed")
    elif any(_installed(row) in {"no", "partly"} for row in rows):
        session.say("`gsdc apply` installs the rest; `gsdc agents AGENT` shows the files")


def _line(span: "Span") -> str:
    """Return file and line; the column is in the JSON."""
    from gsdc.migration.views import place

    return place(span._replace(column=0)).removesuffix(":0")


def _named(row: "Assigned") -> str:
    return row.agent if row.phases is None else f"{row.agent} ({', '.join(row.phases)})"


def _installed(row: "Assigned") -> str:
    answers = {file.is_installed for file in row.files}
    return "-" if not answers else "partly" if len(answers) > 1 else "yes" if answers.pop() else "no"


def _data(row: "Assigned") -> dict[str, Any]:
    span = row.origin
    return {
        "agent": row.agent,
        "fleet": row.fleet,
        "role": row.role,
        "phases": row.phases,
        "model": row.model,
        "temperature": row.temperature,
        "effort": row.effort,
        "defer": row.defer or None,
        "origin": {"path": span.path, "line": span.line, "column": span.column, "why": row.why},
        "files": [{"target": f.target, "path": f.path, "installed": f.is_installed} for f in row.files],
    }
