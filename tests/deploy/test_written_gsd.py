"""What ``gsdc apply`` writes for get-shit-done: what GSD then answers is the policy, for every agent."""

import json
from pathlib import Path

import pytest
from tests.deploy.test_written_clients import found, gsdc, put

from gsdc.targets.gsd.resolve import client, resolve

PROFILES = ("quality", "balanced", "budget", "research")


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {gsd: true}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answers(config: Path) -> dict[str, str]:
    data = json.loads(config.read_text())
    return {name: resolve(data, name, client()).model for name in client().agents}


STOCK = '{\n  "mode": "yolo",\n  "model_profile": "balanced",\n  "workflow": {"research": true}\n}\n'


def test_the_first_apply_on_a_stock_project_adds_what_its_table_breaks(project):
    config = put(project, ".planning/config.json", STOCK)
    assert "NB001" in found("lint")
    gsdc("apply", "--yes")
    assert json.loads(config.read_text()) == {
        **json.loads(STOCK),
        "model_overrides": {"gsd-security-auditor": "opus"},
        "effort": {
            "agent_overrides": dict.fromkeys(
                ("gsd-planner", "gsd-roadmapper", "gsd-eval-planner", "gsd-security-auditor"), "high"
            )
        },
    }
    assert not {"NB001", "IF003", "IF001"}.intersection(found("lint"))
    assert "in sync" in gsdc("status")
    gsdc("rollback", "--yes")
    assert config.read_text() == STOCK


def test_an_effort_that_was_changed_by_hand_is_drift(project):
    config = put(project, ".planning/config.json", STOCK)
    gsdc("apply", "--yes")
    config.write_text(config.read_text().replace('"gsd-planner": "high"', '"gsd-planner": "low"'))
    assert "IF020" in found("lint")


def test_the_version_before_has_no_efforts(project):
    config = put(project, ".planning/config.json", STOCK)
    text = (project / "gsdc.yaml").read_text()
    (project / "gsdc.yaml").write_text(text + "clients: {get-shit-done-cc: 1.42.3}\n")
    gsdc("apply", "--yes")
    assert "effort" not in json.loads(config.read_text())


@pytest.mark.parametrize("name", PROFILES)
def test_every_shipped_profile_takes_few_overrides(name, project):
    config = put(project, ".planning/config.json", STOCK)
    gsdc("apply", "--yes", "--profile", name)
    data = json.loads(config.read_text())
    assert len(data.get("model_overrides", {})) <= 1
    assert answers(config)["gsd-security-auditor"] == "opus"


CONFIGS = {
    "budget with phases": '{"model_profile": "budget", "models": {"execution": "haiku"}}',
    "inherit": '{"model_profile": "inherit"}',
    "omit": '{"resolve_model_ids": "omit"}',
    "a policy of 1.14": '{"model_policy": {"provider": "zai", "budget": "low"}}',
    "overridden otherwise": '{"model_overrides": {"gsd-planner": "haiku", "mine": "opus"}}',
    "no text": '{"model_overrides": {"gsd-planner": 5}}',
    "nothing": "",
    "for OpenCode": '{"runtime": "opencode", "model_overrides": {"gsd-planner": "opus"}}',
}


@pytest.mark.parametrize("name", CONFIGS)
def test_whatever_a_person_has_written(name, project):
    before = CONFIGS[name]
    config = put(project, ".planning/config.json", before)
    gsdc("apply", "--yes")
    said = answers(config)
    prefix = "anthropic/claude-" if "opencode" in before else ""
    assert said["gsd-planner"].startswith(f"{prefix}opus")
    assert said["gsd-executor"].startswith(f"{prefix}sonnet")
    assert said["gsd-codebase-mapper"].startswith(f"{prefix}haiku")
    assert not {"IF003", "IF001"}.intersection(found("lint"))
    assert "nothing to" in gsdc("apply", "--yes")
    gsdc("rollback", "--yes")
    assert config.read_text() == before


def test_a_workstream_is_written_where_it_would_answer_otherwise(project):
    put(project, ".planning/config.json", STOCK)
    stream = put(project, ".planning/workstreams/api/config.json", '{"models": {"planning": "haiku"}}')
    gsdc("apply", "--yes")
    assert json.loads(stream.read_text())["model_overrides"]["gsd-planner"] == "opus"
    assert not {"IF003", "IF001", "NB004"}.intersection(found("lint"))


def test_a_config_that_gsd_ignores_is_not_written(project):
    config = put(project, ".planning/config.json", '{"model_profile": "balanced",}')
    assert "GS001" in found("apply", "--yes")
    assert config.read_text() == '{"model_profile": "balanced",}'
