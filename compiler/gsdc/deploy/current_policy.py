"""Find the policy that the installed files were compiled from, if it is known."""

from collections.abc import Iterable
from pathlib import Path

from gsdc.deploy.deployment import deployed, last_deployment
from gsdc.deploy.proposal import propose
from gsdc.finding import Rejected
from gsdc.policy.digest import digest
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import Policy
from gsdc.transaction.change import image_at
from gsdc.transaction.history import history, in_effect, installed
from gsdc.transaction.record import File, Record
from gsdc.transaction.store import FOLDER, Store


def in_force(root: Path, *, follow_links: bool = False) -> Loaded:
    """Load the policy of the last apply, and its zone, if at least one of its files is unchanged; else gsdc.yaml's.

    It differs from gsdc.yaml's policy after `gsdc apply --profile`, after an edit of gsdc.yaml that is not applied, and
    during a gradual cut-over. An apply with no unchanged file left is ignored: another person applied since.
    """
    plain = load(root, follow_links=follow_links)
    last = _last_with_files(root)
    if plain.policy is None or last is None:
        return plain
    header = last.header
    zone = header.zone or None
    chosen = (header.profile, header.workflow or None)
    if header.stage == 100 and chosen == (plain.policy.profile, plain.policy.workflow):
        return plain._replace(zone=zone)
    # A list of fleet names selects all agents: the agents defined in gsdc.yaml itself would be missing.
    fleets = header.fleets if {*header.fleets} != {*plain.policy.fleets} else ()
    loaded = deployed(root, header, fleets, follow_links=follow_links)
    if loaded.policy is None:
        return plain
    loaded = loaded._replace(zone=zone)
    return loaded if header.stage < 100 else loaded._replace(change=last.number, instead_of=plain)


def _last_with_files(root: Path) -> Record | None:
    """Return the last apply in effect if one of its files is unchanged."""
    if not (root / FOLDER / "history").is_dir():
        return None
    try:
        store = Store(root)
        last = last_deployment(in_effect(history(store)))
    except Rejected:  # `gsdc status` reports history errors
        return None
    return last if last is not None and any(_is_untouched(store, file) for file in last.files()) else None


def policy_behind_files(
    root: Path, fleets: Iterable[str], workflow: str | None, zone: str, only: Iterable[str]
) -> Policy | None:
    """Return the last applied policy, else that of gsdc.yaml, if it compiles exactly to the installed files.

    None if a file was edited since, if nothing is compiled, or if the policy cannot be determined.
    """
    only = tuple(only)
    try:
        store = Store(root)
        records = history(store)
        last = last_deployment(in_effect(records))
        loaded = deployed(root, last.header, fleets) if last else load(root, fleets=fleets, workflow=workflow)
        if loaded.policy is None or (last and _is_as_written(store, records, last, loaded.policy, zone, only)):
            return loaded.policy
    except Rejected:
        return None
    proposal = propose(loaded.project, loaded.policy, zone, only)
    as_compiled = proposal.build.artifacts and not proposal.changes and not proposal.broken
    return loaded.policy if as_compiled else None


def _is_untouched(store: Store, file: File) -> bool:
    current = image_at(store.tree, file.path)
    return current is not None and file.after is not None and current.digest == file.after.digest


def _is_as_written(
    store: Store, records: Iterable[Record], last: Record, policy: Policy, zone: str, only: tuple[str, ...]
) -> bool:
    """Tell whether the files equal, byte for byte, the output of ``policy``: then no compilation is needed."""
    if (last.header.zone, last.header.policy) != (zone, digest(policy)):
        return False
    known = {path: there for path, there in installed(records).items() if not only or {*only} & {*there.file.targets}}
    for path, there in known.items():
        current = image_at(store.tree, path)
        written = there.file.after
        if there.record.header.policy != last.header.policy or current is None or written is None:
            return False
        if current.digest != written.digest:
            return False
    return bool(known)
