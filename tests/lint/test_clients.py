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


STOCK = '{"mode": "yolo", "model_profile": "balanced", "parallelization": true}\n'


def test_fix_writes_the_override_that_a_stock_gsd_needs(tmp_path, monkeypatch):
    """Its own table runs the security auditor on sonnet; with the override an apply works, and nothing is left."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {".planning/config.json": STOCK})
    shown = CliRunner().invoke(main, ["lint", "--diff"])
    assert '+{"mode": "yolo", "model_profile": "balanced", "parallelization": true, "model_overrides": {"gsd-s' in (
        shown.stdout
    )
    assert (tmp_path / ".planning/config.json").read_text() == STOCK
    fixed = CliRunner().invoke(main, ["lint", "--fix"])
    assert (fixed.exit_code, fixed.stdout) == (0, "fixed 1 finding in 1 file\nno findings\n")
    after = json.loads((tmp_path / ".planning/config.json").read_text())
    assert after == json.loads(STOCK) | {"model_overrides": {"gsd-security-auditor": "opus"}}


def test_the_first_apply_on_a_stock_gsd_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {".planning/config.json": STOCK, "gsdc.yaml": "fleets: [gsd]\ntargets: {gsd: true}\n"})
    applied = CliRunner().invoke(main, ["apply", "--yes"])
    assert applied.exit_code == 0, applied.output
    assert found("lint") == []
    rolled = CliRunner().invoke(main, ["rollback", "--yes"])
    assert rolled.exit_code == 0, rolled.output
    assert (tmp_path / ".planning/config.json").read_text() == STOCK


@pytest.mark.parametrize(
    ("path", "text", "fixed"),
    [
        (
            ".claude/agents/gsd-security-auditor.md",
            "\ufeff---\r\nname: gsd-security-auditor # ours\r\ndescription: 'x'\r\nmodel: haiku  # cheap\r\n---\r\nx",
            "\ufeff---\r\nname: gsd-security-auditor # ours\r\ndescription: 'x'\r\nmodel: opus  # cheap\r\n---\r\nx",
        ),
        (
            "opencode.jsonc",
            '{\n  // ours\n  "agent": {"gsd-security-auditor": {"model": "openai/gpt-5.4-mini",},},\n}\n',
            '{\n  // ours\n  "agent": {"gsd-security-auditor": {"model": "anthropic/claude-opus-5-5",},},\n}\n',
        ),
        (
            ".codex/agents/gsd-security-auditor.toml",
            'name = "gsd-security-auditor"\ndescription = "x"\ndeveloper_instructions = "x"\nmodel = "gpt-5.4-mini"\n',
            None,  # Codex asks OpenAI alone
        ),
    ],
)
def test_fix_changes_the_model_and_no_other_byte(tmp_path, monkeypatch, path, text, fixed):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {path: text})
    result = CliRunner().invoke(main, ["lint", "--fix"])
    assert result.exit_code == (0 if fixed else 1), result.output
    assert (tmp_path / path).read_bytes().decode() == (fixed or text)


def test_fix_leaves_what_is_not_selected_and_files_out_of_the_project(tmp_path, monkeypatch):
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    write(elsewhere, {"opencode.json": AUDITOR})
    write(project, {".planning/config.json": STOCK})
    (project / "opencode.json").symlink_to("../elsewhere/opencode.json")
    monkeypatch.chdir(project)
    CliRunner().invoke(main, ["lint", "--fix", "--select", "IF006"])
    assert (project / ".planning/config.json").read_text() == STOCK
    CliRunner().invoke(main, ["lint", "--fix"])
    assert (project / ".planning/config.json").read_text() != STOCK
    assert (elsewhere / "opencode.json").read_text() == AUDITOR
