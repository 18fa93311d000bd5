"""The preview of an apply: print the changes, check the gates, and install."""

import sys
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from gsdc.cli.changing import now, print_kept, summary_of
from gsdc.cli.session import CLEAN, FINDINGS, Session
from gsdc.targets.registry import client_gates

if TYPE_CHECKING:
    from gsdc.deploy.gate import Gate
    from gsdc.deploy.proposal import Proposal
    from gsdc.finding import Finding
    from gsdc.transaction.record import Record
    from gsdc.transaction.store import Store


# The proof cannot be waived: the never-break rules of the policy always apply.
WAIVABLE: Final = ("lint", "models", "budget", *client_gates())
_MOST_LINES: Final = 40  # of the table of shifts, with --dry-run


_MOST_MOVES: Final = 3  # of the summary before the question, which has 15 lines at most


class Asked(NamedTuple):
    """The options: the policy, the targets and zone, the stage in percent, and the profile that runs until then.

    ``shadow`` and ``dry_run`` change nothing, ``force`` overwrites edits, ``despite`` names the waived gates, and
    ``reason`` explains the waiver. ``yes`` skips the question; ``wait`` is the time in seconds to wait for another
    process.
    """

    profile: str | None
    workflow: str | None
    fleets: tuple[str, ...]
    targets: tuple[str, ...]
    zone: str
    stage: int
    before: str | None
    shadow: bool
    dry_run: bool
    force: bool
    despite: tuple[str, ...]
    reason: str | None
    yes: bool
    wait: float


class Preview(NamedTuple):
    """The changes of an apply, and methods to print them; ``before`` is the running profile, "" if unknown."""

    session: Session
    proposal: "Proposal"
    before: str
    findings: "tuple[Finding, ...]"

    def ask(self, asked: Asked, *, diff: bool) -> "tuple[Gate, ...]":
        """Print the changes and the gate results; exit if nothing would change or a gate refuses.

        With ``diff`` every line is shown, and a refusing gate does not exit.
        """
        from gsdc.deploy.current_policy import policy_behind_files
        from gsdc.deploy.gates import gates, go, lines, waived

        session = self.session
        if not self.proposal.changes:
            self.finish((), None)
        self._tell(diff=diff)
        if self.proposal.edits and not asked.force:
            self._refuse_edits()
        known = policy_behind_files(session.root, asked.fleets, asked.workflow, asked.zone, asked.targets)
        answers = waived(gates(self.proposal, known, learned=session.learned()), asked.despite)
        for gate, line in zip(answers, lines(answers), strict=True):
            if session.format == "text" and (gate.go is False or not session.quiet):  # not every refusal has a finding
                session.tell(line)
        if session.format == "text":
            session.show(finding for gate in answers for finding in gate.findings)
        if not diff and not go(answers):
            self.finish(answers, None)
        return answers

    def adopt(self, store: "Store", asked: Asked) -> None:
        """Record files that equal the compiled output but are not in the history, if nothing changes; exit."""
        if self.proposal.adopted and not self.proposal.changes:
            self.finish((), self.install(store, asked))

    def install(self, store: "Store", asked: Asked) -> "Record":
        """Apply the changes."""
        from gsdc.deploy.deployment import header_of, install
        from gsdc.transaction.log import user

        header = header_of(
            self.proposal,
            asked.stage,
            self.before,
            time=now(),
            who=user(),
            reason=asked.reason or "",
            despite=asked.despite,
        )
        return install(store, self.proposal, header)

    def _tell(self, *, diff: bool) -> None:
        """Print the changes: agents, files, and with ``diff`` every line."""
        from gsdc.migration import views
        from gsdc.migration.installed import installed_differences
        from gsdc.migration.patch import shown
        from gsdc.migration.ranking import ranked

        session, changes = self.session, self.proposal.changes
        if session.format == "text":
            session.show_beside(self.findings)
        if session.quiet or session.format != "text":
            return
        shifts = ranked(installed_differences(self.proposal), self.proposal.policy.agents.values())
        if not diff:
            for line in (*views.summary(shifts, _MOST_MOVES), summary_of(changes)):
                session.say(line)
            return
        lines = list(views.lines(views.of_shifts([shift for _, shift in shifts])))
        for line in lines[:_MOST_LINES]:
            session.echo(line)
        if len(lines) > _MOST_LINES:
            session.say(f"... and {len(lines) - _MOST_LINES} more: see `gsdc diff --all`")
        for change in changes:
            session.print_lines(shown(change))

    def _refuse_edits(self) -> NoReturn:
        """Print the manual edits that would be lost, with their content, and exit."""
        from gsdc.migration.patch import shown

        if self.session.format == "text":
            for edit in self.proposal.edits:
                self.session.print_lines(shown(edit.change))
        self.session.finish(finding for edit in self.proposal.edits for finding in edit.findings)

    def finish(self, gates: "tuple[Gate, ...]", record: "Record | None") -> NoReturn:
        """Print the result, and exit."""
        from gsdc.deploy.gates import data, go
        from gsdc.finding import counted, sorted_findings

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
            session.show_beside(self.findings)
            session.say(f"nothing to apply: every file is up to date; recorded as change {record.number}")
            self._tell_overridden()
        elif record is not None:
            count = counted(len(changes), "file")
            session.say(f"applied profile {self.proposal.policy.title} as change {record.number}: {count}", bold=True)
            print_kept(session, record.number, (e.change.path for e in self.proposal.edits), self.proposal.changes)
            session.say("`gsdc rollback` undoes it")
            self._remark()
            self._tell_overridden()
        elif not changes:
            session.show_beside(self.findings)
            session.say("nothing to apply: every file is up to date")
            self._tell_overridden()
        else:
            session.say("nothing was changed")
            self._tell_how_to_waive(gates)
        sys.exit(CLEAN if go(gates) else FINDINGS)

    def _tell_overridden(self) -> None:
        """Print which clients run agents differently all the same, as their settings or other files say."""
        from gsdc.deploy.truth import overridden

        names = overridden(self.proposal.project, self.proposal.policy, self.proposal.zone)
        if names:
            runs = "does" if len(names) == 1 else "do"
            self.session.say(f"{', '.join(names)} {runs} not run every agent as the policy decides: see `gsdc status`")

    def _tell_how_to_waive(self, gates: "tuple[Gate, ...]") -> None:
        """Print how to waive the gates that refuse."""
        from gsdc.policy.setting import setting

        closed = [gate.name for gate in gates if gate.go is False and not gate.waived]
        if "budget" in closed:
            profile, wanted = self.proposal.policy.profile, "{tokens: 2000000, usd: 300}"
            how = setting(self.proposal.project, profile, ("budgets", "weekly"), wanted)
            self.session.say(f"to raise the budget: {how}")
        if closed and set(closed) <= set(WAIVABLE):
            options = " ".join(f"--despite {name}" for name in closed)
            self.session.say(f"to apply anyway: `gsdc apply {options} --reason WHY`")

    def _remark(self) -> None:
        from gsdc.policy.project import DEFAULT_PROFILE

        named = self.proposal.project.value("profile")
        profile = self.proposal.policy.profile
        if self.proposal.project.configured and (named.value if named else DEFAULT_PROFILE) != profile:
            self.session.say(f"gsdc.yaml still has another profile: write `profile: {profile}` there to keep this one")
