"""Predict when the next zones begin at the current rate, and measure how often such predictions were right.

Seed 002, "Success Metrics": "Budget zone predictions: >80% accurate". It does not specify how far ahead; gsdc measures
one day ahead.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from gsdc.ledger.budget import (
    NO_SUM,
    Exhaustion,
    WindowBudget,
    exhaustion,
    limits_of,
    zone_at,
)
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.totals import Sum
from gsdc.ledger.window import Calendar, Window
from gsdc.policy.model import ZONES, Policy

_FEWEST_DAYS: Final = 3  # needed for a share of right predictions


class Beginning(NamedTuple):
    """The predicted beginning of a zone, with the 80% interval ``when.early`` to ``when.late``."""

    zone: str
    when: Exhaustion


def beginnings(policy: Policy, one: WindowBudget, now: int) -> tuple[Beginning, ...]:
    """Return the beginning of each zone after the current one of a window, if it is before the window's end."""
    found = []
    for zone in sorted(policy.zones.values(), key=lambda zone: zone.start):
        if ZONES.index(zone.name) > ZONES.index(one.zone):
            moments = [exhaustion(zone.start * limit.limit - limit.used, limit.rate, now) for limit in one.limits]
            first = min((when for when in moments if when.at is not None), key=lambda when: when.at or 0, default=None)
            if first is not None and first.at is not None and first.at < one.window.end:
                found.append(Beginning(zone.name, first))
    return tuple(found)


def right_predictions(
    ledger: Ledger, policy: Policy, calendar: Calendar, window: Window, ends: Iterable[tuple[date, Sum, str]]
) -> float | None:
    """Return the share of days whose final zone was the one predicted at their beginning.

    ``ends`` are the completed days of ``window``: the usage in each, and the zone at its end. The prediction is the
    usage at the beginning of the day plus one day at the burn rate of that time. None if there are fewer than three
    days, or no budget.
    """
    so_far, judged, known = NO_SUM, [], ledger.span()
    for day, used, zone in ends:
        start = calendar.midnight(day)
        limits = limits_of(ledger, policy.budgets, window, so_far, start)
        if limits and known is not None and known[0] < start:
            expected = max(limit._replace(used=limit.used + limit.rate.per_day).share for limit in limits)
            judged.append(zone_at(policy, expected) == zone)
        so_far += used
    return sum(judged) / len(judged) if len(judged) >= _FEWEST_DAYS else None
