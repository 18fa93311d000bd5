"""The dashboard: every panel queries a series that the rules for Prometheus record."""

import json
import re

import pytest
from ruamel.yaml import YAML
from tests.cli.running import run


def built(folder, metrics="litellm", more=""):
    targets = f"targets: {{grafana: {{metrics: {metrics}}}, prometheus: {{metrics: {metrics}}}}}\n"
    (folder / "gsdc.yaml").write_text(f"fleets: [leo]\n{targets}{more}")
    run(folder, "build")
    found = next(folder.glob("build/*/monitoring"))
    rules = YAML(typ="safe").load((found / "gsdc.rules.yml").read_text())
    recorded = {rule["record"] for group in rules["groups"] for rule in group["rules"] if "record" in rule}
    return json.loads((found / "gsdc.dashboard.json").read_text()), recorded


@pytest.mark.parametrize("metrics", ["litellm", "claude-code", "claude-code-otlp"])
def test_every_query_is_of_a_recorded_series(metrics, tmp_path):
    dashboard, recorded = built(tmp_path, metrics)
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            named = set(re.findall(r"policy:[a-z_:]+", target["expr"]))
            assert named
            assert named <= recorded, panel["title"]


def test_the_panels_and_their_thresholds(tmp_path):
    dashboard, _ = built(tmp_path)
    titles = {panel["title"]: panel for panel in dashboard["panels"]}
    assert list(titles) == [
        *("Spent", "Budget used", "Zone", "Burn rate and projection", "Spent by model", "Spent by agent"),
        *("Failover rate", "Error rate", "Seconds to an answer"),
    ]
    steps = titles["Budget used"]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [step["value"] for step in steps] == [None, 0.7, 0.85, 0.95]
    assert titles["Failover rate"]["fieldConfig"]["defaults"]["thresholds"]["steps"][1] == {
        "color": "red",
        "value": 0.15,
    }


def test_no_panels_overlap_and_none_is_wider_than_the_grid(tmp_path):
    dashboard, _ = built(tmp_path)
    taken = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + right, place["y"] + down) for right in range(place["w"]) for down in range(place["h"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_without_budgets_there_is_no_zone(tmp_path):
    more = "profile: team\nprofiles: {team: {extends: balanced, budgets: {daily: {tokens: 5}, weekly: {tokens: 9}}}}\n"
    dashboard, recorded = built(tmp_path, more=more)
    assert "Zone" not in {panel["title"] for panel in dashboard["panels"]}
    assert "policy:budget_usd" not in recorded
