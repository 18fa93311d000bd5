"""An entry logged by hand or by a script."""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from gsdc.ledger.budget import assess
from gsdc.ledger.event import Event, cut, milliseconds
from gsdc.ledger.opening import opened_ledger
from gsdc.ledger.price import Pricer
from gsdc.policy.load import Loaded
from gsdc.transaction.log import user

_ORIGINS = {"escalated_from": "escalation", "failed_over_from": "failover", "overridden_from": "override"}

_TEXTS = ("client", "effort", "agent", "phase", "plan", "task", "kind", "reason")
_NUMBERS = ("output", "cache_read", "cache_write", "estimated", "complexity", "rework")


class LedgerEntry(NamedTuple):
    """A logged entry, whether it is new, and the resulting zone of the budget."""

    event: Event
    added: bool
    zone: str


def logged(loaded: Loaded, *, at: str | None, id_: str, given: Mapping[str, Any]) -> LedgerEntry:
    """Log an entry. Raises ValueError for an invalid time, ``Rejected`` if the ledger cannot be written."""
    policy = loaded.policy
    assert policy is not None, "the caller has checked"
    now = round(time.time() * 1000)
    when = milliseconds(at) if at else now
    type_, origin = next(((kind, given[name]) for name, kind in _ORIGINS.items() if given[name]), ("usage", ""))
    with opened_ledger(loaded.project, create=True) as ledger:
        assert ledger is not None, "it was created"
        with ledger.transaction():
            zone = assess(ledger, policy, now).zone
            event = Pricer(policy.models)(
                _event(given, f"log:{cut(id_) or uuid4().hex}", when, type_, cut(origin), zone)
            )
            added = ledger.add([event])
        return LedgerEntry(event, bool(added), assess(ledger, policy, now).zone)


def _event(given: Mapping[str, Any], key: str, at: int, type_: str, origin: str, zone: str) -> Event:
    event = Event(
        key=key,
        at=at,
        type=type_,
        written=cut(given["model"]),
        input=given["input_"],
        unsplit=given["tokens"],
        origin=origin,
        zone=zone,
        who=cut(user()),
        duration_ms=None if given["duration"] is None else round(given["duration"] * 1000),
        success=None if given["success"] is None else int(given["success"]),
    )
    more = {name: cut(given[name]) for name in _TEXTS} | {name: given[name] for name in _NUMBERS}
    return event._replace(**more)
