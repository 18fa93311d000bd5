"""``gsdc lint``: plans, profiles and fleets, and the never-break rules over every state."""

import os
from pathlib import Path

import click

from gsdc.cli.session import Session, of_policy, shared


@click.command(epilog="Example: gsdc lint gsdc.yaml profiles/team.yaml .planning/phases/03-billing")
@click.argument("paths", nargs=-1, type=click.Path())
@of_policy
@click.option("--fix", is_flag=True, help="Mend what has a safe remedy, in the plans themselves.")
@click.option("--unsafe-fixes", is_flag=True, help="Mend also what may change what a plan means.")
@click.option("--diff", is_flag=True, help="Show what would be mended; write nothing.")
@click.option("--skip-done", is_flag=True, help="Pass by plans that are done also where they are named.")
@click.option("--no-cache", is_flag=True, help="Check every plan anew, and remember nothing.")
@shared
@click.pass_obj
def command(
    session: Session,
    paths: tuple[str, ...],
    profile: str | None,
    workflow: str | None,
    fleets: tuple[str, ...],
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    skip_done: bool,
    no_cache: bool,
) -> None:
    """Check the project, or PATHS: plans, folders of plans, profiles, fleets, catalogs and project files.

    Without PATHS: gsdc.yaml, the files it names, the never-break rules over every state of its policy, and every plan
    that is not done. A profile or fleet among PATHS is checked in the project, with the project's other half; a plan
    together with the other plans of its phase.
    """
    from gsdc.finding import Finding, Rejected, sorted_findings
    from gsdc.source.tree import PROJECT_FILE

    root = session.folder()
    plans = [path for path in paths if path.endswith(".md") or Path(path).is_dir()]
    others = [path for path in paths if path not in plans]
    findings: list[Finding] = []
    # Without a gsdc.yaml, and with nothing named, there is nothing of a project's own to check.
    if others or (not paths and (profile or workflow or fleets or os.path.lexists(root / PROJECT_FILE))):
        from gsdc.lint import lint_files, lint_project

        findings.extend(lint_files(root, others, fleets) if others else lint_project(root, profile, workflow, fleets))
    if plans or not paths:
        from gsdc.plans.lint import lint_plans

        places, base = plans or ["."], "" if paths else str(root)
        try:
            if fix or unsafe_fixes or diff:
                _mend(session, places, base, unsafe=unsafe_fixes, write=not diff)
            checked = lint_plans(places, root, base, cached=not no_cache, skip_done=skip_done)
            findings.extend(checked.findings)
            if checked.done:
                plural = "plans are" if checked.done > 1 else "plan is"
                session.say(f"passed by: {checked.done} {plural} done")
        except Rejected as rejected:
            findings.extend(rejected.findings)
    session.finish(sorted_findings(findings))


def _mend(session: Session, places: list[str], base: str, *, unsafe: bool, write: bool) -> None:
    from gsdc.plans.fix import fix_plans

    fixed = fix_plans(places, session.root, base, unsafe=unsafe, write=write)
    if session.format == "json":
        return
    if not write:
        for path, (before, after) in sorted(fixed.texts.items()):
            session.print_diff(path, before, after)
        return
    if not fixed.mended:
        return
    count = f"{fixed.mended} finding{'' if fixed.mended == 1 else 's'}"
    session.say(f"mended {count} in {len(fixed.texts)} plan{'' if len(fixed.texts) == 1 else 's'}")
