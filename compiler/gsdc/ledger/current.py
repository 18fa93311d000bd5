"""What holds now, for commands that are about something else: the zone of the ledger, and its alerts."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gsdc.finding import Finding
from gsdc.ledger.alerts import evaluate, findings
from gsdc.ledger.budget import assess
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.opening import open_ledger
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import ZONES, Policy

_Answer = TypeVar("_Answer")


def zone_of(root: Path, profile: str | None) -> str:
    """Return the zone that the ledger of the project in folder ``root`` is in; the first for a policy with faults.

    Raises ``Rejected`` where the ledger cannot be read.
    """

    def zone(loaded: Loaded, policy: Policy, ledger: Ledger | None) -> str:  # noqa: ARG001 - as below
        return assess(ledger, policy, round(time.time() * 1000)).zone

    return _asked(root, profile, zone) or ZONES[0]


def alerts_of(root: Path, profile: str | None) -> tuple[Finding, ...]:
    """Return a finding for each alert of the profile that fires. Raises ``Rejected`` as above."""

    def fired(loaded: Loaded, policy: Policy, ledger: Ledger | None) -> tuple[Finding, ...]:
        budget = assess(ledger, policy, round(time.time() * 1000))
        return findings(loaded, evaluate(ledger, policy, budget))

    return _asked(root, profile, fired) or ()


def _asked(
    root: Path, profile: str | None, question: Callable[[Loaded, Policy, Ledger | None], _Answer]
) -> _Answer | None:
    loaded = load(root, profile=profile)
    if loaded.policy is None:
        return None
    database = open_ledger(loaded.project)
    if database is None:
        return question(loaded, loaded.policy, None)
    with database:
        return question(loaded, loaded.policy, Ledger(database))
