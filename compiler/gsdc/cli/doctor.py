"""``gsdc doctor``: check this machine and the project, and show the next step."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from gsdc.cli.options import shared
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.deploy.doctor import Checkup, InstalledClient

_SHOWN: Final = 10  # files to list


@click.command(epilog="Example: gsdc doctor; gsdc doctor --format json")
@shared
@click.pass_obj
def command(session: Session) -> None:
    """Show the clients that are installed, the files that decide, keys, catalog and cache, and what to do next.

    It shows whether environment variables are set, never their values. No client is run and nothing is written.
    Exits with 1 where gsdc.yaml has errors.
    """
    from gsdc.deploy.doctor import examine
    from gsdc.policy.load import load

    found = examine(load(session.place()))
    if session.format == "json":
        session.print_json(_data(found))
    else:
        _tell(session, found)
    sys.exit(CLEAN if found.loaded.policy is not None else FINDINGS)


def _tell(session: Session, found: "Checkup") -> None:
    from gsdc import __version__
    from gsdc.finding import counted
    from gsdc.report.table import table

    session.say(f"gsdc {__version__}, Python {sys.version.split()[0]}, {sys.platform}")
    session.say(f"project  {found.project.resolve()}")
    session.say(f"policy   {_policy(found)}")
    session.say()
    session.say("clients", bold=True)
    rows = [("client", "version", "measured with", "files", "target")]
    rows += [_row(client) for client in found.clients if client.is_here]
    for line in table(rows, "<<<><") if len(rows) > 1 else ["none is installed, and there are no files of one"]:
        session.say(f"  {line}")
    absent = [client.label for client in found.clients if not client.is_here]
    if absent:
        session.say(f"  not found: {', '.join(absent)}")
    for title, lines in (("files that decide", _files(found)), ("environment", _environment(found))):
        session.say()
        session.say(title, bold=True)
        for line in lines:
            session.say(f"  {line}")
    session.say()
    session.say(f"catalog  {found.releases} releases, last compared with their sources on {found.compared}")
    session.say(f"cache    {found.cache or 'none'}")
    if found.findings:
        session.say(f"findings {counted(len(found.findings), 'finding')}: `gsdc lint` shows them")
    for step in found.next_steps:
        session.say(f"next     {step}")


def _policy(found: "Checkup") -> str:
    from gsdc.finding import counted
    from gsdc.policy.routes import in_words
    from gsdc.source.tree import PROJECT_FILE

    policy = found.loaded.policy
    if not (found.project / PROJECT_FILE).is_file():
        return "no gsdc.yaml yet"
    if policy is None:
        return "gsdc.yaml cannot be used"
    fleets = in_words(policy.fleets)
    return f"profile {policy.title}, fleets {fleets}: {counted(len(policy.agents), 'agent')}"


def _row(client: "InstalledClient") -> tuple[str, str, str, str, str]:
    from gsdc.targets.registry import declarations

    has_program = bool(declarations()[client.name].program)
    version = client.version or ("unknown" if client.program else "not installed" if has_program else "-")
    return (
        client.label,
        version,
        ", ".join(client.measured) or "-",
        str(len(client.files)),
        "yes" if client.written else "no",
    )


def _files(found: "Checkup") -> Iterator[str]:
    from gsdc.source.tree import PROJECT_FILE

    if (found.project / PROJECT_FILE).is_file():
        yield PROJECT_FILE
    paths = list(dict.fromkeys(path for client in found.clients for path in client.files))
    yield from paths[:_SHOWN]
    if len(paths) > _SHOWN:
        yield f"and {len(paths) - _SHOWN} more: `gsdc doctor --format json` lists them"


def _environment(found: "Checkup") -> list[str]:
    from gsdc.report.table import table

    rows = [(one.name, "set" if one.is_set else "not set", one.purpose) for one in found.variables]
    return list(table(rows, "<<<")) if rows else ["none needed"]


def _data(found: "Checkup") -> dict[str, Any]:
    from gsdc import __version__

    policy = found.loaded.policy
    return {
        "gsdc": __version__,
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "project": str(found.project.resolve()),
        "policy": policy and {"profile": policy.profile, "fleets": list(policy.fleets), "agents": len(policy.agents)},
        "clients": [
            {
                "name": client.name,
                "label": client.label,
                "program": client.program or None,
                "version": client.version or None,
                "measured": client.measured,
                "files": client.files,
                "written": client.written,
            }
            for client in found.clients
        ],
        "variables": [{"name": v.name, "set": v.is_set, "purpose": v.purpose} for v in found.variables],
        "catalog": {"releases": found.releases, "compared": found.compared},
        "cache": str(found.cache) if found.cache else None,
        "findings": len(found.findings),
        "next": found.next_steps,
    }
