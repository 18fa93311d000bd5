"""The budget zone, from the ledger and the limits in the compiled table, without loading the policy."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gsdc.ledger.budget import spent_share
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.opening import open_ledger
from gsdc.policy.project import open_project


def zone_of(table: Mapping[str, Any], root: str) -> str:
    """Return the zone of the ledger of the project in ``root``; raise ``Rejected`` if it cannot be read."""
    database = open_ledger(open_project(Path(root)))
    if database is None:
        return "green"
    with database:
        share = spent_share(Ledger(database), table["budgets"], round(time.time() * 1000))
    reached = [(start, name) for name, start in table["zones"].items() if share >= start]
    return max(reached)[1] if reached else "green"
