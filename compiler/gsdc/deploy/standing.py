"""The policy that stands behind the files as they are, where one is known to."""

from collections.abc import Iterable
from pathlib import Path

from gsdc.deploy.deployment import deployed, running
from gsdc.deploy.proposal import propose
from gsdc.deploy.store import Store
from gsdc.finding import Rejected
from gsdc.policy.load import load
from gsdc.policy.model import Policy


def standing(root: Path, fleets: Iterable[str], workflow: str | None, zone: str, only: Iterable[str]) -> Policy | None:
    """Return the policy that was applied last, or else that of gsdc.yaml, where it compiles to the files as they are.

    None where somebody has edited one of them since, where nothing is compiled at all, and where it cannot be known.
    """
    try:
        last = running(Store(root)).header
    except Rejected:
        return None
    loaded = deployed(root, last, fleets) if last else load(root, fleets=fleets, workflow=workflow)
    if loaded.policy is None:
        return None
    proposal = propose(loaded.project, loaded.policy, zone, only)
    as_compiled = proposal.build.artifacts and not proposal.changes and not proposal.broken
    return loaded.policy if as_compiled else None
