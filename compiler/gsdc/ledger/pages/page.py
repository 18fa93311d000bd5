"""A report as one self-contained HTML page: no script, no request, light and dark, and for print."""

from operator import attrgetter
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gsdc import data
from gsdc.ledger.budget import Limit
from gsdc.ledger.event import NANO
from gsdc.ledger.pages import words
from gsdc.ledger.pages.charts import Series, bars, burn_down, legend, scatter
from gsdc.ledger.report import Report, records
from gsdc.ledger.window import DAY


def page(report: Report) -> str:
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
        changes=[("Escalations", "task", report.escalations), ("Overrides", "agent", report.overrides)],
        firing=[alert for alert in report.alerts if alert.fires],
    )


def _usd(models: Any, name: str) -> float:
    return float(models[name].nano) / NANO if name in models else 0.0


def _burn(report: Report, limit: Limit) -> str:
    """Return the burn-down of a budget: by the day, or for a day's own budget from its beginning to now."""
    left: list[float | None] = [float(limit.limit)]
    so_far = 0.0
    for day in report.days:
        so_far += day.total.tokens if limit.unit == "tokens" else day.total.nano / NANO
        left.append(limit.limit - so_far if day.zone else None)
    found, start = limit.exhaustion, report.window.start
    ends = None
    if found.at is not None and limit.left > 0:
        early, late = found.early or found.at, found.late or found.at
        ends = ((early - start) / DAY, (found.at - start) / DAY, (late - start) / DAY)
    return burn_down(left, limit.limit, ends, f"What is left of the budget in {limit.unit}")
