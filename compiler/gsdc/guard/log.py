"""Log the guard's actions as events of the ledger."""

import os
import time
from pathlib import Path

from gsdc.guard.judge import GuardQuestion, GuardVerdict
from gsdc.ledger.event import Event
from gsdc.ledger.opening import opened_ledger
from gsdc.policy.project import open_project


def log(root: str, mode: str, question: GuardQuestion, verdict: GuardVerdict) -> None:
    """Add an event of type "guard": the agent that was denied, rewritten or warned about, its model, and the reason.

    Raises ``Rejected`` if the ledger cannot be written.
    """
    now = round(time.time() * 1000)
    event = Event(
        key=f"guard:{now}:{os.getpid()}",
        at=now,
        type="guard",
        source="guard",
        written=question.model,
        effort=question.effort,
        agent=question.agent,
        phase=question.phase,
        kind=mode,
        reason=verdict.reason,
    )
    with opened_ledger(open_project(Path(root)), create=False) as ledger:
        if ledger is not None:
            ledger.add_all([event])
