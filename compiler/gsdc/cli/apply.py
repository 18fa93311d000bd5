"""``gsdc apply``: install what is compiled, in one transaction."""

import os
import sys
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

import click

from gsdc.cli import completion
from gsdc.cli.changing import changing, confirm, exclusive_session, now, refuse, summary_of
from gsdc.cli.options import in_zone, of_policy, shared
from gsdc.cli.reason import reasoned
from gsdc.cli.session import CLEAN, FINDINGS, Session, of_option, pause_of

if TYPE_CHECKING:
    from gsdc.deploy.gate import Gate
    from gsdc.deploy.proposal import Proposal
    from gsdc.finding import Finding
    from gsdc.transaction.record import Record
    from gsdc.transaction.store import Store

# The proof is none of them: never-break rules of the policy hold whatever anybody says.
_WAIVABLE: Final = ("lint", "models", "budget", "opencode", "node")
PROJECT_FILE: Final = "gsdc.yaml"  # as in gsdc.source.tree, which takes its time to import
_MOST_LINES: Final = 40  # of the table of what shifts, with --dry-run
_MOST_MOVES: Final = 3  # of the summary before the question, which has 15 lines at most


@click.command(epilog="Example: gsdc apply --profile budget --dry-run")
@of_policy
@click.option(
    "--target",
    "targets",
    multiple=True,
    shell_complete=completion.of("target"),
    help="A target; may be given again. All in use by default.",
)
@in_zone
@click.option("--stage", type=click.Choice(["25", "50", "100"]), default="100", help="Percent of agents to cut over.")
@click.option(
    "--from",
    "before",
    shell_complete=completion.of("profile"),
    help="The profile that runs now, for --stage; that of the last apply by default.",
)
@click.option("--shadow", is_flag=True, help="Write into .gsdc/shadow/ only, and say what would be decided otherwise.")
@click.option("--dry-run", is_flag=True, help="Show the changes, ask the gates, change nothing.")
@click.option("--force", is_flag=True, help="Write over what was edited since; a copy goes to .gsdc/kept/.")
@click.option("--despite", multiple=True, type=click.Choice(_WAIVABLE), help="Waive this gate; say why with --reason.")
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
    despite: tuple[str, ...],
    reason: str | None,
    yes: bool,
    wait: float,
) -> None:
    """Install what `gsdc build` compiles: all files or none, with the way back written down first.

    What you wrote beside it is kept; where you edited what gsdc had written, it refuses and shows the edit. What gsdc
    had written and compiles no more goes. Before anything is touched the gates are asked: lint, proof, models, budget,
    and the clients that are installed. `gsdc rollback` gives back every byte.
    """
    from gsdc.finding import counted, nearest
    from gsdc.targets.registry import compiled_targets

    for name in targets:
        if name not in compiled_targets():
            session.stop(f'unknown target "{name}": {nearest(name, list(compiled_targets()))}')
    if despite and not reason:
        session.stop("--despite goes with --reason: it is written down in the history")
    root = session.folder()
    if not os.path.lexists(root / PROJECT_FILE):
        _expect_project(session)
    pause = pause_of(root)
    if pause is not None and not (dry_run or shadow):
        from gsdc.deploy.pause import refusal

        session.finish((refusal(pause),))
    session.remind()
    asked = Asked(profile, workflow, fleets, targets, zone, int(stage), before, force, despite, reason or "")
    if shadow:
        _shadow(_work_out(session, asked), asked)
    if dry_run:
        answer = _work_out(session, asked)
        answer.finish(answer.ask(asked, diff=True), None)
    if yes:  # nobody has to be waited for: from the first look on, no other process changes a file
        with exclusive_session(session, "gsdc apply", wait) as store:
            answer = _work_out(session, asked)
            answer.adopt(store, asked)
            gates = answer.ask(asked, diff=False)
            record = answer.install(store, asked)
    else:
        answer = _work_out(session, asked)
        if answer.proposal.adopted and not answer.proposal.changes:
            with exclusive_session(session, "gsdc apply", wait) as store:
                answer.adopt(store, asked)
        gates = answer.ask(asked, diff=False)
        confirm(session, f"Change {counted(len(answer.proposal.changes), 'file')}?")
        with exclusive_session(session, "gsdc apply", wait) as store:
            record = answer.install(store, asked)
    answer.finish(gates, record)


class Asked(NamedTuple):
    """What is asked for: the policy, the targets and zone, the stage in percent, and what runs until then.

    ``force`` writes over edits, ``despite`` names the gates that are waived, and ``reason`` says why.
    """

    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    targets: tuple[str, ...]
    zone: str
    stage: int
    before: str | None
    force: bool
    despite: tuple[str, ...]
    reason: str


def _work_out(session: Session, asked: Asked) -> "Answer":
    """Return what would change; exit where findings stand in its way."""
    from gsdc.deploy.deployment import at_stage, running
    from gsdc.deploy.proposal import propose
    from gsdc.finding import Rejected, Severity
    from gsdc.policy.load import load
    from gsdc.transaction.store import Store

    root = session.root
    loaded = load(root, profile=asked.profile, fleets=asked.fleets, workflow=asked.workflow)
    policy, findings = session.checked(loaded)
    if any(finding.severity is Severity.ERROR for finding in findings):
        session.finish(findings)
    if asked.before:
        known = load(root, profile=asked.before, fleets=asked.fleets)
        if known.policy is None:
            session.finish(of_option(known.findings, "--from"))
    try:
        policy = at_stage(loaded.project, policy, asked.stage, asked.before, asked.fleets)
        proposal = propose(loaded.project, policy, asked.zone, asked.targets)
        last = running(Store(root))
    except Rejected as rejected:
        session.finish(rejected.findings)
    if proposal.broken:
        session.finish((*findings, *proposal.findings))
    if last.header is not None and last.header.stage < 100 <= asked.stage and last.header.profile != policy.profile:
        stage = f'a cut-over to "{last.header.profile}" is at {last.header.stage}%'
        session.say(f"{stage}: this puts every agent on {policy.profile}")
    return Answer(session, proposal, asked.before or last.profile, (*findings, *proposal.findings))


def _expect_project(session: Session) -> None:
    """Say that there is no gsdc.yaml; exit where the folder lies in a project, of the same repository, that has one."""
    folder = root = session.root.resolve()
    while not (folder / ".git").exists() and folder != folder.parent:
        folder = folder.parent
        if (folder / PROJECT_FILE).is_file():
            place = os.path.relpath(folder, root)
            session.stop(f'there is no gsdc.yaml here, but in "{place}": go there, or name it with --project')
    session.say("no gsdc.yaml here: the defaults are used; `gsdc init` writes one")


class Answer(NamedTuple):
    """What an apply would do, and how that is told; ``before`` is the profile that runs now, "" if it is not known."""

    session: Session
    proposal: "Proposal"
    before: str
    findings: "tuple[Finding, ...]"

    def ask(self, asked: Asked, *, diff: bool) -> "tuple[Gate, ...]":
        """Say what would change, and what the gates answer; exit where nothing would, or may, be changed.

        With ``diff`` every line is shown, and a gate that says no does not end it.
        """
        from gsdc.deploy.current_policy import standing
        from gsdc.deploy.gates import gates, go, lines, waived

        session = self.session
        if not self.proposal.changes:
            self.finish((), None)
        self._tell(diff=diff)
        if self.proposal.edits and not asked.force:
            self._refuse_edits()
        known = standing(session.root, asked.fleets, asked.workflow, asked.zone, asked.targets)
        answers = waived(gates(self.proposal, known, learned=session.learned()), asked.despite)
        for gate, line in zip(answers, lines(answers), strict=True):
            if session.format == "text" and (gate.go is False or not session.quiet):  # not every no has a finding
                session.tell(line)
        if session.format == "text":
            session.show(finding for gate in answers for finding in gate.findings)
        if not diff and not go(answers):
            self.finish(answers, None)
        return answers

    def adopt(self, store: "Store", asked: Asked) -> None:
        """Write down what is as compiled though the history does not say so, where nothing has to change; and exit."""
        if self.proposal.adopted and not self.proposal.changes:
            self.finish((), self.install(store, asked))

    def install(self, store: "Store", asked: Asked) -> "Record":
        """Make the changes."""
        from gsdc.deploy.deployment import header_of, install
        from gsdc.transaction.log import user

        header = header_of(
            self.proposal,
            asked.stage,
            self.before,
            time=now(),
            who=user(),
            reason=asked.reason,
            despite=asked.despite,
        )
        return install(store, self.proposal, header)

    def _tell(self, *, diff: bool) -> None:
        """Say what would change: agents, files, and with ``diff`` every line."""
        from gsdc.migration import semantic, views
        from gsdc.migration.patch import shown

        session, changes = self.session, self.proposal.changes
        if session.format == "text":
            session.show_beside(self.findings)
        if session.quiet or session.format != "text":
            return
        shifts = semantic.installed(self.proposal)
        if not diff:
            for line in (*views.summary(shifts, _MOST_MOVES), summary_of(changes)):
                session.say(line)
            return
        lines = list(views.lines(views.of_shifts(shifts)))
        for line in lines[:_MOST_LINES]:
            session.echo(line)
        if len(lines) > _MOST_LINES:
            session.say(f"... and {len(lines) - _MOST_LINES} more: see `gsdc diff`")
        for change in changes:
            session.print_lines(shown(change))

    def _refuse_edits(self) -> NoReturn:
        """Say what somebody has edited that would be lost, with the edit itself, and exit."""
        from gsdc.migration.patch import shown

        if self.session.format == "text":
            for edit in self.proposal.edits:
                self.session.print_lines(shown(edit.change))
        refuse(self.session, [finding for edit in self.proposal.edits for finding in edit.findings])

    def finish(self, gates: "tuple[Gate, ...]", record: "Record | None") -> NoReturn:
        """Say what was done, and exit."""
        from gsdc.deploy.gates import data, go
        from gsdc.finding import counted, sorted_findings
        from gsdc.rules.clients import unwritten_client

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
                    "findings": session.findings_data(
                        sorted_findings((*self.findings, *(found for gate in gates for found in gate.findings)))
                    ),
                }
            )
        elif record is not None and not changes:
            session.say(f"nothing to apply: every file is as it is compiled, which is now change {record.number}")
        elif record is not None:
            count = counted(len(changes), "file")
            session.say(f"applied {self.proposal.policy.title} as change {record.number}: {count}", bold=True)
            session.say("`gsdc rollback` takes it back")
            self._remark()
        elif not changes:
            session.show(found for found in self.findings if found.code == unwritten_client.CODE)
            session.say("nothing to apply: every file is as it is compiled")
        else:
            session.say("nothing was changed")
        sys.exit(CLEAN if go(gates) else FINDINGS)

    def _remark(self) -> None:
        from gsdc.policy.project import DEFAULT_PROFILE

        named = self.proposal.project.value("profile")
        profile = self.proposal.policy.profile
        if self.proposal.project.configured and (named.value if named else DEFAULT_PROFILE) != profile:
            self.session.say(
                f"gsdc.yaml still names another profile: write `profile: {profile}` there to keep this one"
            )


def _shadow(answer: Answer, asked: Asked) -> NoReturn:
    """Write the shadow, report against what runs now, and exit."""
    from gsdc.deploy import shadow
    from gsdc.deploy.deployment import deployed, running
    from gsdc.policy.load import load
    from gsdc.transaction.store import Store

    session, proposal = answer.session, answer.proposal
    try:
        refused = shadow.write(proposal)
    except OSError as error:
        session.stop(f"the shadow cannot be written: {(error.strerror or str(error)).lower()}; nothing was changed")
    if refused:
        session.finish(refused)
    last = running(Store(session.root)).header
    now_runs = None
    if asked.before:
        now_runs = load(session.root, profile=asked.before, fleets=asked.fleets).policy
    elif last is not None:
        now_runs = deployed(session.root, last, asked.fleets).policy
    report = shadow.report(proposal, now_runs)
    if session.format == "json":
        session.print_json({**shadow.data(report), "findings": session.findings_data(answer.findings)})
    else:
        for line in shadow.lines(report):
            session.say(line)
    sys.exit(CLEAN)
