"""``gsdc rule``: the documentation of rules."""

from typing import TYPE_CHECKING, Any, Final

import click

from gsdc.cli import completion
from gsdc.cli.options import FORMATS, printing
from gsdc.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gsdc.rules.documentation import Documentation, Example

MARKDOWN: Final = "md"


@click.command(epilog="Example: gsdc rule security-downgrade; gsdc rule --all --format md > rules.md")
@click.argument("name", required=False, shell_complete=completion.of("rule"))
@click.option("--all", "whole", is_flag=True, help="Print the whole reference.")
@printing((*FORMATS, MARKDOWN))
@click.pass_obj
def command(session: Session, name: str | None, whole: bool) -> None:
    """Print the documentation of the rule NAME (its name or code), or list every rule."""
    from gsdc.rules.documentation import without_sources
    from gsdc.rules.former_codes import FORMER_CODES
    from gsdc.rules.registry import documentation

    if name is not None and whole:
        session.stop("give a rule, or --all")
    rules = [rule._replace(text=without_sources(rule.text)) for rule in documentation()]
    wanted = name and FORMER_CODES.get(name.upper(), name).lower()
    found = [rule for rule in rules if wanted is None or wanted in (rule.code.lower(), rule.name)]
    if not found:
        session.stop(f'unknown rule "{name}": {_near(str(name), rules)}')
    if session.format == "json":
        session.print_json([_data(rule) for rule in found])
    elif session.format == MARKDOWN:
        from gsdc.report.reference import page, reference

        session.echo(reference(found) if name is None else page(found[0]))
    elif name is not None or whole:
        session.echo("\n\n".join(f"# {rule.code} {rule.name} ({rule.severity})\n\n{rule.text}" for rule in found))
    else:
        from gsdc.report.table import table

        rows = [(rule.code, rule.name, str(rule.severity), rule.parts.summary) for rule in found]
        for line in table([("code", "name", "severity", "what it finds"), *rows], "<<<<"):
            session.echo(line)


def _near(word: str, rules: "Sequence[Documentation]") -> str:
    """Return the name and the code that come nearest to ``word``."""
    from difflib import get_close_matches

    (name,) = get_close_matches(word.lower(), [rule.name for rule in rules], 1, 0)
    (code,) = get_close_matches(word.upper(), [rule.code for rule in rules], 1, 0)
    return f'the nearest name is "{name}", the nearest code {code}; gsdc rule lists them all'


def _data(rule: "Documentation") -> dict[str, Any]:
    parts = rule.parts
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "text": rule.text,
        "family": rule.family,
        "what": parts.what,
        "why": parts.why,
        "fix": {"safety": parts.fix[0], "what": parts.fix[1]} if parts.fix else None,
        "example": _example(parts.example),
        "instead": _example(parts.instead),
        "no_example": parts.no_example or None,
    }


def _example(example: "Example | None") -> dict[str, Any] | None:
    """Return an example with the command that reports it: None for ``gsdc lint`` and ``gsdc build``."""
    if example is None:
        return None
    return {"command": example.command or None, "files": [file._asdict() for file in example.files]}
