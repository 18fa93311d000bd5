"""What a newcomer meets first: the start page, the help by job, the project found upwards, the table of agents."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.running import answer, replace, run

from gsdc import __version__, data
from gsdc.cli import COMMANDS, GROUPS, main

POLICY = """\
profile: balanced
fleets: [gsd]
targets: {opencode: {path: opencode.json, create: true}}
overrides:
  - {agent: gsd-verifier, model: opus, reason: Billing moves money}
"""


@pytest.fixture
def project(tmp_path) -> Path:
    (tmp_path / "project/src/deep").mkdir(parents=True)
    (tmp_path / "project/.git").mkdir()
    (tmp_path / "project/gsdc.yaml").write_text(POLICY)
    return tmp_path / "project"


def alone(*arguments: str) -> Result:
    """Run gsdc in the working folder."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def agents_of(folder: Path, *arguments: str) -> dict[str, dict]:
    return {row["agent"]: row for row in answer(folder, "agents", *arguments)["agents"]}


@pytest.mark.parametrize("text", [None, POLICY, "profile: [broken\n"], ids=["no policy", "policy", "broken policy"])
def test_the_start_page_has_at_most_15_lines_and_a_next_step(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    if text:
        (tmp_path / "gsdc.yaml").write_text(text)
    shown = alone()
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) <= 15
    assert "\nnext " in shown.output


def test_the_help_lists_every_command_once_under_a_job():
    assert sum(map(len, GROUPS.values())) == len(COMMANDS)
    shown = alone("--help").output
    assert [job for job in GROUPS if f"\n{job}:\n" in shown] == list(GROUPS)


def test_a_short_option_shows_the_version():
    assert alone("-V").output == f"gsdc {__version__}\n"


def test_the_project_is_found_upwards(project, monkeypatch):
    monkeypatch.chdir(project / "src/deep")
    assert "Billing" in alone("explain", "gsd-verifier").output


def test_the_search_ends_at_the_top_of_the_repository(project, monkeypatch):
    (project / "src/.git").mkdir()
    monkeypatch.chdir(project / "src/deep")
    assert "Billing" not in alone("explain", "gsd-verifier").output


def test_nothing_is_searched_above_a_folder_that_is_in_no_repository(project, monkeypatch):
    (project / ".git").rmdir()
    monkeypatch.chdir(project / "src/deep")
    assert "Billing" not in alone("explain", "gsd-verifier").output


def test_the_nearest_of_two_projects_counts(project, monkeypatch):
    (project / "src/gsdc.yaml").write_text("fleets: [gsd]\n")
    monkeypatch.chdir(project / "src/deep")
    assert "Billing" not in alone("explain", "gsd-verifier").output


def test_init_writes_where_the_person_stands(project, monkeypatch):
    monkeypatch.chdir(project / "src")
    assert alone("init").exit_code == 0
    assert (project / "src/gsdc.yaml").is_file()
    assert (project / "gsdc.yaml").read_text() == POLICY


def test_agents_follow_the_policy_and_the_installed_files(project):
    row = agents_of(project)["gsd-verifier"]
    assert (row["model"], row["origin"]["path"], row["origin"]["line"]) == ("opus", "gsdc.yaml", 5)
    assert row["files"] == [{"target": "opencode", "path": "opencode.json", "installed": False}]
    run(project, "apply", "--yes")
    assert {file["installed"] for row in agents_of(project).values() for file in row["files"]} == {True}


def test_an_edit_of_one_agent_makes_no_other_outdated(project):
    run(project, "apply", "--yes")
    path = project / "opencode.json"
    edited = json.loads(path.read_text())
    edited["agent"]["gsd-planner"]["model"] = "anthropic/claude-haiku-5-5"
    path.write_text(json.dumps(edited))
    installed = {name: row["files"][0]["installed"] for name, row in agents_of(project).items()}
    assert [name for name, is_installed in installed.items() if not is_installed] == ["gsd-planner"]


def test_agents_are_filtered(project):
    everyone = agents_of(project)
    assert agents_of(project, "--role", "security").keys() == {
        name for name, row in everyone.items() if row["role"] == "security"
    }
    assert {row["model"] for row in agents_of(project, "--model", "haiku").values()} == {"haiku"}
    assert agents_of(project, "gsd-verifier").keys() == {"gsd-verifier"}


@pytest.mark.parametrize("option", [["gsd-verifyer"], ["--role", "secutiry"], ["--model", "opsu"]])
def test_an_unknown_name_is_answered_with_the_nearest(project, option):
    shown = run(project, "agents", *option, code=2)
    assert "did you mean" in shown.output


def test_phases_that_differ_have_rows_of_their_own(project):
    replace(project / "gsdc.yaml", "reason: Billing moves money", "reason: Billing, phases: [verification]")
    replace(project / "gsdc.yaml", "fleets: [gsd]", "fleets: [leo]")
    replace(project / "gsdc.yaml", "gsd-verifier", "VALIDATION")
    replace(project / "gsdc.yaml", "[verification]", "[EXEC]")
    rows = answer(project, "agents", "VALIDATION")["agents"]
    assert {tuple(row["phases"]): row["model"] for row in rows}["EXEC",] == "opus"
    assert len(rows) > 1


def test_shipped_files_are_named_by_their_folder(project):
    shown = run(project, "agents").output
    assert str(data.folder("profiles")) not in shown
    assert "profiles/fleets/gsd.yaml:" in shown
    assert str(data.folder("profiles")) not in run(project, "explain", "gsd-planner").output


def test_the_table_fits_a_terminal_of_100_columns(project):
    assert max(map(len, run(project, "agents").output.splitlines())) <= 100


@pytest.mark.parametrize(
    ("environment", "is_colored"),
    [
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({}, False),
    ],
)
def test_colour_follows_the_environment(project, monkeypatch, environment, is_colored):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run(project, "agents").output) is is_colored


@pytest.mark.parametrize("command", ["explain", "agents"])
def test_an_agent_of_the_person_is_unknown_before_init_which_is_named(tmp_path, command):
    agent = tmp_path / ".claude/agents/docs-writer.md"
    agent.parent.mkdir(parents=True)
    agent.write_text("---\nname: docs-writer\ndescription: Writes docs\nmodel: sonnet\n---\n")
    assert "`gsdc init --from .` makes your agents known" in run(tmp_path, command, "docs-writer", code=2).output
    run(tmp_path, "init", "--from", str(tmp_path))
    assert "sonnet" in run(tmp_path, command, "docs-writer").output
    assert "gsdc init" not in run(tmp_path, command, "docs-wrter", code=2).output


def test_a_fix_of_lint_is_in_no_history_and_the_help_says_so(tmp_path):
    path = tmp_path / ".claude/agents/security-reviewer.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\nname: security-reviewer\ndescription: Looks\nmodel: haiku\n---\n")
    run(tmp_path, "init")
    run(tmp_path, "lint", "--fix")
    assert "model: opus" in path.read_text()
    assert "nothing to roll back" in run(tmp_path, "rollback", "--yes").output
    help_ = " ".join(alone("lint", "--help").output.split())
    assert "is no change in the history, and `gsdc rollback` does not undo it" in help_


MOVED = "models: {opus: {release: claude-opus-7}, claude-opus-7: {rank: 34, provider: anthropic, context: 200000, "
MOVED += "ids: {claude: claude-opus-7, opencode: anthropic/claude-opus-7}, price: {input: 4, output: 20}}}\n"


@pytest.mark.parametrize(
    ("target", "before"), [("claude-code", "claude-opus-5-5"), ("opencode", "anthropic/claude-opus-5-5")]
)
def test_an_alias_that_moves_to_another_release_is_shown_with_it(tmp_path, target, before):
    policy = f"fleets: [leo]\ntargets: {{{target}: {{create: true}}}}\n"
    (tmp_path / "gsdc.yaml").write_text(policy)
    run(tmp_path, "apply", "--yes")
    (tmp_path / "gsdc.yaml").write_text(policy + MOVED)
    moved = f"{before}, effort high -> opus (opus 7), effort high: SECURITY"
    assert moved in run(tmp_path, "diff", code=1).output
    assert moved in run(tmp_path, "apply", "--yes").output
    assert "no agent gets another model" in run(tmp_path, "diff").output


def test_two_releases_of_an_alias_are_told_apart_in_json(tmp_path):
    policy = "fleets: [leo]\ntargets: {opencode: {create: true}}\n"
    (tmp_path / "gsdc.yaml").write_text(policy)
    run(tmp_path, "apply", "--yes")
    (tmp_path / "gsdc.yaml").write_text(policy + MOVED)
    (shift,) = answer(tmp_path, "diff", code=1)["semantic"]
    assert [shift[side]["release"] for side in ("before", "after")] == ["opus 5.5", "opus 7"]


@pytest.mark.parametrize("id_", ["claude-opus-7", "anthropic/claude-opus-6"])
def test_a_new_release_of_a_maker_is_declared_for_clients_that_lack_it(tmp_path, id_):
    """OpenCode finds a model only in its own catalog or in a file, also where the file has others of the provider."""
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {opencode: {create: true}}\n")
    run(tmp_path, "models", "add", id_, "--input", "4", "--output", "20")
    name = id_.rpartition("/")[2]
    run(tmp_path, "override", "STORIES", name, "--reason", "It is out today")
    run(tmp_path, "apply", "--yes")
    entry = json.loads((tmp_path / "opencode.json").read_text())["provider"]["anthropic"]["models"][name]
    assert entry["reasoning"] is True


def test_a_model_of_a_house_is_declared_by_its_provider(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\n")
    run(tmp_path, "models", "add", "house/own-model")
    assert "declare" not in (tmp_path / "gsdc.yaml").read_text()


def test_an_imported_older_release_is_said_to_hold_in_every_profile(tmp_path):
    (tmp_path / "opencode.json").write_text(
        '{"agent": {"docs-writer": {"description": "Writes docs", "mode": "subagent", "prompt": "x",'
        ' "model": "anthropic/claude-haiku-4-5"}}}'
    )
    shown = " ".join(run(tmp_path, "init", "--from", str(tmp_path)).output.split())
    assert (
        "haiku is claude-haiku-4-5 in every profile (1/5 $ per million tokens, not 0.1/0.5): "
        "remove `haiku` below `models` for claude-haiku-5-5"
    ) in shown
    replace(tmp_path / "gsdc.yaml", "haiku: {release: claude-haiku-4-5}", "{}")
    assert answer(tmp_path, "models", "show", "haiku")["release"] == "haiku 5.5"
