"""The rules for Prometheus, by promtool, amtool and a Prometheus that scrapes."""

import json
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.cli.running import run
from tests.conformance.debian import program
from tests.conformance.ports import free_port

SEED = """fleets: [leo]
profile: team
targets: {prometheus: {metrics: %s, slack: "#alerts", webhook: "http://127.0.0.1:9/hook"}}
profiles:
  team:
    extends: balanced
    budgets: {daily: {usd: 50}, weekly: {usd: 300}, monthly: {usd: 1000}}
    alerts:
      - {metric: daily-usd, above: 50, do: alert}
      - {metric: daily-usd, above: 99.5, do: downgrade}
      - {metric: monthly-usd, above: 1000, do: stop}
      - {metric: failover-rate, above: 0.15, do: investigate}
      - {metric: error-rate, above: 0.05, do: review}
      - {metric: latency-seconds, above: 10, do: switch}
      - {metric: budget-used, above: 0.8, do: alert}
      - {metric: escalation-rate, above: 0.15, do: review}
"""


def built(folder: Path, text: str) -> Path:
    (folder / "gsdc.yaml").write_text(text)
    run(folder, "build")
    return next(folder.glob("build/*/monitoring"))


def check(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    return done.stdout


@pytest.mark.parametrize("metrics", ["litellm", "claude-code"])
def test_promtool_accepts_the_rules_and_their_tests_pass(metrics, tmp_path):
    promtool, folder = program("prometheus", "promtool"), built(tmp_path, SEED % metrics)
    check(promtool, "check", "rules", "--lint=all", "--lint-fatal", "gsdc.rules.yml", cwd=folder)
    check(promtool, "test", "rules", "gsdc.rules.test.yml", cwd=folder)


def test_the_shipped_profile_passes_for_several_fleets(tmp_path):
    folder = built(tmp_path, "fleets: [openagents, gsd, granter]\ntargets: {prometheus: true}\n")
    check(program("prometheus", "promtool"), "test", "rules", "gsdc.rules.test.yml", cwd=folder)


def test_a_changed_threshold_fails_its_test(tmp_path):
    folder = built(tmp_path, SEED % "litellm")
    rules = folder / "gsdc.rules.yml"
    rules.write_text(rules.read_text().replace("ratio > 0.15", "ratio > 0.16"))
    command = [program("prometheus", "promtool"), "test", "rules", "gsdc.rules.test.yml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert "FailoverRateOver15Percent" in done.stdout + done.stderr


def test_amtool_accepts_the_routes(tmp_path):
    folder = built(tmp_path, SEED % "litellm")
    check(program("prometheus-alertmanager", "amtool"), "check-config", "alertmanager.yml", cwd=folder)


@contextmanager
def exporter(*lines: str) -> Iterator[int]:
    """Serve metrics, as a proxy does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = "".join(f"{line}\n" for line in lines).encode()
            self.send_response(200)
            self.send_header("content-type", "text/plain; version=0.0.4")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def prometheus(folder: Path, scraped: int) -> Iterator[str]:
    port = free_port()
    (folder / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [gsdc.rules.yml]\n"
        f"scrape_configs: [{{job_name: proxy, static_configs: [{{targets: ['127.0.0.1:{scraped}']}}]}}]\n"
    )
    command = [program("prometheus", "prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=data"]
    server = subprocess.Popen(
        [*command, f"--web.listen-address=127.0.0.1:{port}"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        server.terminate()
        server.wait(20)


def answered(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=5) as response:
        return json.load(response)["data"]


def states(api: str, wanted: dict[str, str]) -> dict[str, str]:
    """Return the states of the alerts that are not inactive, as soon as they are ``wanted``, or after a while."""
    found: dict[str, str] = {}
    for _ in range(60):
        try:
            found = {alert["labels"]["alertname"]: alert["state"] for alert in answered(f"{api}/alerts")["alerts"]}
            used = answered(f"{api}/query?query=policy:budget_used:ratio")["result"]
        except OSError:
            used = []
        if used and found == wanted:
            return found
        time.sleep(0.5)
    return found


@pytest.mark.parametrize(
    ("usd", "answered_by", "wanted"),
    [
        (43, "anthropic/claude-opus-5-5", {"BudgetZoneOrange": "firing", "BudgetUsedOver80Percent": "pending"}),
        (30, "gpt-5-mini", {"SecurityPinViolated": "firing"}),
    ],
)
def test_a_real_prometheus_raises_the_alerts(usd, answered_by, wanted, tmp_path):
    folder = built(tmp_path, SEED % "litellm")
    answers = "litellm_deployment_success_responses_total"
    lines = (
        f'litellm_spend_metric_total{{requested_model="SECURITY",model="m"}} {usd}',
        f'{answers}{{requested_model="SECURITY",litellm_model_name="{answered_by}"}} 1',
    )
    with exporter(*lines) as scraped, prometheus(folder, scraped) as api:
        burning = {"BurnRateOverDailyBudget": "pending"}  # all of it within the last hour
        assert states(api, {**burning, **wanted}) == {**burning, **wanted}


def test_every_query_of_the_dashboard_is_promql(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {grafana: true}\n")
    run(tmp_path, "build")
    dashboard = json.loads(next(tmp_path.glob("build/*/monitoring/*.json")).read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    (tmp_path / "panels.yml").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    check(program("prometheus", "promtool"), "check", "rules", "panels.yml", cwd=tmp_path)
    foundation = pytest.importorskip("grafana_foundation_sdk.models.dashboard")
    assert len(foundation.Dashboard.from_json(dashboard).panels) == len(dashboard["panels"])


# What LiteLLM's proxy exports, by the names that the rules and the dashboard ask for.
EXPORTED = (
    'litellm_spend_metric_total{requested_model="SECURITY",model="claude-opus-5-5",api_provider="anthropic"} 12',
    'litellm_spend_metric_total{requested_model="TESTING",model="claude-sonnet-5-5",api_provider="anthropic"} 7',
    'litellm_deployment_success_responses_total{requested_model="TESTING",litellm_model_name="claude-sonnet-5-5"} 90',
    'litellm_deployment_failure_responses_total{requested_model="TESTING",litellm_model_name="claude-sonnet-5-5"} 10',
    'litellm_deployment_total_requests_total{requested_model="TESTING",litellm_model_name="claude-sonnet-5-5"} 100',
    'litellm_deployment_successful_fallbacks_total{requested_model="TESTING",fallback_model="gpt-5.2"} 4',
    'litellm_deployment_failed_fallbacks_total{requested_model="TESTING",fallback_model="gpt-5.2"} 1',
    'litellm_requests_metric_total{requested_model="TESTING"} 100',
    'litellm_request_total_latency_metric_sum{requested_model="TESTING"} 420',
    'litellm_request_total_latency_metric_count{requested_model="TESTING"} 100',
)


def test_every_panel_shows_recorded_series(tmp_path):
    folder = built(tmp_path, "fleets: [leo]\ntargets: {prometheus: true, grafana: true}\n")
    dashboard = json.loads((folder / "gsdc.dashboard.json").read_text())
    queries = {panel["title"]: [target["expr"] for target in panel["targets"]] for panel in dashboard["panels"]}
    with exporter(*EXPORTED) as scraped, prometheus(folder, scraped) as api:
        for _ in range(60):
            empty = [title for title, exprs in queries.items() if not all(shows(api, expr) for expr in exprs)]
            if not empty:
                break
            time.sleep(0.5)
    assert empty == []


def shows(api: str, query: str) -> bool:
    try:
        return bool(answered(f"{api}/query?{urllib.parse.urlencode({'query': query})}")["result"])
    except urllib.error.HTTPError:
        raise
    except OSError:  # Prometheus has not started yet
        return False
