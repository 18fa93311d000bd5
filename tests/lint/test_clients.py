"""``gsdc lint`` on the files of clients: cases/lint.yaml, and what depends on how it is called."""

import json
import random
import string
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.targets.reading import cases, write

from gsdc.cli import main
from gsdc.targets.registry import declarations

CASES = cases("lint.yaml")
AUDITOR = '{"$schema": "x", "agent": {"gsd-security-auditor": {"model": "openai/gpt-5.4-mini"}}}'


def found(*arguments):
    result = CliRunner().invoke(main, ["--format", "json", *arguments], catch_exceptions=False)
    return [
        f"{one['code']} {one['path']}:{one['line']}:{one['column']} {one['severity']}"
        for one in json.loads(result.stdout)["findings"]
    ]


def without_placeholders(text):
    chance = random.Random(5)
    token = "ghp_" + "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(36))
    return text.replace("{{github-token}}", token)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(tmp_path, case):
    project = tmp_path / "project"
    write(project, {path: without_placeholders(text) for path, text in case["files"].items()})
    assert sorted(found("--project", str(project), "lint")) == sorted(case["finds"])


def test_one_file_is_read_with_the_others_of_its_project(tmp_path, monkeypatch):
    """What stands elsewhere decides, but is not what was asked for."""
    monkeypatch.chdir(tmp_path)
    own = "---\ndescription: Audits\nmodel: anthropic/claude-opus-5-5\n---\nAudit.\n"
    write(tmp_path, {"opencode.json": AUDITOR, ".opencode/agent/gsd-security-auditor.md": own})
    assert found("lint", "opencode.json") == ["OC005 opencode.json:1:53 warning"]
    assert found("lint", ".opencode/agent/gsd-security-auditor.md") == []


def test_every_client_whose_files_are_read_marks_a_project():
    """Else a folder below that holds nothing but its files would not be looked into."""
    read = [one for one in declarations().values() if one.view]
    unmarked = {one.name for one in read if not one.marks and not any(sign.startswith(".") for sign in one.signs)}
    assert unmarked <= {"overrides", "litellm"}  # their folders have common names, such as lib and config


@pytest.mark.parametrize(
    "path", [".codex/agents/security-auditor.toml", ".claude/agents/security-auditor.md", ".opencode/agent/auditor.md"]
)
def test_a_client_in_a_folder_below_is_seen(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    toml = (
        'name = "security-auditor"\ndescription = "Audits"\nmodel = "gpt-5-nano"\ndeveloper_instructions = "Audit."\n'
    )
    text = "---\nname: security-auditor\ndescription: Security audits\nmodel: anthropic/claude-haiku-5-5\n---\nAudit.\n"
    write(tmp_path, {f"services/shop/{path}": toml if path.endswith(".toml") else text})
    assert any(finding.startswith(f"NB001 services/shop/{path}") for finding in found("lint"))


def test_a_project_in_a_folder_below(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"shop/opencode.json": AUDITOR})
    expected = ["NB001 shop/opencode.json:1:62 error"]
    assert found("lint", "shop/opencode.json") == expected
    assert found("lint", "shop") == expected
    assert found("lint") == expected
    assert found("lint", ".") == expected
    # The policy of the folder above holds, unless there is one of its own.
    auditor = "  gsd-security-auditor: {role: security, criticality: critical}\n"
    write(tmp_path, {"gsdc.yaml": f"fleets: []\nagents:\n{auditor}"})
    assert found("lint") == expected
    write(tmp_path, {"shop/gsdc.yaml": "fleets: [gsd]\n"})
    assert found("lint") == expected


def test_a_folder_of_a_client(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    agent = "---\nname: security-reviewer\ndescription: Looks\nmodel: haiku\n---\n"
    write(tmp_path, {"a/.claude/agents/security-reviewer.md": agent, "a/opencode.json": AUDITOR})
    expected = ["NB001 a/.claude/agents/security-reviewer.md:4:8 warning"]
    assert found("lint", "a/.claude") == expected
    assert found("lint", "a/.claude/agents") == expected
    monkeypatch.chdir(tmp_path / "a")
    assert found("lint", ".claude/agents/") == ["NB001 .claude/agents/security-reviewer.md:4:8 warning"]


@pytest.mark.parametrize("name", [".claude/agents/secuirty.md", "opencode.json", "CLAUDE.md", ".planning/config.json"])
def test_a_file_that_is_not_there(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert [line.split()[0] for line in found("lint", name)] == ["IN001"]


def test_a_project_file_of_another_name_is_not_passed_by(tmp_path):
    write(tmp_path, {"gsdc.yml": "fleets: [gsd]\n"})
    assert [line.split()[0] for line in found("--project", str(tmp_path), "lint")] == ["RF001"]


def test_the_profile_that_is_asked_for_judges(tmp_path):
    write(tmp_path, {"gsdc.yaml": "fleets: [gsd]\n", ".planning/config.json": '{"model_profile": "budget"}'})
    models = {line.split()[0] for line in found("--project", str(tmp_path), "lint", "--profile", "budget")}
    assert models == {"NB001"}


def test_what_was_built_and_installed_is_clean_until_the_policy_changes(tmp_path):
    write(
        tmp_path,
        {"gsdc.yaml": "fleets: [leo]\ntargets: {claude-md: true, overrides: true, opencode: {create: true}}\n"},
    )
    project = ["--project", str(tmp_path)]
    assert CliRunner().invoke(main, [*project, "build", "--zone", "orange"]).exit_code == 0
    for path in (tmp_path / "build/balanced").rglob("*"):
        if path.is_file() and path.name != "manifest.json":
            target = tmp_path / path.relative_to(tmp_path / "build/balanced")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    assert found(*project, "lint") == []
    (tmp_path / "gsdc.yaml").write_text(
        "fleets: [leo]\ntargets: {claude-md: true, overrides: true, opencode: {create: true}}\nprofile: quality\n"
    )
    codes = {(line.split()[0], line.split()[1].split(":")[0]) for line in found(*project, "lint")}
    assert {("IF005", "CLAUDE.md"), ("IF005", "config/phase-model-config.json")} <= codes
    assert ("IF003", "opencode.json") in codes


def test_a_broken_policy_judges_nothing(tmp_path):
    write(tmp_path, {"gsdc.yaml": "profile: qualtiy\n", "opencode.json": AUDITOR})
    assert [line.split()[0] for line in found("--project", str(tmp_path), "lint")] == ["RF001"]


@pytest.mark.parametrize("name", ["opencode.json", "CLAUDE.md", ".planning/config.json", ".claude/settings.json"])
def test_a_folder_in_the_place_of_a_file(tmp_path, name):
    (tmp_path / Path(name)).mkdir(parents=True)
    assert CliRunner().invoke(main, ["--project", str(tmp_path), "lint"], catch_exceptions=False).exit_code in (0, 1, 2)


AGENT = "---\nname: SECURITY\ndescription: Looks for holes\nmodel: haiku\n---\nLook.\n"


def test_a_named_folder_of_a_client_is_read(tmp_path, monkeypatch):
    write(tmp_path / "shop", {"gsdc.yaml": "fleets: [leo]\n", ".claude/agents/old/security.md": AGENT})
    monkeypatch.chdir(tmp_path)
    wanted = ["NB001 shop/.claude/agents/old/security.md:4:8 error"]
    for folder in ("shop", "shop/.claude", "shop/.claude/agents", "shop/.claude/agents/old"):
        assert found("lint", folder) == wanted
    assert found("lint", "shop/.claude/commands") != wanted


def test_a_named_file_behind_a_link_out_of_the_project_is_not_clean(tmp_path, monkeypatch):
    write(tmp_path / "elsewhere", {"agents/security.md": AGENT})
    write(tmp_path / "shop", {"gsdc.yaml": "fleets: [leo]\n"})
    (tmp_path / "shop/.claude").symlink_to(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "shop")
    assert found("lint", ".claude/agents/security.md") == ["IN004 .claude:0:0 error"]
    assert found("lint", ".claude/agents") == ["IN004 .claude:0:0 error"]
