"""``gsdc lint``: schemas and never-break rules over profiles, fleets and the project file."""

import click

from gsdc.cli.session import Session, shared


@click.command(epilog="Example: gsdc lint gsdc.yaml profiles/team.yaml")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--profile", help="The profile; that of gsdc.yaml, or balanced, by default.")
@click.option("--workflow", help="An overlay, such as planning-heavy.")
@click.option("--fleet", "fleets", multiple=True, help="A fleet; may be given again. Those of gsdc.yaml by default.")
@shared
@click.pass_obj
def command(
    session: Session,
    paths: tuple[str, ...],
    profile: str | None,
    workflow: str | None,
    fleets: tuple[str, ...],
) -> None:
    """Check the project, or PATHS: profiles, fleets, catalogs and project files.

    Without PATHS: gsdc.yaml, the files it names, and the never-break rules over every state of its policy. A profile or
    fleet among PATHS is checked in the project, with the project's other half.
    """
    from gsdc.lint import lint_files, lint_project
    from gsdc.policy.load import sorted_findings

    root = session.folder()
    findings = lint_files(root, paths, fleets) if paths else lint_project(root, profile, workflow, fleets)
    session.finish(sorted_findings(findings))
