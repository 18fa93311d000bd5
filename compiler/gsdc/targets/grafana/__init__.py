"""Grafana: a dashboard over the rules that the target prometheus records."""

from typing import Final

from gsdc.targets.declaration import Declaration

FOLDER: Final = "monitoring"
DASHBOARD: Final = "gsdc.dashboard.json"

DECLARATION: Final = Declaration(
    name="grafana",
    label="Grafana",
    options={
        "description": "A dashboard for Grafana, over the rules of the target prometheus.",
        "properties": {
            "dir": {"description": "The folder for it.", "type": "string", "minLength": 1, "default": FOLDER},
            "metrics": {
                "description": "Whose metrics are scraped, as for the target prometheus.",
                "enum": ["litellm", "claude-code", "claude-code-otlp"],
                "default": "litellm",
            },
        },
    },
    shown_by=(f"{FOLDER}/{DASHBOARD}",),
    emit="gsdc.targets.grafana.emit",
)
