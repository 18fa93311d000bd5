"""What the target prometheus writes; that Prometheus takes it is for tests/conformance."""

import pytest
from ruamel.yaml import YAML
from tests.cli.running import run


def built(folder, text):
    (folder / "gsdc.yaml").write_text(text)
    output = run(folder, "build").output
    return output, next(folder.glob("build/*/monitoring"), None)


def alerts(folder):
    groups = YAML(typ="safe").load((folder / "gsdc.rules.yml").read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}


def test_the_thresholds_of_the_seeds(tmp_path):
    _, folder = built(tmp_path, "fleets: [openagents]\ntargets: {prometheus: true}\n")
    found = alerts(folder)
    assert found["DailyCostOver50USD"]["expr"] == 'policy:spend_usd{period="daily"} > 50'
    assert found["WeeklyCostOver300USD"]["expr"] == 'policy:spend_usd{period="weekly"} > 300'
    assert found["FailoverRateOver15Percent"]["expr"] == "policy:failover:ratio > 0.15"
    assert found["BudgetZoneOrange"]["expr"] == "policy:budget_used:ratio >= 0.85 < 0.95"
    assert found["BudgetZoneRed"]["labels"] == {"severity": "critical", "zone": "red"}
    assert "code-reviewer" not in found["BudgetZoneRed"]["expr"]


def test_every_alert_has_a_test_at_its_threshold_and_above(tmp_path):
    _, folder = built(tmp_path, "fleets: [leo]\ntargets: {prometheus: true}\n")
    tests = YAML(typ="safe").load((folder / "gsdc.rules.test.yml").read_text())["tests"]
    tried = [
        (test["alert_rule_test"][0]["alertname"], bool(test["alert_rule_test"][0]["exp_alerts"])) for test in tests
    ]
    assert sorted(tried) == sorted((name, fires) for name in alerts(folder) for fires in (False, True))


def test_without_budgets_in_dollars_there_are_no_zones(tmp_path):
    text = "fleets: [leo]\nprofile: team\ntargets: {prometheus: true}\nprofiles:\n"
    text += "  team: {extends: balanced, budgets: {daily: {tokens: 5}, weekly: {tokens: 9}}}\n"
    output, folder = built(tmp_path, text)
    assert not [name for name in alerts(folder) if "Zone" in name or "Burn" in name or "Budget" in name]
    assert 'PR001 untold-alert]: litellm has no metric for "budget-used"' in output


@pytest.mark.parametrize("metrics", ["claude-code", "claude-code-otlp"])
def test_what_a_client_does_not_export_is_a_note(metrics, tmp_path):
    output, folder = built(tmp_path, f"fleets: [leo]\ntargets: {{prometheus: {{metrics: {metrics}}}}}\n")
    assert output.count("PR001") == 3  # failover, errors, latency
    assert "SecurityPinViolated" not in alerts(folder)


def test_a_build_gives_the_same_bytes_and_an_edit_is_drift(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {prometheus: {dir: ops}}\n")
    run(tmp_path, "apply", "--yes")
    before = {path.name: path.read_bytes() for path in (tmp_path / "ops").iterdir()}
    run(tmp_path, "apply", "--yes")
    assert {path.name: path.read_bytes() for path in (tmp_path / "ops").iterdir()} == before
    rules = tmp_path / "ops/gsdc.rules.yml"
    rules.write_text(rules.read_text().replace('"daily\\"} > 50', '"daily\\"} > 51').replace("> 50", "> 51"))
    line = next(n for n, text in enumerate(rules.read_text().splitlines(), 1) if "> 51" in text)
    assert f"ops/gsdc.rules.yml:{line}" in run(tmp_path, "status", code=1).output
    rules.write_bytes(before["gsdc.rules.yml"])
    run(tmp_path, "rollback", "--yes")
    assert not rules.exists()
