"""A report as JSON data."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from gsdc.ledger.event import NANO, as_data, iso
from gsdc.ledger.report import LedgerReport, records
from gsdc.ledger.totals import Sum


def report_data(report: LedgerReport) -> dict[str, Any]:
    """Return a report as JSON data."""
    return {
        "project": report.project,
        "profile": report.profile,
        "period": report.window.name,
        "title": report.window.title,
        "start": iso(report.window.start),
        "end": iso(report.window.end),
        "zone": report.budget.zone,
        "total": _sum(report.total),
        "limits": [
            {"unit": one.unit, "limit": one.limit, "used": one.used, "share": one.share, "per_day": one.rate.per_day}
            | {"exhausted": [None if at is None else iso(at) for at in one.exhaustion]}
            | {"course": [[iso(at), left] for at, left in report.courses[one.unit]]}
            for one in report.limits
        ],
        "days": [{"day": one.day.isoformat(), "zone": one.zone, "models": _sums(one.models)} for one in report.days],
        "by": {name: _sums(shares) for name, shares in report.by.items()},
        "unpriced": dict(report.unpriced),
        "tasks": [one._asdict() for one in report.work],
        "records": {
            name: [one._asdict() for one in records(report.work, attrgetter(name))] for name in ("model", "agent")
        },
        "counts": dict(report.counts),
        "rework": report.rework,
        "accuracy": report.accuracy and report.accuracy._asdict(),
        "savings": {alias: {"baseline": base, "saved": saved} for alias, (base, saved) in report.saved.items()},
        "kpis": [one._asdict() | {"met": one.met} for one in report.kpis],
        "alerts": [one._asdict() | {"fires": one.fires} for one in report.alerts],
        "escalations": [as_data(event) for event in report.escalations],
        "overrides": [as_data(event) for event in report.overrides],
    }


def _sums(shares: Mapping[str, Sum]) -> dict[str, Any]:
    return {name: _sum(used) for name, used in sorted(shares.items())}


def _sum(used: Sum) -> dict[str, Any]:
    return {"tokens": used.tokens, "cache_read": used.cache_read, "usd": used.nano / NANO, "events": used.events}
