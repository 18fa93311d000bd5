"""The current zone and alerts of the ledger, for commands on other subjects."""

import time
from pathlib import Path

from gsdc.finding import Finding
from gsdc.ledger.alerts import evaluate, findings
from gsdc.ledger.budget import assess
from gsdc.ledger.opening import opened_ledger
from gsdc.policy.load import load
from gsdc.policy.model import ZONES


def zone_of(root: Path, profile: str | None) -> str:
    """Return the zone of the ledger of the project in folder ``root``; the first zone for an invalid policy.

    Raises ``Rejected`` if the ledger cannot be read.
    """
    loaded = load(root, profile=profile)
    if loaded.policy is None:
        return ZONES[0]
    with opened_ledger(loaded.project) as ledger:
        return assess(ledger, loaded.policy, round(time.time() * 1000)).zone


def alerts_of(root: Path, profile: str | None) -> tuple[Finding, ...]:
    """Return a finding for each alert of the profile that fires. Raises ``Rejected`` as above."""
    loaded = load(root, profile=profile)
    if loaded.policy is None:
        return ()
    with opened_ledger(loaded.project) as ledger:
        budget = assess(ledger, loaded.policy, round(time.time() * 1000))
        return findings(loaded, evaluate(ledger, loaded.policy, budget))
