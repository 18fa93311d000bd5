"""Unit tests for promtool: each alert fires above its threshold, and not at it."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gsdc.policy.model import Policy
from gsdc.targets.prometheus.rules import LATENCY, RATES, USED, PrometheusAlert, alerts, budgets, pins
from gsdc.targets.prometheus.series import FAILURES, METRICS, REQUESTS, SECONDS, SUCCESSES

_REQUESTS: Final = 100_000
_STEP: Final = 0.001  # $ above a threshold, and the share of it


def cases(policy: Policy, source: str) -> list[dict[str, Any]]:
    """Return two tests for each alert."""
    found = []
    for alert in alerts(policy, source):
        at, above = (dict(_series(policy, source, alert, is_above=above)) for above in (False, True))
        found += [_case(alert, at, []), _case(alert, above, list(_expected(policy, alert)))]
    return found


def _case(alert: PrometheusAlert, series: Mapping[str, str], expected: list[dict[str, Any]]) -> dict[str, Any]:
    kind = "above" if expected else "not above"
    return {
        "name": f"{alert.name}, {kind} its threshold",
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": [{"eval_time": f"{_minutes(alert)}m", "alertname": alert.name, "exp_alerts": expected}],
    }


def _minutes(alert: PrometheusAlert) -> int:
    """Return how long a test lasts: longer than its alert waits."""
    return int(alert.wait[:-1]) + 5


def _expected(policy: Policy, alert: PrometheusAlert) -> Iterator[dict[str, Any]]:
    """Yield the alerts that fire, with the labels that the series give them."""
    own: list[dict[str, str]] = [{}]
    if alert.period:
        own = [{"scope": "global", "period": alert.period}]
    elif alert.metric in (USED, "zone"):
        own = [{"scope": "global", "period": _strictest(policy)}]
    elif alert.metric == LATENCY:
        own = [{"requested_model": "agent"}]
    elif alert.metric == "pin":
        own = [{"requested_model": pins(policy)[0].agent}]
    for labels in own:
        yield {"exp_labels": {**labels, **alert.labels}, "exp_annotations": {"summary": alert.summary}}


def _strictest(policy: Policy) -> str:
    """Return the period of the smallest budget: the first to be used up."""
    return min(budgets(policy), key=budgets(policy).__getitem__)


def _series(policy: Policy, source: str, alert: PrometheusAlert, *, is_above: bool) -> Iterator[tuple[str, str]]:
    metric, level = alert.metric, alert.level
    if metric in RATES:
        part = round(level * _REQUESTS) + (1 if is_above else 0)
        if metric == "error-rate":
            yield _counter(alert, SUCCESSES, _REQUESTS - part, model_id="agent.1")
            yield _counter(alert, FAILURES, part, model_id="agent.1")
        else:
            yield _counter(alert, SUCCESSES, _REQUESTS - part, model_id="agent.1")
            yield _counter(alert, SUCCESSES, part, model_id="agent.2")
    elif metric == LATENCY:
        seconds = level * 100 * (1 + _STEP if is_above else 1)
        yield f'{SECONDS}{{requested_model="agent"}}', f"0+{seconds:g}x{_minutes(alert)}"
        yield f'{REQUESTS}{{requested_model="agent"}}', f"0+100x{_minutes(alert)}"
    elif metric == "pin":
        first = pins(policy)[0]
        name = "another-model" if is_above else first.ids[0]
        yield _counter(alert, SUCCESSES, 1, requested_model=first.agent, litellm_model_name=name)
    else:
        yield _counter(alert, METRICS[source].spend, _spent(policy, alert, is_above=is_above), model="m")


def _spent(policy: Policy, alert: PrometheusAlert, *, is_above: bool) -> float:
    """Return how much to spend so that an alert is at its threshold, or above; a zone begins at its own."""
    if alert.metric == "burn":
        amount = math.floor(alert.level / 24 * 1000) / 1000  # below: a day has no round share of it
    elif alert.metric in (USED, "zone"):
        amount = alert.level * min(budgets(policy).values())
    else:
        amount = alert.level
    if alert.metric == "zone":
        return amount if is_above else amount - _STEP
    return amount + _STEP if is_above else amount


def _counter(alert: PrometheusAlert, series: str, value: float, **labels: str) -> tuple[str, str]:
    """Return a counter that begins at ``value`` and stays there."""
    shown = ",".join(f'{name}="{text}"' for name, text in labels.items())
    return f"{series}{{{shown}}}", f"{value:.10g}x{_minutes(alert)}"
