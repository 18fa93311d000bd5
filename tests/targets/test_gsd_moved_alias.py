"""An alias that gsdc.yaml moves, where get-shit-done can only name the alias in its calls of Claude Code."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.targets.reading import write

from gsdc.cli import main

POLICY = "fleets: [gsd]\ntargets: {gsd: true}\n"
MOVED = POLICY + "models: {opus: {release: claude-opus-4-8}}\n"
MAPPED = {"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-opus-4-8"}}
MAPPED_ELSEWHERE = {"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-opus-4-7"}}


def told(folder: Path, command: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(main, ["--project", str(folder), "--format", "json", command])
    return [each for each in json.loads(result.stdout)["findings"] if each["code"] == "GS014"]


def project(folder: Path, policy: str, config: dict[str, Any], settings: dict[str, Any] | None = None) -> None:
    files = {"gsdc.yaml": policy, ".planning/config.json": json.dumps(config)}
    write(folder, files | ({".claude/settings.json": json.dumps(settings)} if settings else {}))


@pytest.mark.parametrize("command", ["lint", "status"])
def test_an_alias_that_gsd_cannot_name_the_release_of_is_told(command, tmp_path):
    project(tmp_path, MOVED, {"model_profile": "quality"})
    [finding] = told(tmp_path, command)
    assert '"opus", which is "claude-opus-5-5" in Claude Code, not "claude-opus-4-8"' in finding["message"]
    assert finding["help"] == 'set ANTHROPIC_DEFAULT_OPUS_MODEL to "claude-opus-4-8" in `env` of .claude/settings.json'


@pytest.mark.parametrize("command", ["lint", "status"])
def test_settings_that_mean_another_release_are_named(command, tmp_path):
    project(tmp_path, MOVED, {"model_profile": "quality"}, MAPPED_ELSEWHERE)
    [finding] = told(tmp_path, command)
    assert '"claude-opus-4-7" in Claude Code' in finding["message"]


@pytest.mark.parametrize("command", ["lint", "status"])
@pytest.mark.parametrize(
    ("policy", "config", "settings"),
    [
        (MOVED, {"model_profile": "quality"}, MAPPED),
        (MOVED, {"model_profile": "quality", "runtime": "opencode"}, None),
        (POLICY, {"model_profile": "quality"}, None),
        (POLICY + "models: {opus: {release: claude-opus-5-5}}\n", {"model_profile": "quality"}, None),
    ],
    ids=["defined in the settings", "a runtime with full ids", "not moved", "moved to the same release"],
)
def test_nothing_is_told_where_the_release_is_asked_for(command, policy, config, settings, tmp_path):
    project(tmp_path, policy, config, settings)
    assert told(tmp_path, command) == []


def test_an_alias_that_no_agent_of_gsd_runs_on_is_not_told(tmp_path):
    project(tmp_path, POLICY + "models: {fable: {release: claude-fable-5}}\n", {"model_profile": "quality"})
    assert told(tmp_path, "lint") == told(tmp_path, "status") == []
