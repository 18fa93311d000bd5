"""The files of Prometheus: rules, their unit tests, and Alertmanager's routes if the project names a receiver."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.ownership.registry import FILE
from gsdc.policy.model import Model
from gsdc.source.span import Span
from gsdc.source.yaml_write import dump
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.prometheus import FOLDER, RULES
from gsdc.targets.prometheus.rules import groups, untold
from gsdc.targets.prometheus.unit_tests import cases

TESTS: Final = "gsdc.rules.test.yml"
ROUTES: Final = "alertmanager.yml"
_URL_FILE: Final = "/etc/alertmanager/slack-url"  # the address of a Slack hook is a secret

UNTOLD = Diagnostic(
    "PR001",
    "untold-alert",
    Severity.NOTE,
    """An alert of the profile speaks of something that the scraped metrics do not tell.

    ## Why is this bad?
    Prometheus would never raise it. `gsdc budget --alerts` does, by the ledger: Claude Code's own metrics tell what was
    spent alone, and no proxy knows of escalations and rework.

    ## Example (gsdc.yaml)
    fleets: [leo]
    targets: {prometheus: true}
    profile: team
    profiles:
      team: {extends: balanced, alerts: [{metric: escalation-rate, above: 0.15, do: review}]}

    ## Use instead (gsdc.yaml)
    fleets: [leo]
    targets: {prometheus: true}
    profile: team
    profiles:
      team: {extends: balanced, alerts: [{metric: error-rate, above: 0.05, do: review}]}
    """,
)


def emit(request: Request) -> Emission:
    """Write the rules and their tests; each alert without a metric is a finding."""
    policy, options = request.policy, request.options
    folder, source = str(options.get("dir", FOLDER)).rstrip("/"), str(options.get("metrics", "litellm"))
    head = f"# Made by gsdc from profile {policy.title}; change gsdc.yaml, not this file.\n"
    rules = {"groups": groups(policy, source)}
    tests = {"rule_files": [RULES], "evaluation_interval": "1m", "tests": cases(policy, source)}
    files: dict[str, Any] = {RULES: rules, TESTS: tests}
    receivers = list(_receivers(options))
    if receivers:
        files[ROUTES] = {
            "route": {"receiver": "gsdc", "group_by": ["alertname", "period", "zone"], "repeat_interval": "4h"},
            "receivers": [{"name": "gsdc", **dict(receivers)}],
        }
    artifacts = (Artifact(f"{folder}/{name}", (head + dump(data)).encode(), FILE) for name, data in files.items())
    return Emission(tuple(artifacts), tuple(_findings(request, f"{folder}/{RULES}", source)))


def _receivers(options: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    text = "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ end }}"
    if "slack" in options:
        slack = {"channel": options["slack"], "api_url_file": _URL_FILE, "send_resolved": True, "text": text}
        yield "slack_configs", [slack]
    if "webhook" in options:
        yield "webhook_configs", [{"url": options["webhook"], "send_resolved": True}]


def _findings(request: Request, path: str, source: str) -> Iterator[Finding]:
    for metric in untold(request.policy, source):
        message = f'{source} has no metric for "{metric}": Prometheus raises no such alert'
        yield UNTOLD.at(Span(path, 0, 0), message, "`gsdc budget --alerts` checks it with the ledger")


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001
    """Return nothing: rules set no models."""
    return ()


def expected_claims(request: Request) -> frozenset[Claim]:  # noqa: ARG001
    """Return nothing, see ``read_back``."""
    return frozenset()
