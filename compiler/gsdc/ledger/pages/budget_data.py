"""A budget as JSON data."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gsdc.ledger.alerts import Alert
from gsdc.ledger.budget import BudgetStatus, Deferral, Exhaustion, WindowBudget, unpriced
from gsdc.ledger.event import NANO, iso
from gsdc.ledger.forecast import beginnings
from gsdc.policy.model import Policy

if TYPE_CHECKING:
    from gsdc.ledger.outlook import Outlook


def budget_data(
    policy: Policy,
    budget: BudgetStatus,
    changed: Iterable[Deferral],
    alerts: Iterable[Alert],
    outlooks: Iterable["Outlook"],
) -> dict[str, Any]:
    """Return the state of the budget, the effects of its zone, the alerts, and the outlook of plans."""
    return {
        "profile": policy.profile,
        "zone": budget.zone,
        "guidance": policy.zones[budget.zone].guidance,
        "at": iso(budget.now),
        "reserve": budget.reserve,
        "windows": [_window(policy, budget, one) for one in budget.windows],
        "by": {
            name: {
                value: {
                    "tokens": used.tokens,
                    "cache_read": used.cache_read,
                    "usd": used.nano / NANO,
                    "events": used.events,
                }
                for value, used in sorted(shares.items())
            }
            for name, shares in budget.by.items()
        },
        "unpriced": unpriced(policy, budget.by["model"]),
        "changed": [one._asdict() for one in changed],
        "alerts": [alert_data(alert) for alert in alerts],
        "plans": [one._asdict() for one in outlooks],
    }


def alert_data(alert: Alert) -> dict[str, Any]:
    """Return an alert."""
    return alert._asdict() | {"fires": alert.fires}


def _window(policy: Policy, budget: BudgetStatus, one: WindowBudget) -> dict[str, Any]:
    return {
        "period": one.window.name,
        "title": one.window.title,
        "start": iso(one.window.start),
        "end": iso(one.window.end),
        "zone": one.zone,
        "next": [{"zone": next_.zone} | _when(next_.when, "at") for next_ in beginnings(policy, one, budget.now)],
        "limits": [
            {
                "unit": limit.unit,
                "limit": limit.limit,
                "used": limit.used,
                "left": limit.left,
                "share": limit.share,
                "per_day": limit.rate.per_day,
            }
            | _when(limit.exhaustion, "exhausted")
            for limit in one.limits
        ],
    }


def _when(found: Exhaustion, name: str) -> dict[str, Any]:
    at, early, late = (None if moment is None else iso(moment) for moment in found)
    return {name: at, "interval": [early, late]}
