"""The way back of seed 002: one command puts every agent on the standard tier, and one more undoes it."""

import json

import pytest
from tests.cli.running import answer, run


@pytest.mark.parametrize("fleet", ["leo", "gsd"])
def test_every_agent_but_security_is_on_sonnet(fleet, tmp_path):
    (tmp_path / "gsdc.yaml").write_text(f"fleets: [{fleet}]\n")
    agents = answer(tmp_path, "agents", "--profile", "sonnet-default")["agents"]
    assert {agent["model"] for agent in agents if agent["role"] != "security"} == {"sonnet"}
    assert {agent["model"] for agent in agents if agent["role"] == "security"} == {"opus"}


def test_there_and_back_again(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {overrides: {dir: config}}\n")
    run(tmp_path, "apply", "--yes")
    table = tmp_path / "config/phase-model-config.json"
    before = table.read_bytes()
    run(tmp_path, "apply", "--yes", "--profile", "sonnet-default", "--reason", "Light models fail")
    models = {
        entry["model"]
        for phase in json.loads(table.read_text())["phaseModelOverrides"].values()
        for entry in phase.values()
    }
    assert models == {"sonnet", "opus"}
    run(tmp_path, "rollback", "--yes")
    assert table.read_bytes() == before


def test_the_tables_say_what_raises_an_agent(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {overrides: {dir: config}}\n")
    run(tmp_path, "apply", "--yes")
    table = json.loads((tmp_path / "config/phase-model-config.json").read_text())
    entries = table["phaseModelOverrides"]["EXEC"]
    assert entries["DEPENDENCY"]["raises"] == {"novel": "opus", "security": "opus"}
    assert "raises" not in entries["STORIES"]
