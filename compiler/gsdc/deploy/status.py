"""Status: what is installed against what the policy compiles to, and all that stands in between. Nothing is written.

Escape hatches leave traces (seed 002, "Escape Hatches": overrides, reserve, rollback, pause): here they can be seen.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from gsdc.deploy import semantic
from gsdc.deploy.change import Change, image_at
from gsdc.deploy.deployment import deployed
from gsdc.deploy.history import Installed, history, in_effect, installed
from gsdc.deploy.lock import is_held
from gsdc.deploy.pause import Pause, paused
from gsdc.deploy.proposal import Proposal, propose
from gsdc.deploy.record import Header, Record, read
from gsdc.deploy.store import Store
from gsdc.finding import Finding, Rejected, Severity
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import Override, Policy

SOON: Final = 7  # days


class State(StrEnum):
    """How a target stands: its files are what is compiled, or they are not, or none of them was ever applied."""

    IN_SYNC = "in sync"
    DRIFTED = "drifted"
    NEVER = "never applied"
    NOTHING = "nothing to compile"


class Drift(NamedTuple):
    """A file that is not what is compiled, or not what was installed; ``why`` in words."""

    path: str
    would_change: bool
    why: tuple[str, ...]


class Target(NamedTuple):
    """A target, how it stands, and the files to speak of."""

    name: str
    state: State
    files: tuple[Drift, ...]


class Forced(NamedTuple):
    """An override, and how many days it still counts: negative where it has expired, None where it has no end."""

    override: Override
    days: int | None

    @property
    def ends_soon(self) -> bool:
        """Whether somebody should think of it now."""
        return self.days is not None and self.days <= SOON


class Status(NamedTuple):
    """All that there is to say. ``last`` is the last change in effect, ``pending`` one that was interrupted.

    ``remark`` says where the profile comes from when that is not plain, ``holder`` who is at work at this moment;
    ``shifts`` are the agents that a file decides otherwise than it would; ``reserve`` is the share of the budget that
    is kept for emergencies, None where the profile has none.
    """

    policy: Policy
    zone: str
    remark: str
    last: Record | None
    pause: Pause | None
    pending: Header | None
    holder: str | None
    targets: tuple[Target, ...]
    shifts: tuple[semantic.Shift, ...]
    overrides: tuple[Forced, ...]
    reserve: float | None
    findings: tuple[Finding, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do; while models are chosen by hand, drift is what is wanted."""
        if self.pending or any(finding.severity is Severity.ERROR for finding in self.findings):
            return False
        return self.pause is not None or all(t.state in {State.IN_SYNC, State.NOTHING} for t in self.targets)


def status(root: Path, profile: str | None, zone: str | None, today: date) -> "Status | Loaded":
    """Return the status of the project in ``root``; what loading gave instead, where there is no policy.

    Without a ``profile`` or ``zone``, those of the last apply in effect count, then those of gsdc.yaml.
    Raises ``Rejected`` where history cannot be read.
    """
    store = Store(root)
    holder = is_held(store)
    records = in_effect(history(store))
    applied = next((record for record in reversed(records) if record.header.kind == "apply"), None)
    loaded, policy, remark = _policy(root, profile, applied)
    if policy is None:
        return loaded
    in_zone = zone or (applied.header.zone if applied else "") or "green"
    proposal = propose(loaded.project, policy, in_zone)
    return Status(
        policy=policy,
        zone=in_zone,
        remark=remark,
        last=records[-1] if records else None,
        pause=paused(root),
        pending=None if holder or not store.pending.is_dir() else read(store, store.pending).header,
        holder=holder,
        targets=() if proposal.build.broken else tuple(_targets(proposal, installed(records))),
        shifts=tuple(shift for shift in semantic.installed(proposal) if shift.before is not None),
        overrides=tuple(_forced(policy.overrides, today)),
        reserve=policy.budgets.get("reserve"),
        findings=proposal.findings,
    )


def _policy(root: Path, profile: str | None, applied: Record | None) -> tuple[Loaded, Policy | None, str]:
    """Return what to compare with, and a remark where that is not what gsdc.yaml names."""
    plain = load(root, profile=profile)
    if profile or applied is None or plain.policy is None:
        return plain, plain.policy, ""
    head = applied.header
    since = f"change {applied.number} installed"
    # Named one by one, fleets stand for all agents: those of gsdc.yaml itself would be missing.
    fleets = head.fleets if set(head.fleets) != set(plain.policy.fleets) else ()
    last = deployed(root, head, fleets)
    if last.policy is None:
        return plain, plain.policy, f'{since} profile "{head.profile}", which does not load any more'
    is_other = last.policy.profile != plain.policy.profile
    return last, last.policy, f'{since} it; gsdc.yaml names "{plain.policy.profile}"' if is_other else ""


def _targets(proposal: Proposal, known: dict[str, Installed]) -> Iterator[Target]:
    changes = {change.path: change for change in proposal.changes}
    edits = {edit.change.path: edit.findings for edit in proposal.edits}
    in_use = (*proposal.project.targets(), *(there.file.target for there in known.values() if there.file.target))
    for name in dict.fromkeys(in_use):
        own = {path for path, there in known.items() if there.file.target == name}
        paths = sorted(own | {change.path for change in changes.values() if change.target == name})
        found = (_drift(proposal, path, changes.get(path), known.get(path), edits.get(path, ())) for path in paths)
        files = tuple(filter(None, found))
        compiled = any(target == name for target, _ in proposal.build.artifacts)
        drifted = any(file.would_change for file in files)
        if not compiled and not own:
            state = State.NOTHING
        elif drifted:
            state = State.DRIFTED if own else State.NEVER
        else:
            state = State.IN_SYNC
        yield Target(name, state, files)


def _drift(
    proposal: Proposal, path: str, change: Change | None, there: Installed | None, edits: tuple[Finding, ...]
) -> Drift | None:
    """Return what is to be said of a file, None where it is what was installed and what is compiled."""
    if there is None or there.file.after is None:
        return None if change is None else Drift(path, True, ("it was not installed by gsdc apply",))
    since = f"since change {there.record.number}"
    try:
        current = image_at(proposal.project.tree, path) if change is None else change.before
    except Rejected as rejected:
        return Drift(path, True, tuple(finding.message for finding in rejected.findings))
    if change is None and current is not None and current.digest == there.file.after.digest:
        return None
    is_edited = current is not None and current.digest != there.file.after.digest
    if current is None:
        why = [f"it is gone {since}"]
    elif edits:
        why = [f"edited {since}: {finding.message.partition(': ')[2]} ({finding.span})" for finding in edits]
    elif change is None:
        why = [f"edited {since}, beside what gsdc manages"]
    elif change.after is None:
        why = ["it is compiled no more"]
    else:
        why = [f"edited {since}, and compiled otherwise now" if is_edited else f"compiled otherwise {since}"]
    return Drift(path, change is not None, tuple(why))


def _forced(overrides: Iterable[Override], today: date) -> Iterator[Forced]:
    for override in overrides:
        try:
            days = None if override.until is None else (date.fromisoformat(override.until) - today).days
        except ValueError:  # a day that the calendar does not have: lint says so
            days = None
        yield Forced(override, days)
