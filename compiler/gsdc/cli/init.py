"""``gsdc init``: a first gsdc.yaml, after a look at what the folder holds."""

import click

from gsdc.cli.session import Session, shared


@click.command(epilog="Example: gsdc --project ~/code/shop init --profile budget")
@click.option("--profile", default="balanced", help="The profile to begin with; balanced by default.")
@click.option("--force", is_flag=True, help="Replace a gsdc.yaml that is there.")
@shared
@click.pass_obj
def command(session: Session, profile: str, force: bool) -> None:
    """Write a commented gsdc.yaml that names the fleets and targets which this folder shows.

    The JSON Schemas go into .gsdc/schemas/, where editors find them to complete the file.
    """
    from gsdc import data
    from gsdc.finding import nearest
    from gsdc.initial import SCHEMAS, initial_text
    from gsdc.policy.sources import shipped_names
    from gsdc.source.tree import PROJECT_FILE

    root = session.folder()
    if profile not in shipped_names():
        session.stop(f'unknown profile "{profile}": {nearest(profile, shipped_names())}')
    location = root / PROJECT_FILE
    if not force and (location.exists() or location.is_symlink()):
        session.stop(f"{location} is already there: edit it, or replace it with --force")
    text, seen = initial_text(root, profile)
    try:
        (root / SCHEMAS).mkdir(parents=True, exist_ok=True)
        for schema in sorted(data.folder("schemas").glob("*.json")):
            (root / SCHEMAS / schema.name).write_bytes(schema.read_bytes())
        location.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        session.stop(f"{location} cannot be written: {(error.strerror or str(error)).lower()}")
    if session.format == "json":
        session.print_json({"path": location.as_posix(), "seen": seen})
        return
    session.say(f"wrote {location.as_posix()}")
    for line in seen:
        session.say(f"  {line}")
    session.say("next: gsdc lint, then gsdc build")
