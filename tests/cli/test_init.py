"""``gsdc init`` on the command line; what it takes over from clients is tested in tests/importer."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.running import run as gsdc

from gsdc.cli import main
from gsdc.policy.sources import shipped_names

AGENT = '{"agent": {"tester": {"model": "openai/gpt-5.2"}, "team/x": {"model": "openai/gpt-5.2"}}}'


def run(folder: Path, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["--project", str(folder), "init", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_from_writes_gsdc_yaml_into_the_project(tmp_path):
    (tmp_path / "from").mkdir()
    (tmp_path / "to").mkdir()
    (tmp_path / "from/opencode.json").write_text(AGENT)
    output = run(tmp_path / "to", "--from", str(tmp_path / "from")).output
    assert "OpenCode: 2 agents: gpt-5.2 (2)" in output
    assert output.endswith("next: `gsdc apply` installs the policy; `gsdc rollback` undoes it\n")
    assert files(tmp_path / "from") == {"opencode.json"}
    assert "tester: {role: testing}" in (tmp_path / "to/gsdc.yaml").read_text("utf-8")
    assert ".gsdc/schemas/project.schema.json" in files(tmp_path / "to")


def test_from_a_relative_folder_is_that_of_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "opencode.json").write_text(AGENT)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["init", "--from", "."])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "gsdc.yaml").is_file()


def test_as_json(tmp_path):
    (tmp_path / "opencode.json").write_text(AGENT)
    data = json.loads(run(tmp_path, "--from", str(tmp_path), "--format", "json").stdout)
    assert data["clients"] == [
        {"name": "OpenCode", "files": ["opencode.json"], "agents": 2, "models": {"gpt-5.2": 2}},
    ]
    assert data["guessed"] == ["role testing: tester"]
    assert data["left_out"] == ['agent "team/x": a name in gsdc.yaml has letters, digits, and . _ - only']
    assert data["held"] == []
    assert "added" not in data
    assert data["path"] == (tmp_path / "gsdc.yaml").as_posix()
    assert [step.split("`")[1] for step in data["next_steps"]] == ["gsdc agents", "gsdc apply"]


def test_a_dry_run_prints_what_would_be_written_and_writes_nothing(tmp_path):
    (tmp_path / "opencode.json").write_text(AGENT)
    for source in ([], ["--from", str(tmp_path)]):
        printed = run(tmp_path, *source, "--dry-run").stdout
        as_json = json.loads(run(tmp_path, *source, "--dry-run", "--format", "json").stdout)
        assert files(tmp_path) == {"opencode.json"}
        run(tmp_path, *source)
        assert (tmp_path / "gsdc.yaml").read_text("utf-8") == printed == as_json["text"]
        run(tmp_path, *source, "--dry-run")  # that there is a gsdc.yaml is no reason not to look
        (tmp_path / "gsdc.yaml").unlink()
        for schema in (tmp_path / ".gsdc/schemas").iterdir():
            schema.unlink()


@pytest.mark.parametrize("profile", [name for name in shipped_names() if name != "base"])
def test_a_profile_that_is_named_is_the_one_to_extend(tmp_path, profile):
    (tmp_path / "opencode.json").write_text(AGENT)
    said = f"  profile imported, which extends {profile}; no fleet\n"
    assert said in run(tmp_path, "--from", str(tmp_path), "--profile", profile).output
    assert f"extends: {profile}\n" in (tmp_path / "gsdc.yaml").read_text("utf-8")


@pytest.mark.parametrize("text", [None, "{}", "{", '{"model": "openai/gpt-5.2"}', '{"agent": {"a/b": {}}}'])
def test_where_there_is_nothing_to_import_it_says_so(tmp_path, text):
    if text is not None:
        (tmp_path / "opencode.json").write_text(text)
    output = run(tmp_path, "--from", str(tmp_path), code=2).output
    assert "sets the model of an agent" in output
    assert "gsdc.yaml" not in files(tmp_path)


def test_where_every_agent_is_misspelt_it_points_to_lint(tmp_path):
    (tmp_path / "opencode.json").write_text('{"agent": {"gsd-planer": {"model": "openai/gpt-5.2"}}}')
    assert "run `gsdc lint`" in run(tmp_path, "--from", str(tmp_path), code=2).output
    lint = CliRunner().invoke(main, ["--project", str(tmp_path), "lint"])
    assert '"gsd-planner"' in lint.output


def test_a_gsdc_yaml_that_is_there_stays_unless_forced(tmp_path):
    (tmp_path / "opencode.json").write_text(AGENT)
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\n")
    assert "--force" in run(tmp_path, code=2).output
    assert (tmp_path / "gsdc.yaml").read_text() == "fleets: [leo]\n"
    run(tmp_path, "--from", str(tmp_path), "--force")
    assert "fleets: []\n" in (tmp_path / "gsdc.yaml").read_text("utf-8")


@pytest.mark.parametrize("source", ["missing", "opencode.json"])
def test_what_is_no_folder(tmp_path, source):
    (tmp_path / "opencode.json").write_text(AGENT)
    assert run(tmp_path, "--from", str(tmp_path / source), code=2).exit_code == 2


def test_files_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "opencode.json").write_text(AGENT)
    (tmp_path / ".planning").mkdir()
    (tmp_path / ".planning/config.json").write_text('{"model_profile": "quality",}')
    assert "not imported:" in (output := run(tmp_path, "--from", str(tmp_path)).output)
    assert ".planning/config.json:1:29: GSD ignores this file" in output


def test_what_files_say_never_drives_the_terminal(tmp_path):
    evil = "\x1b[31mred\x1b[0m\u202e"
    entry = {"model": f"a/{evil}", "description": f"Tests {evil}", "temperature": 0.1}
    (tmp_path / "opencode.json").write_text(json.dumps({"agent": {"tester": entry, f"x{evil}": entry, "docs": {}}}))
    for arguments in ([], ["--dry-run"]):
        output = run(tmp_path, "--from", str(tmp_path), *arguments).output
        assert "\x1b" not in output
        assert "\u202e" not in output


def test_the_top_of_a_monorepo_names_the_folders_below(tmp_path):
    for name in ("packages/web", "packages/api"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "opencode.json").write_text(AGENT)
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "init", "--from", str(tmp_path)])
    assert result.exit_code == 2
    assert 'in a folder below that has clients\' files: "packages/api", "packages/web"' in result.output
    assert not (tmp_path / "gsdc.yaml").exists()


def test_what_init_wrote_can_be_deleted_as_it_says(tmp_path):
    """`gsdc init` is no change of the history, so a rollback of all changes leaves its files, and says so."""
    (tmp_path / ".claude/agents").mkdir(parents=True)
    (tmp_path / ".claude/agents/writer.md").write_text("---\nname: writer\ndescription: Writes\n---\nWrite.\n")
    before = {*tmp_path.rglob("*")}
    shown = run(tmp_path).output
    assert "/gsdc.yaml and .gsdc/schemas/: delete both to undo this\n" in shown
    new = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path not in before}
    assert all(path == "gsdc.yaml" or path.startswith(".gsdc") for path in new)
    gsdc(tmp_path, "apply", "--yes")
    undo = "gsdc.yaml stays: delete it and .gsdc/ to undo `gsdc init`\n"
    assert undo in gsdc(tmp_path, "rollback", "--to", "0", "--yes").output
    assert gsdc(tmp_path, "rollback", "--to", "0", "--yes").output.endswith(undo)
    (tmp_path / "gsdc.yaml").unlink()
    shutil.rmtree(tmp_path / ".gsdc")
    assert {*tmp_path.rglob("*")} == before


def test_init_force_names_the_previous_file(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\n")
    shown = run(tmp_path, "--force").output
    assert "the previous file is kept as .gsdc/gsdc.yaml.old" in shown
    assert (tmp_path / ".gsdc/gsdc.yaml.old").read_text() == "fleets: [leo]\n"
