"""``gsdc apply``: install what is compiled, in one transaction."""

import sys
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

from gsdc.cli.changing import at_work, changing, confirm, now, print_changes, refuse
from gsdc.cli.reason import reasoned
from gsdc.cli.session import CLEAN, FINDINGS, Session, in_zone, of_policy, pause_of, shared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gsdc.deploy.gate import Gate
    from gsdc.deploy.proposal import Proposal
    from gsdc.deploy.record import Record
    from gsdc.finding import Finding

_MOST_LINES = 40


@click.command(epilog="Example: gsdc apply --profile budget --dry-run")
@of_policy
@click.option("--target", "targets", multiple=True, help="A target; may be given again. All in use by default.")
@in_zone
@click.option("--stage", type=click.Choice(["25", "50", "100"]), default="100", help="Percent of agents to cut over.")
@click.option("--from", "before", help="The profile that runs now, for --stage; that of the last apply by default.")
@click.option("--shadow", is_flag=True, help="Write into .gsdc/shadow/ only, and say what would be decided otherwise.")
@click.option("--dry-run", is_flag=True, help="Show the changes, ask the gates, change nothing.")
@click.option("--force", is_flag=True, help="Write over what was edited since; a copy goes to .gsdc/kept/.")
@reasoned(required=False)
@changing
@shared
@click.pass_obj
def command(
    session: Session,
    /,
    *,
    profile: str | None,
    workflow: str | None,
    fleets: tuple[str, ...],
    targets: tuple[str, ...],
    zone: str,
    stage: str,
    before: str | None,
    shadow: bool,
    dry_run: bool,
    force: bool,
    reason: str | None,
    yes: bool,
    wait: float,
) -> None:
    """Install what `gsdc build` compiles: all files or none, with the way back written down first.

    What you wrote beside it is kept; where you edited what gsdc had written, it refuses and shows the edit. Before
    anything is touched the gates are asked: lint, proof, models, and the clients that are installed. `gsdc rollback`
    gives back every byte.
    """
    from gsdc.deploy.deployment import at_stage, header_of, install, running
    from gsdc.deploy.gates import gates, go
    from gsdc.deploy.log import user
    from gsdc.deploy.proposal import propose
    from gsdc.deploy.store import Store
    from gsdc.finding import Rejected, Severity, nearest
    from gsdc.policy.load import load
    from gsdc.targets.registry import TARGETS

    for name in targets:
        if name not in TARGETS:
            session.stop(f'unknown target "{name}": {nearest(name, list(TARGETS))}')
    root = session.folder()
    pause = pause_of(root)
    if pause is not None and not (dry_run or shadow):
        session.tell(f"nothing is applied: gsdc is {pause}; `gsdc resume` ends that")
        sys.exit(FINDINGS)
    loaded = load(root, profile=profile, fleets=fleets, workflow=workflow)
    policy, findings = session.checked(loaded)
    if any(finding.severity is Severity.ERROR for finding in findings):
        session.finish(findings)
    try:
        policy = at_stage(loaded.project, policy, int(stage), before)
        proposal = propose(loaded.project, policy, zone, targets)
        from_profile = before or running(Store(root)).profile
    except Rejected as rejected:
        session.finish(rejected.findings)
    if proposal.broken:
        session.finish((*findings, *proposal.findings))
    if shadow:
        _shadow(session, proposal, from_profile)
    answer = Answer(session, proposal, (*findings, *proposal.findings))
    if not proposal.changes:
        answer.finish((), None)
    answer.tell(diff=dry_run)
    if proposal.edits and not force:
        answer.refuse_edits()
    asked = gates(proposal)
    answer.tell_gates(asked)
    if dry_run or not go(asked):
        answer.finish(asked, None, failed=not go(asked))
    confirm(session, f"Change {len(proposal.changes)} files?", yes=yes)
    header = header_of(proposal, int(stage), from_profile, time=now(), who=user(), reason=reason or "")
    with at_work(session, "gsdc apply", wait) as store:
        record = install(store, proposal, header)
    answer.finish(asked, record)


class Answer(NamedTuple):
    """What is printed of an apply, for people or as JSON."""

    session: Session
    proposal: "Proposal"
    findings: "tuple[Finding, ...]"

    def tell(self, *, diff: bool) -> None:
        """Say what would change: agents, files, and with ``diff`` every line."""
        from gsdc.deploy import semantic, views
        from gsdc.deploy.patch import shown

        session, changes = self.session, self.proposal.changes
        if session.quiet or session.format != "text":
            return
        session.show(self.findings)
        lines = list(views.lines(views.of_shifts(semantic.installed(self.proposal))))
        for line in lines[:_MOST_LINES]:
            session.echo(line)
        if len(lines) > _MOST_LINES:
            session.say(f"... and {len(lines) - _MOST_LINES} more: see `gsdc diff`")
        if diff:
            for change in changes:
                session.print_lines(shown(change))
        else:
            print_changes(session, changes)

    def refuse_edits(self) -> NoReturn:
        """Say what somebody has edited that would be lost, with the edit itself, and exit."""
        from gsdc.deploy.patch import shown

        edits = self.proposal.edits
        if self.session.format == "text":
            for edit in edits:
                self.session.print_lines(shown(edit.change))
        refuse(self.session, [finding for edit in edits for finding in edit.findings])

    def tell_gates(self, gates: "Iterable[Gate]") -> None:
        """Say what each gate answers, and why those that say no do."""
        from gsdc.deploy.gates import lines

        for line in lines(gates):
            self.session.say(line)
        if self.session.format == "text":
            self.session.show(finding for gate in gates if gate.go is False for finding in gate.findings)

    def finish(self, gates: "Iterable[Gate]", record: "Record | None", *, failed: bool = False) -> NoReturn:
        """Say what was done, and exit."""
        from gsdc.deploy.gates import data

        session, changes = self.session, self.proposal.changes
        if session.format == "json":
            session.print_json(
                {
                    "change": None if record is None else record.number,
                    "profile": self.proposal.policy.profile,
                    "stage": self.proposal.policy.stage,
                    "zone": self.proposal.zone,
                    "files": [{"path": c.path, "target": c.target, "owns": c.ownership} for c in changes],
                    "gates": data(gates),
                    "findings": session.findings_data(self.findings),
                }
            )
        elif record is not None:
            count = f"{len(changes)} file{'' if len(changes) == 1 else 's'}"
            session.say(f"applied {self.proposal.policy.title} as change {record.number}: {count}", bold=True)
            session.say("`gsdc rollback` takes it back")
            self._remark()
        elif not changes:
            session.say("nothing to apply: every file is as it is compiled")
        else:
            session.say("nothing was changed")
        sys.exit(FINDINGS if failed else CLEAN)

    def _remark(self) -> None:
        named = self.proposal.project.value("profile")
        profile = self.proposal.policy.profile
        if self.proposal.project.configured and (named.value if named else "balanced") != profile:
            self.session.say(
                f"gsdc.yaml still names another profile: write `profile: {profile}` there to keep this one"
            )


def _shadow(session: Session, proposal: "Proposal", before: str) -> NoReturn:
    """Write the shadow, report, and exit."""
    from gsdc.deploy import shadow
    from gsdc.policy.load import load

    try:
        _, refused = shadow.write(proposal)
    except OSError as error:
        session.stop(f"the shadow cannot be written: {(error.strerror or str(error)).lower()}; nothing was changed")
    if refused:
        session.finish(refused)
    loaded = load(session.root, profile=before, fleets=proposal.policy.fleets) if before else None
    report = shadow.report(proposal, loaded.policy if loaded else None)
    if session.format == "json":
        session.print_json(shadow.data(report))
    else:
        for line in shadow.lines(report):
            session.say(line)
    sys.exit(CLEAN)
