"""``gsdc rule``: the documentation of rules."""

import click

from gsdc.cli.session import Session, shared


@click.command(epilog="Example: gsdc rule security-downgrade")
@click.argument("name", required=False)
@shared
@click.pass_obj
def command(session: Session, name: str | None) -> None:
    """Print the documentation of the rule NAME (its name or code), or list every rule."""
    from gsdc.finding import nearest
    from gsdc.rules.registry import documentation

    found = [d for d in documentation() if name is None or name.lower() in (d.code.lower(), d.name)]
    if not found:
        session.stop(f'unknown rule "{name}": {nearest(str(name), [d.name for d in documentation()])}')
    if session.format == "json":
        session.print_json(
            [{"code": d.code, "name": d.name, "severity": str(d.severity), "text": d.text} for d in found]
        )
    elif name is None:
        width = max(len(d.name) for d in found)
        for d in found:
            session.echo(f"{d.code}  {d.name:<{width}}  {d.severity:<7}  {d.text.splitlines()[0]}")
    else:
        session.echo(f"# {found[0].code} {found[0].name} ({found[0].severity})\n\n{found[0].text}")
