"""Overrides in the ledger: who gave an agent another model, and why (never-break rule: it is logged)."""

import time
from collections.abc import Iterator
from uuid import uuid4

from gsdc.ledger.event import Event, cut
from gsdc.ledger.opening import opened_ledger
from gsdc.policy.decide import decide
from gsdc.policy.load import Loaded
from gsdc.policy.model import ZONES, State
from gsdc.transaction.log import user


def log_override(before: Loaded, after: Loaded, agent: str, reason: str) -> None:
    """Log an event for each phase in which ``agent`` has another model in ``after`` than in ``before``.

    If no model changes in zone green, one event records the override. Raises ``Rejected`` if the ledger cannot be
    written.
    """
    events = list(_events(before, after, agent, reason))
    with opened_ledger(after.project, create=True) as ledger:
        assert ledger is not None, "it was created"
        ledger.add_all(events)


def _events(before: Loaded, after: Loaded, agent: str, reason: str) -> Iterator[Event]:
    assert before.policy is not None, "the caller has checked"
    assert after.policy is not None, "a policy that is broken is not written"
    now, changed = round(time.time() * 1000), False
    usual = Event(key="", at=now, type="override", source="gsdc", agent=agent, reason=cut(reason), who=cut(user()))
    known = after.policy.agents.get(agent)  # the agent of an override may have left the fleet
    for phase in (known.phases or (None,)) if known else ():
        state = State(agent, phase, ZONES[0])
        then, now_on = decide(before.policy, state).model, decide(after.policy, state).model
        if then != now_on:
            changed = True
            yield usual._replace(
                key=f"override:{uuid4().hex}",
                phase=phase or "",
                origin=then or "",
                written=now_on or "",
                model=now_on or "",
            )
    if not changed:
        yield usual._replace(key=f"override:{uuid4().hex}")
