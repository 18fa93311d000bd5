"""The rules: spending, budget share, zone and burn rate, and an alert for each threshold of the profile."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.policy.budgets import budget_of
from gsdc.policy.model import Policy
from gsdc.policy.profile import Zone
from gsdc.policy.requirement import OnlyModel
from gsdc.targets.prometheus.series import (
    FAILURES,
    FALLBACKS,
    LATER_TIER,
    METRICS,
    REQUESTS,
    SECONDS,
    SUCCESSES,
    Metrics,
    gained,
)

WINDOWS: Final = {"daily": "1d", "weekly": "7d", "monthly": "30d"}
_SPENT: Final = {"daily-usd": "daily", "weekly-usd": "weekly", "monthly-usd": "monthly"}
_SEVERITY: Final = {"stop": "critical", "downgrade": "critical", "switch": "critical"}
RATES: Final = {"failover-rate": "failover", "error-rate": "error"}
LATENCY: Final = "latency-seconds"
USED: Final = "budget-used"
USED_RATIO: Final = "policy:budget_used:ratio"
_TITLES: Final = {
    "daily-usd": "DailyCost",
    "weekly-usd": "WeeklyCost",
    "monthly-usd": "MonthlyCost",
    "failover-rate": "FailoverRate",
    "error-rate": "ErrorRate",
    LATENCY: "AgentLatency",
    USED: "BudgetUsed",
}


class PrometheusAlert(NamedTuple):
    """An alert: ``metric`` is that of the profile, or "zone", "burn", "pin"; ``level`` is its threshold.

    ``period`` is that of a budget, "" where it has none. ``wait`` is how long it has to hold.
    """

    name: str
    metric: str
    level: float
    expr: str
    wait: str
    labels: dict[str, str]
    summary: str
    period: str = ""

    @property
    def rule(self) -> dict[str, Any]:
        """The alert as Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": self.expr,
            "for": self.wait,
            "labels": self.labels,
            "annotations": {"summary": self.summary},
        }


def budgets(policy: Policy) -> dict[str, float]:
    """Return the budgets in $ by period, those that have one."""
    found = {period: budget_of(policy.budgets, period).get("usd") for period in WINDOWS}
    return {period: usd for period, usd in found.items() if usd is not None}


def groups(policy: Policy, source: str) -> list[dict[str, Any]]:
    """Return the groups of rules for the metrics of ``source``."""
    return [
        {"name": "gsdc-records", "rules": list(_records(policy, METRICS[source]))},
        {"name": "gsdc-alerts", "rules": [alert.rule for alert in alerts(policy, source)]},
    ]


def _records(policy: Policy, metrics: Metrics) -> Iterator[dict[str, Any]]:
    spend = metrics.spend
    for period, usd in budgets(policy).items():
        yield _record("policy:budget_usd", f"vector({usd:g})", period)
    for period, window in WINDOWS.items():
        yield _record("policy:spend_usd", gained(spend, window) + "\n", period)
    labels = ", ".join(filter(None, (metrics.agent, metrics.model)))
    yield {"record": "policy:spend_usd:by_agent_and_model", "expr": gained(spend, "1d", labels) + "\n"}
    yield {
        "record": USED_RATIO,
        "expr": "policy:spend_usd / on (scope, period) policy:budget_usd",
    }
    yield {"record": "policy:burn_usd:per_day", "expr": f"24 * {gained(spend, '1h')}\n"}
    for zone, expr in _reached(policy):
        yield {"record": "policy:zone:ratio", "expr": f"max ({USED_RATIO}){expr}", "labels": {"zone": zone.name}}
    if metrics.tells_requests:
        yield from _rates()


def _rates() -> Iterator[dict[str, Any]]:
    every = f"({gained(SUCCESSES, '1h')} + ({gained(FAILURES, '1h')} or vector(0)))"
    yield {
        "record": "policy:failover:ratio",
        "expr": f"({gained(SUCCESSES + LATER_TIER, '1h')} or vector(0))\n/ {gained(SUCCESSES, '1h')}\n",
    }
    yield {"record": "policy:error:ratio", "expr": f"({gained(FAILURES, '1h')} or vector(0))\n/ {every}\n"}
    yield {
        "record": "policy:latency_seconds:mean",
        "expr": f"{gained(SECONDS, '5m', 'requested_model')}\n/ {gained(REQUESTS, '5m', 'requested_model')}\n",
    }


def _record(name: str, expr: str, period: str) -> dict[str, Any]:
    return {"record": name, "expr": expr, "labels": {"scope": "global", "period": period}}


def alerts(policy: Policy, source: str) -> list[PrometheusAlert]:
    """Return the alerts: those of the profile that ``source`` supports, zones, burn rate, and pins."""
    found = [alert for entry in policy.alerts if (alert := _of_profile(policy, entry, METRICS[source])) is not None]
    if budgets(policy):
        found.extend(_zones(policy))
    if "daily" in budgets(policy):
        found.append(_burn(budgets(policy)["daily"]))
    pinned = pins(policy)
    if pinned and METRICS[source].tells_requests:
        found.append(_pin(pinned))
    return list({alert.name: alert for alert in reversed(found)}.values())[::-1]


def untold(policy: Policy, source: str) -> list[str]:
    """Return the metrics of the profile's alerts that ``source`` does not have."""
    alone = (entry for entry in policy.alerts if _of_profile(policy, entry, METRICS[source]) is None)
    return list(dict.fromkeys(str(entry["metric"]) for entry in alone))


def _of_profile(policy: Policy, entry: Mapping[str, Any], metrics: Metrics) -> PrometheusAlert | None:
    """Return an alert of the profile, None if the metrics do not support it."""
    metric, level = entry["metric"], entry["above"]
    found = _compared(metric, level)
    if found is None or (metric in (*RATES, LATENCY) and not metrics.tells_requests):
        return None
    if metric == USED and not budgets(policy):
        return None
    name, series, summary = found
    labels = {"severity": _SEVERITY.get(entry["do"], "warning"), "action": entry["do"]}
    wait = "2m" if metric == LATENCY else "5m"
    name, expr, period = f"{_TITLES[metric]}{name}", f"{series} > {level:g}", _SPENT.get(metric, "")
    return PrometheusAlert(name, metric, level, expr, wait, labels, summary, period)


def _compared(metric: str, level: float) -> tuple[str, str, str] | None:
    """Return the end of an alert's name, the series that it compares, and its text; None for an unsupported metric."""
    if metric in _SPENT:
        period = _SPENT[metric]
        series = f'policy:spend_usd{{period="{period}"}}'
        return f"Over{_word(level)}USD", series, f"More than ${level:g} is spent in {WINDOWS[period]}"
    if metric == USED:
        return f"Over{_percent(level)}", USED_RATIO, f"More than {level:.0%} of a budget is used"
    if metric in RATES:
        summary = f"The {metric.replace('-', ' ')} of an hour is above {level:.0%}"
        return f"Over{_percent(level)}", f"policy:{RATES[metric]}:ratio", summary
    if metric == LATENCY:
        summary = f"An answer takes more than {level:g} seconds on average"
        return f"Over{_word(level)}Seconds", "policy:latency_seconds:mean", summary
    return None


def _percent(share: float) -> str:
    return f"{_word(share * 100)}Percent"


def _word(number: float) -> str:
    """Return a number as it may stand in the name of an alert."""
    return f"{number:g}".replace(".", "_")


def _reached(policy: Policy) -> Iterator[tuple[Zone, str]]:
    """Yield each zone with the comparison for the budget shares in it."""
    zones = sorted(policy.zones.values(), key=lambda zone: zone.start)
    for zone, later in zip(zones, (*zones[1:], None), strict=True):
        begins = f" >= {zone.start:g}" if zone.start > 0 else ""
        yield zone, begins + (f" < {later.start:g}" if later is not None else "")


def _zones(policy: Policy) -> Iterator[PrometheusAlert]:
    for zone, expr in _reached(policy):
        if zone.start <= 0:
            continue
        labels = {"severity": "warning" if "<" in expr else "critical", "zone": zone.name}
        guidance = zone.guidance[:1].lower() + zone.guidance[1:]
        summary = f"A budget is in zone {zone.name}: {guidance}"
        name = f"BudgetZone{zone.name.capitalize()}"
        yield PrometheusAlert(name, "zone", zone.start, USED_RATIO + expr, "0s", labels, summary)


def _burn(usd: float) -> PrometheusAlert:
    summary = f"At the rate of the last hour a day costs more than its budget of ${usd:g}"
    expr = f"policy:burn_usd:per_day > {usd:g}"
    return PrometheusAlert("BurnRateOverDailyBudget", "burn", usd, expr, "30m", {"severity": "warning"}, summary)


class Pin(NamedTuple):
    """An agent that may run on one model only, and the ids under which a proxy knows that model."""

    agent: str
    ids: tuple[str, ...]


def pins(policy: Policy) -> tuple[Pin, ...]:
    """Return the agents of which a never-break rule requires one model."""
    found = []
    for rule in policy.never_break.values():
        required = rule.requirement
        if isinstance(required, OnlyModel) and rule.when.keys() == {"role"} and required.alias in policy.models:
            ids = policy.models[required.alias].ids
            known = tuple(dict.fromkeys(name for id_ in ids.values() for name in (id_, id_.rpartition("/")[2])))
            found += [Pin(name, known) for name, agent in policy.agents.items() if agent.has_role(rule.when["role"])]
    return tuple({pin.agent: pin for pin in found}.values())


def _pin(pinned: tuple[Pin, ...]) -> PrometheusAlert:
    agents = "|".join(sorted(pin.agent for pin in pinned))
    ids = "|".join(sorted({id_.replace(".", "[.]") for pin in pinned for id_ in pin.ids}))
    series = f'{SUCCESSES}{{requested_model=~"{agents}", litellm_model_name!~"{ids}"}}'
    other = f'{FALLBACKS}{{requested_model=~"{agents}", fallback_model!~"{agents}"}}'
    expr = f"sum by (requested_model) ({series}) > 0\nor sum by (requested_model) ({other}) > 0\n"
    summary = "An agent that is pinned to a model was answered by another one"
    return PrometheusAlert("SecurityPinViolated", "pin", 0, expr, "0s", {"severity": "critical"}, summary)
