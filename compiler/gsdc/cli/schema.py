"""``gsdc schema``: the JSON Schemas of the language, and of the output for programs."""

import re
from typing import Any, Final

import click

from gsdc.cli.options import shared
from gsdc.cli.session import Session

KINDS: Final = (
    *("catalog", "common", "fleet", "migration", "models", "profile", "project"),
    *("message-assignment", "message-status", "message-blocker"),
)
OUTPUTS: Final = "outputs"
_REFERENCE: Final = re.compile(r'"#/\$defs/([\w-]+)"')


@click.command(epilog="Example: gsdc schema profile > profile.schema.json; gsdc schema --outputs agents")
@click.argument("kind", required=False)
@click.option("--outputs", is_flag=True, help="The schema of a command's JSON output; KIND is the command.")
@shared
@click.pass_obj
def command(session: Session, kind: str | None, outputs: bool) -> None:
    """Print the JSON Schema of KIND. Its descriptions are the reference of the language.

    KINDs are catalog, common, fleet, models, profile and project; "migration" is for the plan.json that `gsdc migrate`
    writes, and "message-assignment", "message-status" and "message-blocker" are those of an orchestrator. Schemas refer
    to each other by file name; keep them in one folder.

    With --outputs, KIND is a command whose output is described, such as agents or "models show"; without one, all are
    printed.
    """
    from gsdc.finding import nearest
    from gsdc.policy.validate import schema

    if not outputs:
        if kind not in KINDS:
            session.stop(
                f'no kind "{kind}": {nearest(kind, list(KINDS))}' if kind else f"name one of {', '.join(KINDS)}"
            )
        session.print_json(schema(kind))
        return
    whole = schema(OUTPUTS)
    if kind is None:
        session.print_json(whole)
        return
    name = kind.replace(" ", "-")
    commands = printing_commands()
    if name not in commands:
        session.stop(f'no command "{kind}" prints JSON: {nearest(name, list(commands))}')
    session.print_json(output_schema(name))


def printing_commands() -> tuple[str, ...]:
    """Return the commands that print JSON; those of a group have a dash: "models-show"."""
    from gsdc.cli import COMMANDS
    from gsdc.policy.validate import schema

    return tuple(name for name in schema(OUTPUTS)["$defs"] if name.partition("-")[0] in COMMANDS)


def output_schema(name: str) -> dict[str, Any]:
    """Return the schema of the output of the command ``name``, with the definitions it needs.

    A command that cannot run because of findings prints only these.
    """
    import json

    from gsdc.policy.validate import schema

    whole = schema(OUTPUTS)
    needed: dict[str, Any] = {}
    missing = [name, "findings"]
    while missing:
        one = missing.pop()
        if one not in needed:
            needed[one] = whole["$defs"][one]
            missing += _REFERENCE.findall(json.dumps(needed[one]))
    own = {"$ref": f"#/$defs/{name}"}
    alone = {"$ref": "#/$defs/findings"}
    return {"$schema": whole["$schema"], "anyOf": [own, alone], "$defs": dict(sorted(needed.items()))}
