"""``gsdc schema``: the JSON Schemas of the language, and of what is written for programs."""

from typing import Final

import click

from gsdc.cli.options import shared
from gsdc.cli.session import Session

KINDS: Final = (
    *("catalog", "common", "fleet", "migration", "models", "profile", "project"),
    *("message-assignment", "message-status", "message-blocker"),
)


@click.command(epilog="Example: gsdc schema profile > profile.schema.json")
@click.argument("kind", type=click.Choice(KINDS))
@shared
@click.pass_obj
def command(session: Session, kind: str) -> None:
    """Print the JSON Schema of KIND. Its descriptions are the reference of the language.

    That of "migration" is for the plan.json that `gsdc migrate` writes; the messages are those of an orchestrator.
    Schemas refer to each other by file name; keep them in one folder.
    """
    from gsdc.policy.validate import schema

    session.print_json(schema(kind))
