"""The commands as people use them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gsdc.cli import COMMANDS, main
from gsdc.policy.sources import shipped_names

PROFILES = ["quality", "balanced", "budget", "research"]
FLEETS = ["gsd", "leo", "openagents", "granter"]
DEMO = Path(__file__).parents[1] / "projects" / "demo"


def run(folder: Path, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name):
    assert "Example: gsdc" in CliRunner().invoke(main, [name, "--help"]).output


@pytest.mark.sampled
@pytest.mark.parametrize("fleet", FLEETS)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_shipped_profile_and_fleet_is_clean_and_builds_twice_to_the_same_bytes(tmp_path, profile, fleet):
    targets = [arg for name in ("opencode", "claude-md", "overrides", "plans") for arg in ("--target", name)]
    assert run(tmp_path, "lint", "--profile", profile, "--fleet", fleet).output == "no findings\n"
    for zone in ("green", "yellow", "orange", "red"):
        run(
            tmp_path,
            "build",
            "--profile",
            profile,
            "--fleet",
            fleet,
            "--zone",
            zone,
            *targets,
            "--out",
            str(tmp_path / "one"),
        )
        run(
            tmp_path,
            "build",
            "--profile",
            profile,
            "--fleet",
            fleet,
            "--zone",
            zone,
            *targets,
            "--out",
            str(tmp_path / "two"),
        )
        assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.sampled
@pytest.mark.parametrize("workflow", shipped_names("workflows"))
@pytest.mark.parametrize("fleet", FLEETS)
@pytest.mark.parametrize("profile", PROFILES)
def test_workflows_are_clean_too(tmp_path, profile, fleet, workflow):
    run(tmp_path, "lint", "--profile", profile, "--fleet", fleet, "--workflow", workflow)


def test_bytes_depend_on_nothing_but_the_input(tmp_path):
    outputs = []
    for index, (seed, locale, zone) in enumerate([("0", "C", "UTC"), ("12345", "C.UTF-8", "Asia/Tokyo")]):
        out = tmp_path / str(index)
        environment = os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        command = [sys.executable, "-m", "gsdc", "--project", str(DEMO), "build", "--out", str(out)]
        cwd = tmp_path if index else Path.cwd()
        subprocess.run(command, check=True, env=environment, cwd=cwd, capture_output=True)
        outputs.append(files(out))
    assert outputs[0] == outputs[1]


def test_build_writes_nothing_but_its_folder(tmp_path):
    before = files(DEMO)
    run(DEMO, "build", "--out", str(tmp_path / "out"))
    assert files(DEMO) == before


def test_manifest(tmp_path):
    run(DEMO, "build", "--out", str(tmp_path))
    folder = tmp_path / "balanced"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["profile"] == "balanced"
    assert {item["path"] for item in manifest["artifacts"]} == set(files(folder)) - {"manifest.json"}
    assert {item["target"] for item in manifest["artifacts"]} == {"opencode", "claude-md", "overrides", "plans"}


def test_check_tells_whether_the_folder_is_up_to_date(tmp_path):
    out = ["--out", str(tmp_path)]
    run(DEMO, "build", "--check", *out, code=1)
    assert not list(tmp_path.iterdir())
    run(DEMO, "build", *out)
    run(DEMO, "build", "--check", *out)
    (tmp_path / "balanced" / "CLAUDE.md").write_text("edited")
    (tmp_path / "balanced" / "more").write_text("left over")
    output = run(DEMO, "build", "--check", *out, code=1).output
    assert "CLAUDE.md" in output
    assert "more" in output


def test_build_replaces_only_builds(tmp_path):
    (tmp_path / "balanced").mkdir()
    (tmp_path / "balanced" / "thesis.txt").write_text("mine")
    run(DEMO, "build", "--out", str(tmp_path), code=1)
    assert files(tmp_path) == {"balanced/thesis.txt": b"mine"}


def test_explain_gives_the_chain_of_places(tmp_path):
    output = run(tmp_path, "explain", "VALIDATION", "--fleet", "leo", "--phase", "LEAD", "--format", "json").stdout
    answer = json.loads(output)
    assert (answer["model"], answer["temperature"], answer["defer"]) == ("haiku", None, None)
    for origin in answer["origins"]:
        line = Path(origin["path"]).read_text().splitlines()[origin["line"] - 1]
        assert "validation" in line
        assert line[origin["column"] - 1 :].startswith("light")


def test_explain_points_at_the_override(tmp_path):
    text = "fleets: [leo]\noverrides:\n  - agent: API\n    model: opus\n    reason: Payments\n    phases: [EXEC]\n"
    (tmp_path / "gsdc.yaml").write_text(text)
    answer = json.loads(run(tmp_path, "explain", "API", "--phase", "EXEC", "--format", "json").stdout)
    assert answer["model"] == "opus"
    assert (answer["origins"][0]["path"], answer["origins"][0]["line"]) == ("gsdc.yaml", 3)
    assert (
        json.loads(run(tmp_path, "explain", "API", "--phase", "PLAN", "--format", "json").stdout)["model"] == "sonnet"
    )


def test_init_then_lint_then_build(tmp_path):
    (tmp_path / ".planning").mkdir()
    (tmp_path / "opencode.jsonc").write_text("{}")
    run(tmp_path, "init")
    text = (tmp_path / "gsdc.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=")
    assert "opencode.jsonc" in text
    run(tmp_path, "init", code=2)
    assert run(tmp_path, "lint").output == "no findings\n"
    run(tmp_path, "build")


def test_without_gsdc_yaml_a_line_says_what_is_used(tmp_path):
    assert "using profile balanced, fleets gsd" in run(tmp_path, "build").output


def test_rule_and_schema(tmp_path):
    assert "# NB001 security-downgrade (error)" in run(tmp_path, "rule", "security-downgrade").output
    assert run(tmp_path, "rule", "nb001").output == run(tmp_path, "rule", "security-downgrade").output
    assert json.loads(run(tmp_path, "schema", "profile").output)["title"] == "gsdc profile"


def test_lint_of_single_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.yaml").write_text("extends: balanced\nroles: {security: sonnet}\n")
    (tmp_path / "crew.yaml").write_text("agents: {guard: {role: security, criticality: normal}}\n")
    output = run(tmp_path, "lint", "team.yaml", code=1).output
    assert "team.yaml:2:19: error[NB001 security-downgrade]" in output
    assert "crew.yaml" not in output
    # In zone red a normal agent is capped, but the pin defers it: the fleet is safe.
    assert run(tmp_path, "lint", "crew.yaml").output == "no findings\n"
    run(tmp_path, "lint", "nothing.yaml", code=2)


def test_own_models_agents_and_profiles(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(
        """
profile: team
profiles:
  team: {extends: balanced, agents: {scribe: house}}
models:
  house: {rank: 21, provider: house, ids: {opencode: house/m1}, price: {input: 1, output: 2}, context: 64000}
providers:
  house: {base-url: "http://127.0.0.1:8000/v1", key-variable: HOUSE_KEY}
agents:
  scribe: {role: docs, temperature: 0.4, description: Writes}
targets: {opencode: {create: true}}
"""
    )
    run(tmp_path, "build")
    written = json.loads((tmp_path / "build/team/opencode.json").read_text())
    assert written["agent"]["scribe"]["model"] == "house/m1"
    assert written["provider"]["house"]["models"]["m1"]["temperature"] is True
    assert written["provider"]["house"]["options"]["apiKey"] == "{env:HOUSE_KEY}"


def test_quiet_and_json(tmp_path):
    assert run(tmp_path, "-q", "lint").output == ""
    data = json.loads(run(tmp_path, "build", "--format", "json").stdout)
    assert {"profile", "folder", "artifacts", "findings"} <= set(data)


def test_color(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("profil: x\n")
    assert "\x1b[" in run(tmp_path, "--color", "always", "lint", code=1).output
    assert "\x1b[" not in run(tmp_path, "--color", "never", "lint", code=1).output


def test_the_zones_of_the_command_line_are_those_of_the_policy():
    from gsdc.cli import options
    from gsdc.policy import model

    assert options.ZONES == model.ZONES
