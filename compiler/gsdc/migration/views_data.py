"""The views of a change as JSON data."""

from collections.abc import Iterable
from typing import Any

from gsdc.migration.costs import Costs, Item, Week
from gsdc.migration.shift import Shift, Side
from gsdc.migration.views import place
from gsdc.plans.cost import Amount


def shifts_data(shifts: Iterable[Shift]) -> list[dict[str, Any]]:
    """Return shifts as JSON data: the fields of ``Shift``; a null model means that the work is deferred."""
    return [
        {**shift._asdict(), "before": _side_data(shift.before), "after": _side_data(shift.after)} for shift in shifts
    ]


def costs_data(costs: Costs) -> dict[str, Any]:
    """Return costs as JSON data; $ are rounded to millionths, and null for a missing side."""
    volume = costs.volume
    return {
        "zone": costs.zone,
        "volume": {
            "tokens": volume.total,
            "from": "budget" if volume.profile else "fleet",
            "profile": volume.profile or None,
            "agents": dict(volume.agents),
            "without": list(volume.silent),
        },
        "week": {side: week and _week_data(week) for side, week in (("before", costs.before), ("after", costs.after))},
        "agents": [{"agent": item.name, **_item_data(item)} for item in costs.agents],
        "plans": [{"path": item.name, **_item_data(item)} for item in costs.plans],
    }


def _side_data(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    origins = [{"place": place(origin.span), "why": origin.why} for origin in side.origins]
    return {**side._asdict(), "origins": origins}


def _week_data(week: Week) -> dict[str, Any]:
    return {
        "profile": week.profile,
        **_amount_data(week.amount),
        "of": "plans" if week.is_of_plans else "agents",
        "budget": week.usd,
        "budget_tokens": week.tokens,
        "spendable": None if week.usd is None else week.usd * (1 - week.reserve),
        "reserve": week.reserve,
        "exceeds": (week.allowance and week.allowance.exceeds) or None,
    }


def _item_data(item: Item) -> dict[str, Any]:
    return {
        "before": item.before and _amount_data(item.before),
        "after": item.after and _amount_data(item.after),
    }


def _amount_data(amount: Amount) -> dict[str, float]:
    return {"tokens": amount.tokens, "usd": round(amount.usd, 6)}
