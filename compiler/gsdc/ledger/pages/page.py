"""A report as one self-contained HTML page: no script, no request, light and dark, and for print."""

import math
from operator import attrgetter
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gsdc import data
from gsdc.ledger.budget import Limit
from gsdc.ledger.event import NANO
from gsdc.ledger.pages import words
from gsdc.ledger.pages.charts import Series, bars, burn_down, legend, scatter
from gsdc.ledger.report import LedgerReport, records


def page(report: LedgerReport) -> str:
    """Return a report as an HTML page."""
    environment = Environment(
        loader=FileSystemLoader(data.folder("templates") / "ledger"), autoescape=True, undefined=StrictUndefined
    )
    columns = [f"{day.day:%b %d}" for day in report.days]
    names = list(dict.fromkeys(name for day in report.days for name, used in day.models.items() if used.nano))
    series = [Series(name or "(unknown)", tuple(_usd(day.models, name) for day in report.days)) for name in names]
    return environment.get_template("report.html.j2").render(
        report=report,
        words=words,
        nano=NANO,
        columns=columns,
        spend=Markup(bars(columns, series, "Dollars by day and model")),  # noqa: S704 - names in it are escaped
        legend=legend(series),
        burns=[(limit, Markup(_burn(report, limit))) for limit in report.limits],  # noqa: S704 - figures only
        estimates=Markup(scatter(report.accuracy)) if report.accuracy else "",  # noqa: S704 - figures only
        tasks=[(name, records(report.work, attrgetter(name))) for name in ("model", "agent") if report.work],
        changes=[("Escalations", "task or agent", report.escalations), ("Overrides", "agent", report.overrides)],
        firing=[alert for alert in report.alerts if alert.fires],
    )


def _usd(models: Any, name: str) -> float:
    return float(models[name].nano) / NANO if name in models else 0.0


def _burn(report: LedgerReport, limit: Limit) -> str:
    """Return the burn-down of a budget, from the beginning of the window to now, and its forecast."""
    window, found = report.window, limit.exhaustion

    def part(at: int) -> float:
        return (at - window.start) / (window.end - window.start)

    left = [(part(at), value) for at, value in report.courses[limit.unit]]
    ends = None
    if found.at is not None and limit.left > 0:
        late = math.inf if found.late is None and found.early is not None else part(found.late or found.at)
        ends = (part(found.early or found.at), part(found.at), late)
    return burn_down(left, limit.limit, ends, f"What is left of the budget in {limit.unit}", _ticks(report))


def _ticks(report: LedgerReport) -> list[tuple[float, str]]:
    """Return the labels of the time axis of a window: its days, or the hours of a day."""
    window = report.window
    if window.name == "daily":
        return [(hour / 24, f"{hour}:00") for hour in range(0, 24, 4)]
    whole = window.end - window.start
    midnights = (report.budget.calendar.midnight(day.day) for day in report.days)
    shown = zip(midnights, report.days, strict=True)
    return [(max(0.0, (at - window.start) / whole), f"{day.day:%b %d}") for at, day in shown]
