"""``gsdc resume``: end a pause."""

import click

from gsdc.cli.options import shared
from gsdc.cli.session import Session


@click.command(epilog="Example: gsdc resume")
@shared
@click.pass_obj
def command(session: Session) -> None:
    """End a pause: recommend and install again. This installs nothing."""
    from gsdc.deploy.pause import resume
    from gsdc.finding import Rejected

    try:
        found = resume(session.recovered_folder())
    except Rejected as rejected:
        session.finish(rejected.findings)
    if session.format == "json":
        session.print_json({"paused": None, "changed": found is not None})
    elif found is None:
        session.say("not paused: nothing to resume")
    else:
        session.say(f"resumed; it was {found}")
        session.say("gsdc status shows what changed meanwhile")
