"""Prometheus: recording and alerting rules for budgets, zones and the profile's alerts, with unit tests beside them."""

from typing import Final

from gsdc.targets.declaration import Declaration

FOLDER: Final = "monitoring"
RULES: Final = "gsdc.rules.yml"

DECLARATION: Final = Declaration(
    name="prometheus",
    label="Prometheus",
    options={
        "description": "Recording and alerting rules for Prometheus, with unit tests for promtool.",
        "properties": {
            "dir": {"description": "Their folder.", "type": "string", "minLength": 1, "default": FOLDER},
            "metrics": {
                "description": "Whose metrics are scraped: LiteLLM's, Claude Code's own, or Claude Code's through an "
                "OTLP collector. Claude Code's tell what was spent, and nothing of failover, errors and latency.",
                "enum": ["litellm", "claude-code", "claude-code-otlp"],
                "default": "litellm",
            },
            "slack": {
                "description": "The Slack channel for alerts, for a file of Alertmanager's.",
                "type": "string",
                "pattern": "^[#@]",
            },
            "webhook": {
                "description": "The address that alerts are posted to.",
                "type": "string",
                "pattern": "^https?://",
            },
        },
    },
    shown_by=(f"{FOLDER}/{RULES}",),
    families={"PR": "Prometheus"},
    emit="gsdc.targets.prometheus.emit",
)
