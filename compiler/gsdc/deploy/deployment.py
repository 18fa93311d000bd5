"""A deployment: a proposal recorded in the history, complete or as one stage of a cut-over."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from gsdc.deploy.leftovers import added_keys
from gsdc.deploy.proposal import Proposal
from gsdc.deploy.stage import staged
from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.policy.digest import digest
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import Policy
from gsdc.policy.project import Project
from gsdc.source.span import Argument, Span
from gsdc.transaction.change import Change
from gsdc.transaction.commit import commit
from gsdc.transaction.disk import DISK, Disk
from gsdc.transaction.history import ADOPT, KEPT, history, in_effect, installed, prune
from gsdc.transaction.preflight import expect_last
from gsdc.transaction.record import Record, RecordHeader
from gsdc.transaction.store import Store

NO_STAGE = Diagnostic(
    "DP012",
    "nothing-to-stage-from",
    Severity.ERROR,
    """`--stage` is used, but gsdc does not know what the other agents run on, or it is a third profile.

    ## Why is this bad?
    At 25 and 50 percent, the agents that are not cut over yet keep what they have (seed 003, "Gradual Cutover"). gsdc
    knows it from the last apply, or from --from. Nothing is changed.

    ## No example
    It takes a history, or none.
    """,
)


# Records of these kinds determine what runs: an adoption records files that already equal the compiled output.
DEPLOYING: Final = ("apply", ADOPT)


class Running(NamedTuple):
    """The last deployment in effect: the header of its record, None if there is none."""

    header: RecordHeader | None

    @property
    def profile(self) -> str:
        """The profile of agents that are not yet cut over; "" if it is unknown."""
        if self.header is None:
            return ""
        return self.header.profile if self.header.stage == 100 else self.header.before

    @property
    def workflow(self) -> str | None:
        """The workflow of those agents, None if they have none."""
        if self.header is None:
            return None
        return (self.header.workflow if self.header.stage == 100 else self.header.before_workflow) or None


def running(store: Store) -> Running:
    """Return the last deployment. Raises ``Rejected`` if the history cannot be read."""
    last = last_deployment(in_effect(history(store)))
    return Running(last.header if last else None)


def last_deployment(effective: Sequence[Record]) -> Record | None:
    """Return the last record in effect that deployed something, None if there is none."""
    return next((record for record in reversed(effective) if record.header.kind in DEPLOYING), None)


def deployed(root: Path, header: RecordHeader, fleets: Iterable[str] = (), *, follow_links: bool = False) -> Loaded:
    """Load the current policy of the deployment ``header``; for a stage, it includes the agents not yet cut over."""
    loaded = load(
        root, profile=header.profile, fleets=fleets, workflow=header.workflow or None, follow_links=follow_links
    )
    if loaded.policy is None or header.stage == 100 or not header.before:
        return loaded
    rest = load(root, profile=header.before, fleets=fleets, workflow=header.before_workflow or None)
    return loaded if rest.policy is None else loaded._replace(policy=staged(rest.policy, loaded.policy, header.stage))


def at_stage(project: Project, policy: Policy, percent: int, before: str | None, fleets: Iterable[str] = ()) -> Policy:
    """Return ``policy`` for the agents cut over at ``percent``, and the running policy for the others.

    The running policy uses the profile ``before``, else that of the last apply. ``fleets`` are the requested fleets,
    not the loaded ones: agents of gsdc.yaml itself belong to no named fleet. Raises ``Rejected`` if there is no running
    policy.
    """
    if percent == 100:
        return policy
    root = project.tree.root
    last = running(Store(root))
    half_way = last.header is not None and last.header.stage < 100 and last.header.profile != policy.profile
    if last.header is not None and half_way:
        message = f'a cut-over to "{last.header.profile}" is at {last.header.stage}%'
        help_ = f"go on with --profile {last.header.profile}, or undo it with `gsdc rollback`"
        raise Rejected(NO_STAGE.at(Span(Argument("--stage"), 0, 0), message, help_))
    name = before or last.profile
    if not name:
        message = "nothing was applied yet, so gsdc does not know what the other agents run on"
        raise Rejected(
            NO_STAGE.at(Span(Argument("--stage"), 0, 0), message, "give its profile with --from, or leave out --stage")
        )
    loaded = load(root, profile=name, fleets=fleets, workflow=None if before else last.workflow)
    if loaded.policy is None:
        raise Rejected(*loaded.findings)
    return staged(loaded.policy, policy, percent)


def install(store: Store, proposal: Proposal, header: RecordHeader, disk: Disk = DISK) -> Record:
    """Apply the changes of ``proposal``, record them under ``header``, and delete old history records.

    Adopted files are part of the record.

    Manually edited files are first copied to ``.gsdc/kept``. The caller must hold the lock of ``store``. Raises
    ``Rejected`` as ``commit`` does, and if the history changed since the proposal was made.
    """
    expect_last(store, proposal.last)
    kept = {edit.change.path for edit in proposal.edits}
    records = history(store)
    known = installed(records)
    emptied = _emptied(records, proposal.changes)
    changes = (
        change._replace(keys=added_keys(change, known.get(change.path)))
        for change in (*proposal.changes, *proposal.adopted)
    )
    record = commit(store, header, changes, disk, emptied=emptied, kept=kept)
    with suppress(OSError, Rejected):  # the change is complete; records not deleted now are deleted next time
        prune(store, kept_records(proposal.project), disk)
    return record


def _emptied(records: Iterable[Record], changes: Iterable[Change]) -> list[str]:
    """Return the folders that gsdc created for files now removed, each after its parent."""
    gone = (PurePosixPath(change.path) for change in changes if change.after is None)
    above = {folder.as_posix() for path in gone for folder in path.parents}
    return sorted(above.intersection(folder for record in in_effect(records) for folder in record.folders))


def header_of(  # long: its parameters are fields of a Header
    proposal: Proposal, stage: int, before: str, *, time: str, who: str, reason: str, despite: tuple[str, ...] = ()
) -> RecordHeader:
    """Return the header for the record of a proposal."""
    policy = proposal.policy
    rest = next(iter(policy.held.values()), None)
    return RecordHeader(
        kind="apply" if proposal.changes else ADOPT,
        time=time,
        who=who,
        reason=reason,
        profile=policy.profile,
        before=before,
        workflow=policy.workflow or "",
        fleets=tuple(policy.fleets),
        zone=proposal.zone,
        stage=stage,
        before_workflow=(rest.workflow if rest else "") or "",
        policy=digest(policy),
        despite=despite,
    )


def kept_records(project: Project) -> int:
    """Return the number of records to keep, as set in the project's gsdc.yaml."""
    given = project.value("history")
    return int(given.value.get("keep", KEPT)) if given is not None else KEPT
