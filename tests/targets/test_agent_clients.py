"""Clients that keep agents in files: what they make of all their files, and what is written into them."""

import json
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.targets.reading import cases, outcome, wanted, write

from gsdc.cli import main

CLIENTS = ("codex", "gemini_cli", "copilot", "cursor", "qwen_code", "kilo", "oh_my_openagent", "aider")
MODULES = {"oh_my_openagent": "view"}
READ = [(client, case) for client in CLIENTS for case in cases(f"{client}.yaml")]
WRITTEN = cases("written.yaml")


@pytest.mark.parametrize(("client", "case"), READ, ids=[f"{client}: {case['name']}" for client, case in READ])
def test_a_client_reads_its_files(client, case, tmp_path):
    reader = import_module(f"gsdc.targets.{client}.{MODULES.get(client, 'client')}")
    assert outcome(reader, case, tmp_path) == wanted(case)


def contents(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    return {path: (folder / path).read_bytes().decode() for path in paths}


def gsdc(folder: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--project", str(folder), *arguments])
    assert result.exit_code == code, result.output
    return result.output


def codes(folder: Path, *arguments: str) -> set[str]:
    result = CliRunner().invoke(main, ["--project", str(folder), "--format", "json", *arguments])
    return {each["code"] for each in json.loads(result.stdout)["findings"]}


def project(case: dict[str, Any], folder: Path) -> None:
    head = f"fleets: {case.get('fleets', ['gsd'])}\ntargets: {{{case['target']}: true}}\n"
    write(folder, {"gsdc.yaml": f"{head}{case.get('policy', '')}\n", **case["files"]})


@pytest.mark.parametrize("case", WRITTEN, ids=[case["name"] for case in WRITTEN])
def test_what_decides_is_written_and_nothing_else(case, tmp_path):
    project(case, tmp_path)
    assert codes(tmp_path, "build", "--out", str(tmp_path / "out")) == set(case.get("finds", ()))
    gsdc(tmp_path, "apply", "--yes")
    assert contents(tmp_path, case["files"]) == {**case["files"], **case["after"]}
    assert "nothing to apply" in gsdc(tmp_path, "apply", "--yes")
    if not case["after"]:
        return
    assert "in sync" in gsdc(tmp_path, "status")
    assert not codes(tmp_path, "lint") & {"IF003", "IF005"}
    gsdc(tmp_path, "rollback", "--yes")
    assert contents(tmp_path, case["files"]) == case["files"]


@pytest.mark.parametrize("case", WRITTEN, ids=[case["name"] for case in WRITTEN])
def test_init_turns_on_what_is_there(case, tmp_path):
    write(tmp_path, case["files"])
    text = gsdc(tmp_path, "init", "--dry-run")
    assert f"\n  {case['target']}: " in text
    others = {each["target"] for each in WRITTEN} - {case["target"], "claude-code"}  # whose files Copilot reads, too
    assert not [other for other in others if f"\n  {other}: " in text]


ADDED = {
    "codex": ("gpt-mini", ".codex/agents/scribe.toml"),
    "gemini-cli": ("gemini-pro", ".gemini/agents/scribe.md"),
    "copilot": ("haiku", ".github/agents/scribe.agent.md"),
    "cursor": ("haiku", ".cursor/agents/scribe.md"),
    "qwen-code": ("haiku", ".qwen/agents/scribe.md"),
    "kilo": ("haiku", ".kilo/agents/scribe.md"),
}


@pytest.mark.parametrize("target", ADDED)
def test_an_agent_is_added_on_request_only(target, tmp_path):
    model, path = ADDED[target]
    agents = f'agents: {{scribe: {{role: docs, description: "Writes: \\"all\\" of it", models: {{any: {model}}}}}}}'
    (tmp_path / "gsdc.yaml").write_text(f"fleets: []\ntargets: {{{target}: true}}\n{agents}\n")
    assert codes(tmp_path, "build", "--out", str(tmp_path / "out")) == {"IF033"}
    (tmp_path / "gsdc.yaml").write_text(f"fleets: []\ntargets: {{{target}: {{create: true}}}}\n{agents}\n")
    gsdc(tmp_path, "apply", "--yes")
    assert 'Writes: "all" of it' in (tmp_path / path).read_text().replace("\\", "")
    assert "in sync" in gsdc(tmp_path, "status")
    assert not codes(tmp_path, "lint") - {"AF004", "CX002"}
    gsdc(tmp_path, "rollback", "--yes")
    assert not (tmp_path / path).exists()


@pytest.mark.parametrize(("others", "is_said"), [("", True), (", oh-my-openagent: true", False)])
def test_failover_for_opencode_is_said_where_nothing_carries_it(others, is_said, tmp_path):
    write(tmp_path, {"opencode.json": '{"agent": {"coder-agent": {"mode": "subagent"}}}\n'})
    (tmp_path / "gsdc.yaml").write_text(f"fleets: [openagents]\ntargets: {{opencode: true{others}}}\n")
    assert ("OC003" in codes(tmp_path, "build", "--out", str(tmp_path / "out"))) is is_said


def test_the_guide_names_every_target_with_the_version_that_was_measured():
    from gsdc import data
    from gsdc.targets.registry import compiled_targets, declarations

    guide = Path(data.__file__).with_name("guide")
    pages = [(guide / name).read_text().splitlines() for name in ("targets.md", "clients.md")]
    lines = {line.split("`")[1]: line for page in pages for line in page if line.startswith("| `")}
    assert not set(compiled_targets()) - set(lines)
    newest = {name: declarations()[name].measured[-1:] for name in compiled_targets()}
    assert not [name for name, versions in newest.items() if versions and versions[0].split()[-1] not in lines[name]]


@pytest.mark.parametrize(
    ("target", "version", "is_ignored"),
    [
        ("qwen-code", "0.12.0", True),
        ("qwen-code", "0.15.6", False),
        ("qwen-code", "0.24.4", False),
        ("copilot", "1.0.64", True),
        ("copilot", "0.9.999", True),
        ("copilot", "1.0.65", False),
        ("copilot", "1.1.0", False),
    ],
)
def test_a_version_that_ignores_the_models_of_files_is_never_in_sync(target, version, is_ignored, tmp_path):
    own = next(case for case in WRITTEN if case["name"] == target)
    project({**own, "policy": f"{own.get('policy', '')}\nclients: {{{target}: {version}}}"}, tmp_path)
    gsdc(tmp_path, "apply", "--yes")
    assert (codes(tmp_path, "lint") & {"IF001", "IF050"} == {"IF001", "IF050"}) is is_ignored
    assert ("in sync" in gsdc(tmp_path, "status", code=int(is_ignored))) is not is_ignored


def test_a_setting_that_takes_the_models_of_all_agents_is_no_sync(tmp_path):
    files = {
        ".claude/agents/planner.md": "---\nname: gsd-planner\ndescription: Plans\n---\nPlan.\n",
        ".claude/settings.json": '{"env": {"CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"}}\n',
    }
    project({"target": "claude-code", "policy": "clients: {claude-code: 2.1.332}", "files": files}, tmp_path)
    gsdc(tmp_path, "apply", "--yes")
    assert "overridden" in gsdc(tmp_path, "status", code=1)
    (tmp_path / ".claude/settings.json").unlink()
    assert "in sync" in gsdc(tmp_path, "status")


def test_an_installed_version_counts_unless_the_project_alone_does(tmp_path, monkeypatch):
    write(
        tmp_path,
        {
            "lib/package.json": '{"version": "0.12.0"}',
            "lib/qwen": "",
            "gsdc.yaml": "fleets: [gsd]\ntargets: {qwen-code: true}\n",
            ".qwen/agents/a.md": "---\nname: reviewer\ndescription: Reviews\nmodel: openai:gpt-5.2\n---\nReview.\n",
        },
    )
    (tmp_path / "lib/qwen").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "lib"))
    assert "IF050" in codes(tmp_path, "lint")
    monkeypatch.setenv("GSDC_ISOLATED", "1")
    assert "IF050" not in codes(tmp_path, "lint")


def test_an_effort_of_gemini_follows_the_policy_and_goes_with_it(tmp_path):
    """Entries of gsdc are replaced and removed; a person's entries, and the comments between them, stay."""
    settings = '{"modelConfigs": {"overrides": [\n  // mine\n  {"match": {"model": "x"}}\n]}}\n'
    files = {
        ".gemini/agents/a.md": "---\nname: scribe\ndescription: Writes\n---\nWrite.\n",
        ".gemini/settings.json": settings,
    }
    write(tmp_path, files)
    for model in ("{model: gemini-pro, effort: low}", "{model: gemini-pro, effort: high}", "{model: gemini-pro}"):
        agents = f"{{scribe: {{role: docs, models: {{any: {model}}}}}}}"
        (tmp_path / "gsdc.yaml").write_text(f"fleets: []\ntargets: {{gemini-cli: true}}\nagents: {agents}\n")
        gsdc(tmp_path, "apply", "--yes")
        assert "in sync" in gsdc(tmp_path, "status")
        text = (tmp_path / ".gemini/settings.json").read_text()
        assert text.startswith(settings.rpartition("\n]")[0])
        assert [level for level in ("LOW", "HIGH") if level in text] == [
            level for level in ("LOW", "HIGH") if level.lower() in model
        ]
    assert text == settings


def test_an_agent_that_the_client_would_not_load_is_not_added(tmp_path):
    agents = "{Scribe: {role: docs, models: {any: gemini-pro}, description: Writes%s}}"
    for names, found in (("", {"IF051"}), (", names: {gemini-cli: scribe}", set())):
        text = f"fleets: []\ntargets: {{gemini-cli: {{create: true}}}}\nagents: {agents % names}\n"
        (tmp_path / "gsdc.yaml").write_text(text)
        assert codes(tmp_path, "build", "--out", str(tmp_path / "out")) & {"IF051", "TV001"} == found


def test_what_was_measured_with_an_own_key_alone_is_said(tmp_path):
    files = {".github/agents/scribe.md": "---\ndescription: Writes\nmodel: claude-haiku-4.5\n---\nx\n"}
    policy = "clients: {copilot: 1.0.60}\ntargets: {copilot: true}\nagents: {scribe: {role: docs}}\n"
    write(tmp_path, {"gsdc.yaml": policy, **files})
    assert "= note: measured with an API key of one's own" in gsdc(tmp_path, "lint")
