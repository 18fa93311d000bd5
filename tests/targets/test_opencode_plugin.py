"""What the target opencode-plugin writes; what OpenCode does with it is for tests/conformance."""

import json

import pytest
from click.testing import CliRunner
from tests.cli.running import run

from gsdc.cli import main

TABLE = ".opencode/gsdc-guard.json"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [openagents, leo]\ntargets: {opencode-plugin: {guard: rewrite}}\n")
    run(tmp_path, "apply", "--yes")
    return tmp_path


def test_the_table_has_rules_and_chains_and_pins_have_none(project):
    table = json.loads((project / TABLE).read_text())
    assert table["mode"] == "rewrite"
    assert table["failover"]["chains"]["opencoder"] == [
        "openai/gpt-5.2",
        "anthropic/claude-sonnet-5-5",
        "google/gemini-3.1-pro-preview",
    ]
    assert "security" not in table["failover"]["chains"]
    allowed = table["sets"][table["agents"]["security"]["rules"][0]["allow"]]
    assert "opus" in allowed
    assert all("opus" in alias for alias in allowed)
    assert table["agents"]["security"]["model"] == "anthropic/claude-opus-5-5"
    assert table["failover"]["triggers"]["failures"] == 3


def test_a_second_build_an_edit_and_rollback(project):
    before = {path: path.read_bytes() for path in (project / ".opencode").rglob("*") if path.is_file()}
    run(project, "apply", "--yes")
    assert {path: path.read_bytes() for path in before} == before
    table = project / TABLE
    table.write_text(table.read_text().replace('"opus"', '"haiku"', 1))
    assert f"{TABLE}:" in run(project, "status", code=1).output
    table.write_bytes(before[table])
    run(project, "rollback", "--yes")
    assert not (project / ".opencode/plugin/gsdc.js").exists()


def asked(folder, agent, model):
    data = json.dumps({"agent": agent, "model": model, "cwd": str(folder)})
    return CliRunner().invoke(main, ["guard", "opencode-plugin"], input=data, catch_exceptions=False).stdout


def test_gsdc_answers_about_models_that_the_table_does_not_list(project):
    assert asked(project, "SECURITY", "anthropic/claude-opus-4-8") == ""
    assert "security-downgrade" in asked(project, "SECURITY", "anthropic/claude-opus-4-5")
    assert "security-downgrade" in asked(project, "security", "mock/whatever")
    assert asked(project, "DOCMON", "mock/whatever") == ""
    (project / TABLE).write_text("{")
    assert "does not start until this is fixed" in asked(project, "SECURITY", "anthropic/claude-opus-4-8")
