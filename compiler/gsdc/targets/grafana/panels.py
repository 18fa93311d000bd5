"""The panels of the dashboard, with queries on the series that the target prometheus records."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.policy.model import Policy
from gsdc.targets.prometheus.rules import WINDOWS, budgets
from gsdc.targets.prometheus.series import METRICS

_COLORS: Final = {"green": "green", "yellow": "yellow", "orange": "orange", "red": "red"}
_COLUMNS: Final = 24  # of Grafana's grid


class Panel(NamedTuple):
    """A panel: ``queries`` by their legends. ``steps`` are the values at which its colour changes."""

    title: str
    kind: str
    unit: str
    queries: Mapping[str, str]
    width: int
    steps: tuple[tuple[str, float | None], ...] = ()
    about: str = ""


def panels(policy: Policy, source: str) -> Iterator[Panel]:
    """Yield the panels, in their order."""
    metrics, given = METRICS[source], budgets(policy)
    zones = tuple((_COLORS[zone.name], zone.start or None) for zone in policy.zones.values())
    spent = {period: f'policy:spend_usd{{period="{period}"}}' for period in WINDOWS}
    yield Panel("Spent", "stat", "currencyUSD", spent, 8, about="In the last day, week and month")
    if given:
        used = {"{{period}}": "policy:budget_used:ratio"}
        yield Panel("Budget used", "gauge", "percentunit", used, 8, zones, "The colour is the zone's")
        yield Panel("Zone", "stat", "percentunit", {"{{zone}}": "policy:zone:ratio"}, 8, zones)
    burn = {"$ a day at the rate of the last hour": "policy:burn_usd:per_day"}
    projected = {"projected in 7 days": "7 * policy:burn_usd:per_day"} if "weekly" in given else {}
    limits = {f"{period} budget": f'policy:budget_usd{{period="{period}"}}' for period in given}
    yield Panel("Burn rate and projection", "timeseries", "currencyUSD", {**burn, **projected, **limits}, 12)
    by_model = f"sum by ({metrics.model}) (policy:spend_usd:by_agent_and_model)"
    yield Panel("Spent by model", "timeseries", "currencyUSD", {f"{{{{{metrics.model}}}}}": by_model}, 12)
    if metrics.agent:
        by_agent = f"sum by ({metrics.agent}) (policy:spend_usd:by_agent_and_model)"
        yield Panel("Spent by agent", "timeseries", "currencyUSD", {f"{{{{{metrics.agent}}}}}": by_agent}, 12)
    if metrics.tells_requests:
        yield from _of_requests(policy)


def _of_requests(policy: Policy) -> Iterator[Panel]:
    failover = {"failover": "policy:failover:ratio"}
    yield Panel("Failover rate", "timeseries", "percentunit", failover, 12, _limit(policy, "failover-rate"))
    errors = {"errors": "policy:error:ratio"}
    yield Panel("Error rate", "timeseries", "percentunit", errors, 12, _limit(policy, "error-rate"))
    latency = {"{{requested_model}}": "policy:latency_seconds:mean"}
    yield Panel("Seconds to an answer", "timeseries", "s", latency, 12, _limit(policy, "latency-seconds"))


def _limit(policy: Policy, metric: str) -> tuple[tuple[str, float | None], ...]:
    """Return the steps of a panel: red from the lowest alert on."""
    levels = [alert["above"] for alert in policy.alerts if alert["metric"] == metric]
    return (("green", None), ("red", min(levels))) if levels else ()


def laid_out(found: Iterator[Panel]) -> list[dict[str, Any]]:
    """Return the panels as Grafana's data, in rows from the left."""
    result: list[dict[str, Any]] = []
    x = y = height = 0
    for number, panel in enumerate(found, 1):
        if x + panel.width > _COLUMNS:
            x, y = 0, y + height
        height = 8 if panel.kind == "timeseries" else 6
        result.append(_data(panel, number, {"x": x, "y": y, "w": panel.width, "h": height}))
        x += panel.width
    return result


def _data(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${datasource}"}
    steps = [{"color": color, "value": value} for color, value in panel.steps or (("green", None),)]
    defaults: dict[str, Any] = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.unit == "percentunit":
        defaults |= {"min": 0, "max": 1}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": source,
        "gridPos": place,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": source, "expr": query, "legendFormat": legend}
            for index, (legend, query) in enumerate(panel.queries.items())
        ],
    }
