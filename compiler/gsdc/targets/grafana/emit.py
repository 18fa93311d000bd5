"""The dashboard, as the JSON that Grafana imports and provisions."""

import json
from collections.abc import Iterable

from gsdc.ownership.registry import FILE
from gsdc.policy.model import Model
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.grafana import DASHBOARD, FOLDER
from gsdc.targets.grafana.panels import laid_out, panels


def emit(request: Request) -> Emission:
    """Write the dashboard."""
    folder = str(request.options.get("dir", FOLDER)).rstrip("/")
    source = str(request.options.get("metrics", "litellm"))
    variable = {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    dashboard = {
        "uid": "gsdc",
        "title": f"Models: {request.policy.title}",
        "description": "Made by gsdc; change gsdc.yaml, not this dashboard",
        "tags": ["gsdc"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": [variable]},
        "panels": laid_out(panels(request.policy, source)),
    }
    text = json.dumps(dashboard, indent=2, ensure_ascii=False) + "\n"
    return Emission((Artifact(f"{folder}/{DASHBOARD}", text.encode(), FILE),))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001
    """Return nothing: a dashboard sets no models."""
    return ()


def expected_claims(request: Request) -> frozenset[Claim]:  # noqa: ARG001
    """Return nothing, see ``read_back``."""
    return frozenset()
