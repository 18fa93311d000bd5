"""``gsdc build``: compile a project into a folder."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gsdc.cli.session import CLEAN, FINDINGS, Session, in_zone, of_policy, shared

if TYPE_CHECKING:
    from gsdc.build import Build
    from gsdc.finding import Finding
    from gsdc.policy.load import Loaded


@click.command(epilog="Example: gsdc build --profile balanced --target opencode --zone orange")
@of_policy
@click.option("--target", "targets", multiple=True, help="A target; may be given again. All in use by default.")
@in_zone
@click.option("--out", type=click.Path(path_type=Path), help="The folder for builds; build/ in the project by default.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the folder is out of date.")
@shared
@click.pass_obj
def command(
    session: Session,
    profile: str | None,
    workflow: str | None,
    fleets: tuple[str, ...],
    targets: tuple[str, ...],
    zone: str,
    out: Path | None,
    check: bool,
) -> None:
    """Compile the project's targets into build/<profile>/.

    The folder mirrors the install paths and holds manifest.json. Nothing else is written; identical input gives
    identical bytes. Errors write nothing at all.
    """
    from gsdc.build import compile_project, exposed, outdated, write
    from gsdc.filesystem.place import Root
    from gsdc.finding import Rejected, Severity, nearest, sorted_findings
    from gsdc.policy.load import load
    from gsdc.targets.registry import compiled_targets

    for name in targets:
        if name not in compiled_targets():
            session.stop(f'unknown target "{name}": {nearest(name, list(compiled_targets()))}')
    root = session.folder()
    loaded = load(root, profile=profile, fleets=fleets, workflow=workflow)
    policy, findings = session.checked(loaded)
    session.remind()
    if any(finding.severity is Severity.ERROR for finding in findings):
        session.finish(findings)
    build = compile_project(loaded.project, policy, zone, targets)
    findings = sorted_findings((*findings, *build.findings))
    if not build.broken:
        findings = sorted_findings((*findings, *exposed(build, loaded.project.tree)))
    if any(finding.severity is Severity.ERROR for finding in findings):
        session.finish(findings)
    folder = (out or root / "build") / policy.profile
    try:
        place = Root(out) / policy.profile if out else Root(root).locate(f"build/{policy.profile}")
        if check:
            stale = outdated(build, place)
            _answer(session, loaded, build, findings, folder, stale)
            sys.exit(FINDINGS if stale else CLEAN)
        place.root.make()
        refused = write(build, place)
    except Rejected as rejected:
        session.finish((*findings, *rejected.findings))
    except OSError as error:
        done = "read" if check else "written"
        session.stop(f'"{folder}" cannot be {done}: {(error.strerror or str(error)).lower()}; nothing was changed')
    if refused:
        session.finish((*findings, *refused))
    _answer(session, loaded, build, findings, folder, None)


def _answer(
    session: Session,
    loaded: "Loaded",
    build: "Build",
    findings: "tuple[Finding, ...]",
    folder: Path,
    stale: list[str] | None,
) -> None:
    from gsdc.ownership.registry import FILE

    policy = loaded.policy
    assert policy is not None
    if session.format == "json":
        data = {
            "profile": policy.profile,
            "folder": folder.as_posix(),
            "artifacts": [{"target": name, "path": artifact.path} for name, artifact in build.artifacts],
            "findings": session.findings_data(findings),
        }
        session.print_json(data if stale is None else data | {"outdated": stale})
        return
    session.show(findings)
    if not loaded.project.configured:
        given = f"profile {policy.profile}, fleets {', '.join(policy.fleets)}"
        session.say(f"no gsdc.yaml in {session.root.resolve().name}/: using {given}; `gsdc init` writes one")
    if stale is not None:
        for path in stale:
            session.tell(f"out of date: {(folder / path).as_posix()}")
        session.say(f"{folder.as_posix()} is " + ("out of date" if stale else "up to date"))
        return
    fleets = ", ".join(policy.fleets)
    over = f" with {policy.workflow}" if policy.workflow else ""
    session.say(
        f"compiled profile {policy.profile}{over} for {len(policy.agents)} agents of {fleets} into {folder.as_posix()}/"
    )
    width = max((len(name) for name, _ in build.artifacts), default=0)
    for name, artifact in build.artifacts:
        present = "replaced" if artifact.ownership is FILE else "merged with yours"
        merged = present if (session.root / artifact.path).is_file() else "new"
        session.say(f"  {name:<{width}}  {artifact.path}  ({artifact.ownership.name}, {merged})")
    session.say("your files are as they were")
