"""Status: compare the installed files with the compiled policy and list the differences. Nothing is written.

Also shows the escape hatches in use (seed 002, "Escape Hatches": overrides, reserve, rollback, pause).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.credentials.masks import without_credentials
from gsdc.deploy.deployment import deployed, last_deployment
from gsdc.deploy.pause import Pause, paused
from gsdc.deploy.proposal import Proposal, propose
from gsdc.deploy.truth import contradictions
from gsdc.finding import Finding, Rejected, Severity
from gsdc.migration.installed import installed_differences
from gsdc.migration.shift import Shift
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import Policy
from gsdc.policy.profile import Override
from gsdc.rules.policy import forbidden_above
from gsdc.rules.policy.api import PolicyContext
from gsdc.source.tree import OUTSIDE
from gsdc.transaction.change import Change, image_at
from gsdc.transaction.history import Installed, history, in_effect, installed
from gsdc.transaction.lock import is_held
from gsdc.transaction.record import Record, RecordHeader, read
from gsdc.transaction.store import Store

SOON: Final = 7  # days


class SyncState(StrEnum):
    """The state of a target: its files equal the compiled output, or they differ, or none was ever applied.

    Broken: a file to merge with is invalid. Unread: that file is a link out of the project, so no comparison is
    possible. Overridden: the files equal the compiled output, but the client as a whole runs agents differently, since
    another of its files takes precedence.
    """

    IN_SYNC = "in sync"
    DRIFTED = "drifted"
    NEVER = "never applied"
    NOTHING = "nothing to compile"
    OVERRIDDEN = "overridden"
    BROKEN = "broken"
    UNREAD = "not judged"


class Drift(NamedTuple):
    """A file that differs from the compiled or the installed content; ``why`` is the reason as text."""

    path: str
    would_change: bool
    why: tuple[str, ...]


class Target(NamedTuple):
    """A target, its state, and the files to report."""

    name: str
    state: SyncState
    files: tuple[Drift, ...]


class Forced(NamedTuple):
    """An override, and the days until it expires: negative if it has expired, None if it has no end."""

    override: Override
    days: int | None

    @property
    def ends_soon(self) -> bool:
        """Whether the override needs attention now."""
        return self.days is not None and self.days <= SOON


class Plain(NamedTuple):
    """The result of `gsdc apply` without options, and how many files it would change."""

    profile: str
    zone: str
    files: int


class Status(NamedTuple):
    """The complete status. ``last`` is the last change in effect, ``pending`` an interrupted one.

    ``remark`` explains the source of the profile if it is not obvious; ``holder`` is the process that holds the lock.
    ``plain`` is what gsdc.yaml itself names, None if that is the policy compared. ``shifts`` are the agents that an
    installed file decides differently; ``reserve`` is the share of the budget reserved for emergencies, None if the
    profile has none.
    """

    policy: Policy
    zone: str
    remark: str
    plain: Plain | None
    last: Record | None
    pause: Pause | None
    pending: RecordHeader | None
    holder: str | None
    targets: tuple[Target, ...]
    shifts: tuple[Shift, ...]
    overrides: tuple[Forced, ...]
    reserve: float | None
    findings: tuple[Finding, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do; during a pause, drift is intended."""
        if self.pending or any(finding.severity is Severity.ERROR for finding in self.findings):
            return False
        return self.pause is not None or all(t.state in {SyncState.IN_SYNC, SyncState.NOTHING} for t in self.targets)


class _Compared(NamedTuple):
    """The proposal to compare with, the reason, and what gsdc.yaml names if that differs."""

    proposal: Proposal
    remark: str = ""
    plain: Plain | None = None


def status(
    root: Path, profile: str | None, zone: str | None, today: date, *, follow_links: bool = False
) -> "Status | Loaded":
    """Return the status of the project in ``root``; without a policy, return the result of loading.

    Without ``profile`` or ``zone``, those of the last apply in effect are used, then those of gsdc.yaml. If the files
    equal what gsdc.yaml names and not the last apply (a pull or a patch), gsdc.yaml is used. With ``follow_links``,
    files are also read through symbolic links out of the project. Raises ``Rejected`` if the history cannot be read.
    """
    store = Store(root)
    holder = is_held(store)
    records = in_effect(history(store))
    applied = last_deployment(records)
    plain = load(root, profile=profile, follow_links=follow_links)
    if plain.policy is None:
        return plain
    if profile or applied is None:
        in_zone = zone or (applied.header.zone if applied else "") or "green"
        proposal, remark, named = _Compared(propose(plain.project, plain.policy, in_zone))
    else:
        proposal, remark, named = _compared(root, plain, plain.policy, zone, applied)
    forbidden = forbidden_above.check(PolicyContext(proposal.policy, proposal.project.sources, today))
    return Status(
        policy=proposal.policy,
        zone=proposal.zone,
        remark=remark,
        plain=named,
        last=records[-1] if records else None,
        pause=paused(root),
        pending=None if holder or not store.pending.is_folder() else read(store, store.pending).header,
        holder=holder,
        targets=tuple(_targets(proposal, installed(records))),
        shifts=tuple(shift for shift in installed_differences(proposal) if shift.before is not None),
        overrides=tuple(_forced(proposal.policy.overrides, today)),
        reserve=proposal.policy.budgets.get("reserve"),
        findings=(*proposal.findings, *forbidden),
    )


def _compared(root: Path, plain: Loaded, policy: Policy, zone: str | None, applied: Record) -> _Compared:
    """Return the last apply, or what gsdc.yaml names if the files equal exactly that."""
    head = applied.header
    since = f"change {applied.number} installed"
    # A list of fleet names selects all agents: the agents defined in gsdc.yaml itself would be missing.
    fleets = head.fleets if set(head.fleets) != set(policy.fleets) else ()
    last = deployed(root, head, fleets, follow_links=plain.project.tree.follow_links)
    in_zone = zone or head.zone or "green"
    if last.policy is None:
        remark = f'{since} profile "{head.profile}", which no longer loads'
        return _Compared(propose(plain.project, policy, in_zone), remark)
    by_last = propose(last.project, last.policy, in_zone)
    chosen = (last.policy.profile, last.policy.workflow, in_zone)
    if chosen == (policy.profile, policy.workflow, zone or "green") and not fleets and not last.policy.held:
        return _Compared(by_last)
    named = propose(plain.project, policy, zone or "green")
    if by_last.changes and named.build.artifacts and not named.changes and not named.broken:
        return _Compared(named, f'not by gsdc apply: {since} "{head.profile}" in zone {head.zone}')
    remark = f"{since} it" if last.policy.profile != policy.profile else ""
    return _Compared(by_last, remark, None if named.broken else Plain(policy.profile, named.zone, len(named.changes)))


def _targets(proposal: Proposal, known: dict[str, Installed]) -> Iterator[Target]:
    """Yield the state of each target; if one is broken, compile each target in use separately."""
    project, policy, zone = proposal[:3]
    if proposal.build.broken:
        for name in project.targets():
            yield _target(name, propose(project, policy, zone, (name,)), known)
        return
    left = [name for change in proposal.changes for name in change.targets]
    gone = [name for change in proposal.changes if change.path in known for name in known[change.path].file.targets]
    for name in dict.fromkeys((*project.targets(), *left, *gone)):
        yield _target(name, proposal, known)


def _target(name: str, proposal: Proposal, known: dict[str, Installed]) -> Target:
    compiled = {artifact.path for target, artifact in proposal.build.artifacts if target == name}
    errors = [finding for finding in proposal.findings if finding.severity is Severity.ERROR]
    if not proposal.build.broken:  # the proposal may be broken by a file that cannot be replaced
        errors = [finding for finding in errors if finding.span.path in compiled]
    if errors:
        is_unread = all(finding.code == OUTSIDE.code for finding in errors)
        return Target(
            name,
            SyncState.UNREAD if is_unread else SyncState.BROKEN,
            tuple(Drift(f.span.path, False, (f"{f.message} ({f.span})",)) for f in without_credentials(errors)),
        )
    changes = {change.path: change for change in proposal.changes if _concerns(change, name, proposal, known)}
    own = {path for path, there in known.items() if name in there.file.targets}
    paths = sorted(own | {change.path for change in changes.values() if name in change.targets})
    files = tuple(filter(None, (_drift(proposal, name, path, changes.get(path), known.get(path)) for path in paths)))
    if not compiled and not own:
        state = SyncState.NOTHING
    elif any(file.would_change for file in files):
        state = SyncState.DRIFTED if own else SyncState.NEVER
    else:
        against = _against(proposal, name)
        state, files = (SyncState.OVERRIDDEN if against else SyncState.IN_SYNC), (*files, *against)
    return Target(name, state, files)


def _concerns(change: Change, name: str, proposal: Proposal, known: dict[str, Installed]) -> bool:
    """Tell whether a change belongs to target ``name``; in a document with several blocks, to its own block."""
    there = known.get(change.path)
    sharing = {*change.targets, *(there.file.targets if there else ())}
    if len(sharing) == 1 or change.before is None or change.after is None:
        return True
    before, after = change.before.content, change.after.content
    own = (one for target, one in proposal.build.artifacts if target == name and one.path == change.path)
    return not any(one.ownership.is_same(change.path, before, after) for one in own)


def _against(proposal: Proposal, name: str) -> tuple[Drift, ...]:
    """Return why the client runs agents differently although the target's files equal the compiled output."""
    found = contradictions(proposal.project, proposal.policy, proposal.zone, name)
    return tuple(Drift(each.span.path, False, (f"{each.message} ({each.span})",)) for each in found)


def _drift(proposal: Proposal, target: str, path: str, change: Change | None, there: Installed | None) -> Drift | None:
    """Return the drift of a target's file, None if it equals the installed and the compiled content."""
    if there is None or there.file.after is None:
        return None if change is None else Drift(path, True, ("it was not installed by gsdc apply",))
    since = f"since change {there.record.number}"
    try:
        current = image_at(proposal.project.tree, path) if change is None else change.before
    except Rejected as rejected:
        return Drift(path, True, tuple(finding.message for finding in rejected.findings))
    if change is None and current is not None and current.digest == there.file.after.digest:
        return None
    edits = next((edit.findings for edit in proposal.edits if change and edit.change.path == path), ())
    is_edited = current is not None and current.digest != there.file.after.digest
    if current is None:
        why = [f"it is gone {since}"]
    elif edits:
        why = [f"edited {since}: {finding.message.partition(': ')[2]} ({finding.span})" for finding in edits]
    elif any(adopted.path == path for adopted in proposal.adopted):
        why = ["as compiled, but not written by gsdc apply"]
    elif change is None:
        why = [f"edited {since}; what gsdc manages of it is as compiled"]
    elif change.after is None or target not in proposal.project.targets():
        why = ["it is no longer compiled"]
    else:
        why = [f"edited {since}, and now compiled differently" if is_edited else f"compiled differently {since}"]
    return Drift(path, change is not None, tuple(why))


def _forced(overrides: Iterable[Override], today: date) -> Iterator[Forced]:
    for override in overrides:
        try:
            days = None if override.until is None else (date.fromisoformat(override.until) - today).days
        except ValueError:  # not a date in the calendar: lint reports it
            days = None
        yield Forced(override, days)
