"""``gsdc build``: compile a project into a folder."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from gsdc.cli.options import gathered, in_zone, of_policy, of_targets, shared
from gsdc.cli.session import CLEAN, FINDINGS, Session

if TYPE_CHECKING:
    from gsdc.build import Built


class Asked(NamedTuple):
    """The options: the policy, targets and zone, the folder ``out``, and whether only to ``check`` it.

    ``if_built`` is for hooks: a project that only uses ``gsdc apply`` has no builds.
    """

    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    targets: tuple[str, ...]
    zone: str
    out: Path | None
    check: bool
    if_built: bool

    @property
    def policy(self) -> dict[str, Any]:
        """The options that select the policy."""
        return {"profile": self.profile, "fleets": self.fleets, "workflow": self.workflow}


@click.command(epilog="Example: gsdc build --profile balanced --target opencode --zone orange")
@of_policy
@of_targets
@in_zone
@click.option("--out", type=click.Path(path_type=Path), help="The folder for builds; build/ in the project by default.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the folder is out of date.")
@click.option("--if-built", is_flag=True, help="With --check: exit 0 where nothing was ever built.")
@shared
@click.pass_obj
@gathered(Asked)
def command(session: Session, asked: Asked) -> None:
    """Compile the project's targets into build/<profile>/.

    The folder mirrors the install paths and holds manifest.json. Nothing else is written; identical input gives
    identical bytes. Errors write nothing at all.
    """
    from gsdc.build import build_project, outdated, write
    from gsdc.filesystem.place import Root
    from gsdc.finding import Rejected

    if asked.if_built and not asked.check:
        session.stop("--if-built needs --check")
    root = session.recovered_folder()
    session.remind()
    try:
        built = build_project(root, **asked.policy, zone=asked.zone, targets=asked.targets)
    except Rejected as rejected:
        session.finish(rejected.findings)
    policy, build = built.policy, built.build
    folder = (asked.out or root / "build") / policy.profile
    try:
        place = Root(asked.out) / policy.profile if asked.out else Root(root).locate(f"build/{policy.profile}")
        if asked.check:
            is_absent = asked.if_built and not place.parent.is_folder()
            if is_absent and session.format == "text":
                session.say("nothing was built: there is nothing to check")
                sys.exit(CLEAN)
            stale = [] if is_absent else outdated(build, place)
            _answer(session, built, folder, stale)
            sys.exit(FINDINGS if stale else CLEAN)
        place.root.make()
        refused = write(build, place)
    except Rejected as rejected:
        session.finish((*build.findings, *rejected.findings))
    except OSError as error:
        done = "read" if asked.check else "written"
        session.stop(f'"{folder}" cannot be {done}: {(error.strerror or str(error)).lower()}; nothing was changed')
    if refused:
        session.finish((*build.findings, *refused))
    _answer(session, built, folder, None)


def _answer(session: Session, built: "Built", folder: Path, stale: list[str] | None) -> None:
    from gsdc.ownership.registry import FILE
    from gsdc.policy.routes import in_words

    policy, build = built.policy, built.build
    if session.format == "json":
        data = {
            "profile": policy.profile,
            "folder": folder.as_posix(),
            "artifacts": [{"target": name, "path": artifact.path} for name, artifact in build.artifacts],
            "findings": session.findings_data(build.findings),
        }
        session.print_json(data if stale is None else data | {"outdated": stale})
        return
    session.show(build.findings)
    if not built.project.configured:
        given = f"profile {policy.profile}, fleets {in_words(policy.fleets)}"
        session.say(f"no gsdc.yaml in {session.root.resolve().name}/: using {given}; `gsdc init` writes one")
    if stale is not None:
        for path in stale:
            session.tell(f"out of date: {(folder / path).as_posix()}")
        session.say(f"{folder.as_posix()} is " + ("out of date" if stale else "up to date"))
        return
    fleets = in_words(policy.fleets)
    over = f" with {policy.workflow}" if policy.workflow else ""
    session.say(
        f"compiled profile {policy.profile}{over} for {len(policy.agents)} agents of {fleets} into {folder.as_posix()}/"
    )
    width = max((len(name) for name, _ in build.artifacts), default=0)
    for name, artifact in build.artifacts:
        present = "replaced" if artifact.ownership is FILE else "merged with yours"
        merged = present if (session.root / artifact.path).is_file() else "new"
        session.say(f"  {name:<{width}}  {artifact.path}  ({artifact.ownership.name}, {merged})")
    session.say("your files are unchanged")
