"""``gsdc migrate``: write a migration to another profile for review and for git."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from gsdc.cli import completion
from gsdc.cli.changing import print_changes
from gsdc.cli.options import gathered, in_zone, of_targets, shared
from gsdc.cli.session import Session, of_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gsdc.deploy.proposal import Proposal
    from gsdc.finding import Finding
    from gsdc.migration.migration import Asked, Migration, MigrationStart


class MigrateOptions(NamedTuple):
    """The options: the profile to migrate to, the one to compare with (None for the files), and the folder ``out``."""

    profile: str
    origin: str | None
    out: Path
    workflow: str | None
    fleets: tuple[str, ...]
    targets: tuple[str, ...]
    zone: str


@click.command(epilog="Example: gsdc migrate --to budget --from balanced --out migrations/budget")
@click.option(
    "--to",
    "profile",
    metavar="PROFILE",
    shell_complete=completion.of("profile"),
    required=True,
    help="The profile to migrate to.",
)
@click.option(
    "--from",
    "origin",
    metavar="PROFILE",
    shell_complete=completion.of("profile"),
    help="The profile to compare with; by default the installed files.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder for the migration.")
@click.option("--workflow", help="An overlay, such as planning-heavy.")
@click.option("--fleet", "fleets", multiple=True, help="A fleet; repeatable. Those of gsdc.yaml by default.")
@of_targets
@in_zone
@shared
@click.pass_obj
@gathered(MigrateOptions)
def command(session: Session, given: MigrateOptions) -> None:
    """Write a migration to another profile: two patches, MIGRATION.md for people, plan.json for programs.

    The patches go from your files as they are to what the profile compiles, and back: `git apply forward.patch` gives
    what `gsdc apply` gives. MIGRATION.md says what changes and why, what it costs, what may go wrong, which gates are
    open, and how to undo it. Your files stay as they are.
    """
    from gsdc.deploy.gates import gates
    from gsdc.deploy.proposal import propose
    from gsdc.finding import Rejected, Severity, sorted_findings
    from gsdc.migration.migration import Asked, obstacles, prepare
    from gsdc.policy.load import load

    session.expect_targets(given.targets)
    root = session.recovered_folder()
    loaded = load(root, profile=given.profile, fleets=given.fleets, workflow=given.workflow)
    if loaded.policy is None:
        session.finish(of_option(loaded.findings, "--to"))
    policy, findings = session.checked(loaded)
    proposal = propose(loaded.project, policy, given.zone, given.targets)
    seen = _seen_from(root, given.out)
    asked = Asked(given.profile, given.workflow, given.fleets, given.zone, given.targets, seen)
    start = _start(session, asked, given.origin)
    findings = sorted_findings((*findings, *obstacles(proposal, start)))
    if any(finding.severity is Severity.ERROR for finding in findings):
        session.finish(findings)
    session.remind()
    files: Iterable[str] = ()
    if proposal.changes:
        try:
            learned = session.learned()
            answers = gates(proposal, start.proposal.policy if start else None, learned=learned)
            migration = prepare(proposal, start, asked, answers, learned)
        except Rejected as rejected:
            session.finish((*findings, *rejected.findings))
        files = _write(session, given.out, migration, findings)
    _answer(session, given, proposal, findings, files)


def _write(session: Session, out: Path, migration: "Migration", findings: "tuple[Finding, ...]") -> "Iterable[str]":
    """Write the files of a migration into the folder ``out``; exit if that fails."""
    from gsdc.filesystem.place import Root
    from gsdc.finding import Rejected
    from gsdc.migration.files import files_of, write

    try:
        files = files_of(migration)
        absolute = out.absolute()
        refused = write(files, Root(absolute.parent).make() / absolute.name)
    except Rejected as rejected:
        session.finish((*findings, *rejected.findings))
    except OSError as error:
        session.stop(f'"{out}" cannot be written: {(error.strerror or str(error)).lower()}; nothing was changed')
    if refused:
        session.finish((*findings, *refused))
    return files


def _start(session: Session, asked: "Asked", origin: str | None) -> "MigrationStart | None":
    """Return the start of the migration: the profile ``origin``, or the running policy if the files match it.

    The running policy is that of the last apply, else that of gsdc.yaml.
    """
    from gsdc.deploy.deployment import deployed, running
    from gsdc.deploy.proposal import propose
    from gsdc.finding import Rejected
    from gsdc.migration.migration import MigrationStart
    from gsdc.policy.load import load
    from gsdc.transaction.store import Store

    if origin is None:
        try:
            last = running(Store(session.root)).header
        except Rejected:  # the proposal reports it
            return None
        before = deployed(session.root, last, asked.fleets) if last else load(session.root, fleets=asked.fleets)
    else:
        before = load(session.root, profile=origin, fleets=asked.fleets, workflow=asked.workflow)
    if before.policy is None:
        if origin is None:
            return None
        session.finish(of_option(before.findings, "--from"))
    start = MigrationStart(propose(before.project, before.policy, asked.zone, asked.targets), named=origin is not None)
    return start if start.named or not (start.astray or start.proposal.broken) else None


def _seen_from(root: Path, out: Path) -> str:
    """Return ``out`` as a path relative to the project's folder, equal on every machine."""
    return Path(os.path.relpath(out.resolve(), root.resolve())).as_posix()


def _answer(
    session: Session,
    given: MigrateOptions,
    proposal: "Proposal",
    findings: "tuple[Finding, ...]",
    files: "Iterable[str]",
) -> None:
    written = sorted(files)
    if session.format == "json":
        session.print_json(
            {
                "profile": given.profile,
                "out": given.out.as_posix() if written else None,
                "files": written,
                "changes": [change.path for change in proposal.changes],
                "findings": session.findings_data(findings),
            }
        )
        return
    session.show_beside(findings)
    if not written:
        session.say(f"nothing to migrate: the files are what profile {given.profile} compiles to; nothing was written")
        return
    session.say(f"a migration to profile {given.profile} is in {given.out.as_posix()}/; your files are unchanged")
    print_changes(session, proposal.changes)
    session.say(f"read {(given.out / 'MIGRATION.md').as_posix()}")
