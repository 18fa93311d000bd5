"""``gsdc verify``: check a plan's must-haves against the files of its project."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gsdc.cli.options import shared
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.plans.verification import Checked, Verification


@click.command(epilog="Example: gsdc verify .planning/phases/01-core/01-02-PLAN.md")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@shared
@click.pass_obj
def command(session: Session, paths: tuple[str, ...]) -> None:
    """Say whether the artifacts and key links that plans promise are there.

    PATHS are plans, or folders with plans. Files are looked for in the folder that holds the plan's .planning folder,
    else in the project's.
    """
    from gsdc.finding import Rejected

    try:
        verdicts = _verify(session, paths)
    except Rejected as rejected:
        session.finish(rejected.findings)
    findings = tuple(finding for verdict in verdicts for finding in verdict.findings)
    if session.format == "json":
        session.print_json({"plans": list(map(_data, verdicts)), "findings": session.findings_data(findings)})
    else:
        session.show(findings)
        for verdict in verdicts:
            session.say(f"{verdict.path}: {_summary(verdict)}")
    sys.exit(FINDINGS if findings else CLEAN)


def _verify(session: Session, paths: tuple[str, ...]) -> "tuple[Verification, ...]":
    """Return a verdict on each plan. Raises ``Rejected`` if a plan cannot be read, or there is none."""
    from gsdc.plans.javascript_pattern import searcher
    from gsdc.plans.project_files import ProjectFiles
    from gsdc.plans.reading import read_plans
    from gsdc.plans.verification import nothing_checked, root_of, verify
    from gsdc.source.frontmatter import FRONTMATTER

    default = session.recovered_folder()
    verdicts: list[Verification] = []
    projects: dict[Path, ProjectFiles] = {}
    with searcher() as search:
        for plan in read_plans(paths):
            root = root_of(Path(plan.path), default)
            files = projects.setdefault(root, ProjectFiles(root))
            verdict = verify(plan, root, files, search)
            broken = tuple(finding for finding in plan.findings if finding.code == FRONTMATTER.code)
            findings = (*broken, *verdict.findings, *nothing_checked(plan, verdict))
            verdicts.append(verdict._replace(findings=findings))
    return tuple(verdicts)


def _summary(verdict: "Verification") -> str:
    """Return how many of a plan's must-haves hold, such as "12 of 14 must-haves hold, 3 cannot be checked"."""
    if not verdict.artifacts and not verdict.links:
        if verdict.findings:
            return "its must-haves cannot be read"
        return "no artifacts or key links among its must-haves"
    text = f"{verdict.held} of {verdict.checkable} must-haves hold"
    return f"{text}, {verdict.unchecked} cannot be checked" if verdict.unchecked else text


def _data(verdict: "Verification") -> dict[str, Any]:
    return {
        "path": verdict.path,
        "root": verdict.root.as_posix(),
        "held": verdict.held,
        "checkable": verdict.checkable,
        "unchecked": verdict.unchecked,
        "artifacts": list(map(_item, verdict.artifacts)),
        "links": list(map(_item, verdict.links)),
    }


def _item(checked: "Checked") -> dict[str, Any]:
    """Return a must-have of the frontmatter with ``held``: true, false, or null if it cannot be checked."""
    fields = {"from" if name == "source" else name: value for name, value in checked.item._asdict().items()}
    shown = {
        name: value for name, value in fields.items() if name not in {"at", "bare"} and value not in ("", (), None)
    }
    return shown | {"held": checked.held, "detail": checked.detail}
