"""The metrics that Prometheus scrapes, and the queries for amounts and rates.

Measured on LiteLLM 1.106 and Claude Code 2.1: a counter's series begins at its first value, which ``increase`` ignores.
An amount is therefore the largest value in a window minus the last value before it.
"""

from typing import Final, NamedTuple


class Metrics(NamedTuple):
    """The metrics of a program: ``spend`` in $, its labels for the model and for the agent, "" if it has none.

    ``tells_requests`` is true if it counts requests, failures and seconds.
    """

    spend: str
    model: str
    agent: str
    tells_requests: bool


METRICS: Final = {
    "litellm": Metrics("litellm_spend_metric_total", "model", "requested_model", tells_requests=True),
    "claude-code": Metrics("claude_code_cost_usage_total", "model", "", tells_requests=False),
    "claude-code-otlp": Metrics("claude_code_cost_usage_USD_total", "model", "", tells_requests=False),
}
SUCCESSES: Final = "litellm_deployment_success_responses_total"
FAILURES: Final = "litellm_deployment_failure_responses_total"
SECONDS: Final = "litellm_request_total_latency_metric_sum"
REQUESTS: Final = "litellm_request_total_latency_metric_count"
FALLBACKS: Final = "litellm_deployment_successful_fallbacks_total"
# The deployment of an agent's first tier is called AGENT.1 by the target litellm.
LATER_TIER: Final = '{model_id=~".+\\\\.([2-9]|[1-9][0-9]+)"}'


def gained(series: str, window: str, by: str = "") -> str:
    """Return the increase of ``series`` in ``window``, summed (``by`` some labels), including its first value."""
    most = f"max_over_time({series}[{window}])"
    before = f"last_over_time({series}[10m] offset {window})"
    return f"sum{f' by ({by})' if by else ''} (\n  {most} - ({before} or 0 * {most})\n)"
