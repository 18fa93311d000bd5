"""Clients' files that are links out of the project, as managers of dotfiles make them: unjudged, unless followed."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.running import answer, run

from gsdc.cli import main

LIGHT = '{"agent": {"gsd-security-auditor": {"model": "anthropic/claude-haiku-5-5"}}, "x": "HELD"}\n'
AGENT = "---\nname: gsd-security-auditor\ndescription: HELD\nmodel: haiku\n---\nAudits.\n"
# One within the project, which a diff may show.
AUDITOR = AGENT.replace("haiku", "opus").replace("HELD", "Audits")
INHERITS = "---\nname: gsd-planner\ndescription: Plans\n---\nPlans.\n"
# The file that leads out, what it holds, and what else is there.
CLIENTS = {
    "opencode.json": (LIGHT, {}),
    ".opencode/opencode.jsonc": (LIGHT, {"opencode.json": '{"agent": {"gsd-planner": {"mode": "subagent"}}}'}),
    ".opencode/agent/gsd-security-auditor.md": (
        "---\ndescription: HELD\nmodel: anthropic/claude-haiku-5-5\n---\n",
        {"opencode.json": '{"agent": {"gsd-security-auditor": {"mode": "subagent"}}}'},
    ),
    ".claude/agents/gsd-security-auditor.md": (AGENT, {}),
    ".claude/settings.json": (
        '{"env": {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"}, "x": "HELD"}',
        {".claude/agents/planner.md": INHERITS, ".claude/agents/auditor.md": AUDITOR},
    ),
    ".planning/config.json": (
        '{"model_overrides": {"gsd-security-auditor": "haiku"}, "x": "HELD"}',
        {".opencode/agent/gsd-planner.md": "---\nmode: subagent\n---\n"},
    ),
    "CLAUDE.md": ("HELD\n<!-- gsdc:begin model-assignment -->\n", {"AGENTS.md": "Notes.\n"}),
    "config/phase-model-config.json": ('{"phaseModelOverrides": {"PLAN": {"SECURITY": "haiku"}}, "x": "HELD"}', {}),
}


@pytest.fixture(params=CLIENTS)
def project(request, tmp_path) -> tuple[Path, str]:
    """Return a project and the path in there that is a link to a file outside."""
    content, others = CLIENTS[request.param]
    root, outside = tmp_path / "project", tmp_path / "dotfile"
    outside.write_text(content)
    for path, text in {"gsdc.yaml": "fleets: [gsd]\n", **others}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / request.param).parent.mkdir(parents=True, exist_ok=True)
    (root / request.param).symlink_to(outside)
    return root, request.param


def test_one_finding_says_so_and_nothing_is_claimed(project):
    root, path = project
    [found] = answer(root, "lint", code=1)["findings"]
    assert (found["code"], found["path"], found["line"], found["severity"]) == ("IN004", path, 0, "error")
    assert found["message"] == f'"{path}" is not checked: it is a link out of the project'
    assert "--follow-links" in found["help"]


def test_no_command_shows_what_it_holds(project):
    root, path = project
    for words in (["lint", "--verbose"], ["lint", str(root / path)], ["status"], ["build"], ["diff"]):
        output = CliRunner().invoke(main, ["--project", str(root), *words], catch_exceptions=False).output
        assert "HELD" not in output


def test_a_person_who_trusts_the_link_has_it_judged(project):
    root, path = project
    found = answer(root, "lint", "--follow-links", "--strict", code=1)["findings"]
    assert "IN004" not in {each["code"] for each in found}
    assert any(each["path"] == path and each["line"] for each in found)


def test_a_folder_that_leads_out_is_told_once(tmp_path):
    root = tmp_path / "project"
    (tmp_path / "claude/agents").mkdir(parents=True)
    (tmp_path / "claude/agents/a.md").write_text(AGENT)
    (tmp_path / "claude/settings.json").write_text("{}")
    (tmp_path / "claude/CLAUDE.md").write_text("HELD\n")
    root.mkdir()
    (root / ".claude").symlink_to("../claude")
    assert [(each["code"], each["path"]) for each in answer(root, "lint", code=1)["findings"]] == [("IN004", ".claude")]
    assert "NB001" in {each["code"] for each in answer(root, "lint", "--follow-links", code=1)["findings"]}


def test_the_files_of_other_agents_are_judged_all_the_same(tmp_path):
    folder = tmp_path / "project/.claude/agents"
    folder.mkdir(parents=True)
    (tmp_path / "mine.md").write_text(AGENT.replace("gsd-security-auditor", "mine"))
    (folder / "mine.md").symlink_to(tmp_path / "mine.md")
    (folder / "gsd-security-auditor.md").write_text(AGENT)
    found = answer(tmp_path / "project", "lint", code=1)["findings"]
    assert [(each["code"], each["path"]) for each in found] == [
        ("NB001", ".claude/agents/gsd-security-auditor.md"),
        ("IN004", ".claude/agents/mine.md"),
    ]


def test_a_link_within_the_project_is_a_file_as_any_other(tmp_path):
    (tmp_path / "shared.json").write_text(LIGHT)
    (tmp_path / "opencode.json").symlink_to("shared.json")
    assert "NB001" in {each["code"] for each in answer(tmp_path, "lint", code=1)["findings"]}


def test_status_names_no_target_broken(tmp_path):
    (tmp_path / "opencode.json").write_text("{}")
    root = tmp_path / "project"
    root.mkdir()
    (root / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {opencode: {create: true}}\n")
    (root / "opencode.json").symlink_to("../opencode.json")
    assert [each["state"] for each in answer(root, "status", code=1)["targets"]] == ["not judged"]
    assert [each["state"] for each in answer(root, "status", "--follow-links", code=1)["targets"]] == ["never applied"]
    assert "+++ b/opencode.json" in run(root, "diff", "--all", "--follow-links", code=1).output
    run(root, "apply", "--yes", code=1)
    assert (tmp_path / "opencode.json").read_text() == "{}"


def test_an_import_says_that_there_may_be_more(tmp_path):
    (tmp_path / "opencode.json").write_text(LIGHT)
    root = tmp_path / "project"
    root.mkdir()
    (root / "opencode.json").symlink_to("../opencode.json")
    assert "IN004" in run(root, "init", "--from", str(root), "--dry-run", code=1).output
    assert "gsd-security-auditor" in run(root, "init", "--from", str(root), "--dry-run", "--follow-links").output


@pytest.mark.sampled
@pytest.mark.parametrize("command", ["lint", "annotate", "graph", "cost", "verify"])
def test_a_plan_that_is_named_and_leads_out_is_not_read(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "project").mkdir()
    (tmp_path / "held.md").write_text("---\nHELD: [\n---\n<task HELD>\n")
    for name in ("a-PLAN.md", "folder"):
        (tmp_path / "project" / name).symlink_to(tmp_path / ("held.md" if name != "folder" else "."))
    monkeypatch.chdir(tmp_path / "project")
    for name in ("a-PLAN.md", str(tmp_path / "project/a-PLAN.md"), "../project/a-PLAN.md", "folder/held.md"):
        output = CliRunner().invoke(main, [command, name], catch_exceptions=False).output
        assert "IN004" in output
        assert "HELD" not in output


@pytest.mark.parametrize(
    "command", [("lint", ".planning"), ("annotate", ".planning"), ("cost", ".planning"), ("lint", ".planning/phases")]
)
def test_a_folder_of_plans_that_leads_out_is_not_walked(tmp_path, monkeypatch, command):
    """It may lead to the whole machine."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "gsdc.yaml").write_text("fleets: [gsd]\n")
    (tmp_path / "elsewhere/phases").mkdir(parents=True)
    (tmp_path / "elsewhere/phases/01-01-PLAN.md").write_text("HELD\n")
    (project / ".planning").symlink_to("../elsewhere")
    monkeypatch.chdir(project)
    output = CliRunner().invoke(main, command).output
    assert ".planning: error[IN004" in output
    assert "HELD" not in output


def test_a_folder_of_plans_that_leads_out_is_walked_where_links_are_followed(tmp_path, monkeypatch):
    test_a_folder_of_plans_that_leads_out_is_not_walked(tmp_path, monkeypatch, ("lint", ".planning"))
    output = CliRunner().invoke(main, ["lint", ".planning", "--follow-links"]).output
    assert ".planning/phases/01-01-PLAN.md" in output
