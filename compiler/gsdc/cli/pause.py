"""``gsdc pause``: stop recommendations; files stay unchanged."""

import sys

import click

from gsdc.cli.options import shared
from gsdc.cli.reason import reasoned
from gsdc.cli.session import FINDINGS, Session


@click.command(epilog='Example: gsdc pause --reason "Billing release: models by hand until Friday"')
@reasoned(required=True)
@shared
@click.pass_obj
def command(session: Session, reason: str) -> None:
    """Install and recommend nothing until `gsdc resume`: people choose models by hand.

    Files stay as they are. `gsdc apply` refuses, `gsdc annotate --write` writes nothing, drift of installed files no
    longer fails a lint, and commands that recommend say that they are paused. Never-break rules and `gsdc rollback` go
    on as before.
    """
    from gsdc.deploy.pause import pause, paused
    from gsdc.finding import Rejected

    root = session.recovered_folder()
    try:
        before = paused(root)
        found = before or pause(root, reason)
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        session.print_json({"paused": found._asdict(), "changed": before is None})
    elif before is not None:
        session.tell(f"already {before}")
        session.tell("to change the reason, run `gsdc resume` first")
    else:
        session.say("paused: gsdc installs and recommends nothing until `gsdc resume`; files are unchanged")
    if before is not None:
        sys.exit(FINDINGS)
