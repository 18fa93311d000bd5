"""``gsdc doctor``: what is here, never a secret, and the next step."""

import json

import pytest
from tests.cli.running import answer, run

POLICY = "profile: balanced\nfleets: [gsd]\ntargets: {opencode: {path: opencode.json}}\n"
AGENT = "---\nname: docs-writer\ndescription: Writes\nmodel: sonnet\n---\nWork.\n"
KEY = "ANTHROPIC_API_KEY"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(POLICY)
    return tmp_path


def client(data: dict, name: str) -> dict:
    (found,) = (each for each in data["clients"] if each["name"] == name)
    return found


def install(folder, name: str, package: str):
    """Put a program on a path as npm does: a link to a file below a package.json."""
    (folder / "lib/bin").mkdir(parents=True)
    (folder / "lib/package.json").write_text(package)
    program = folder / "lib/bin/cli"
    program.write_text("#!/bin/sh\nexit 99\n")
    program.chmod(0o755)
    (folder / name).symlink_to(program)


def test_an_installed_client_is_named_with_its_version_and_not_run(project, tmp_path, monkeypatch):
    install(tmp_path / "bin", "claude", json.dumps({"version": "2.1.300"}))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = client(answer(project, "doctor"), "claude-code")
    assert (found["version"], found["program"]) == ("2.1.300", str(tmp_path / "bin/claude"))
    assert found["measured"]
    assert "2.1.300" in run(project, "doctor").output


@pytest.mark.parametrize("package", ["[]", "{", '{"version": 3}', ""])
def test_a_version_that_cannot_be_told_is_unknown(project, tmp_path, monkeypatch, package):
    install(tmp_path / "bin", "opencode", package)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert client(answer(project, "doctor"), "opencode")["version"] is None
    assert "unknown" in run(project, "doctor").output


def test_the_table_says_which_clients_have_a_target(project):
    (project / ".claude/agents").mkdir(parents=True)
    (project / ".claude/agents/docs-writer.md").write_text(AGENT)
    (project / "opencode.json").write_text("{}")
    lines = run(project, "doctor").output.splitlines()
    [head] = [line for line in lines if line.split()[:2] == ["client", "version"]]
    ends = {line.split("  ")[1]: line.split()[-1] for line in lines if line.split()[-1:] in (["yes"], ["no"])}
    assert head.split()[-1] == "target"
    assert ends == {"Claude Code": "no", "OpenCode": "yes"}


def test_files_of_a_client_without_a_target_are_a_next_step(project):
    (project / ".claude/agents").mkdir(parents=True)
    (project / ".claude/agents/docs-writer.md").write_text(AGENT)
    data = answer(project, "doctor")
    assert client(data, "claude-code")["files"] == [".claude/agents/docs-writer.md"]
    assert [step for step in data["next"] if "`claude-code: true`" in step]
    assert [step for step in data["next"] if "opencode" in step] == []


@pytest.mark.parametrize("value", ["sk-ant-0123456789", ""])
def test_a_key_is_set_or_not_and_its_value_is_never_shown(project, monkeypatch, value):
    monkeypatch.setenv(KEY, value or "unused")
    if not value:
        monkeypatch.delenv(KEY)
    data = answer(project, "doctor")
    assert [one["set"] for one in data["variables"] if one["name"] == KEY] == [bool(value)]
    for shown in (json.dumps(data), run(project, "doctor").output):
        assert not value or value not in shown


def test_the_variable_of_an_own_provider_is_asked_for(project):
    (project / "gsdc.yaml").write_text(
        "fleets: [gsd]\nproviders: {house: {base-url: 'https://a.example.org/v1', key-variable: HOUSE_KEY}}\n"
        "models: {coder: {rank: 22, provider: house, ids: {opencode: house/coder}, price: {input: 1, output: 2},"
        " context: 128000}}\nprofile: mine\nprofiles: {mine: {extends: balanced, agents: {gsd-doc-writer: coder}}}\n"
    )
    assert [one["purpose"] for one in answer(project, "doctor")["variables"] if one["name"] == "HOUSE_KEY"] == [
        "key of house: 1 agent"
    ]


@pytest.mark.parametrize(
    ("text", "code", "step"),
    [(None, 0, "gsdc init"), ("profile: [broken\n", 1, "gsdc lint"), (POLICY, 0, "gsdc status")],
    ids=["no policy", "broken", "policy"],
)
def test_there_is_a_next_step(tmp_path, text, code, step):
    if text is not None:
        (tmp_path / "gsdc.yaml").write_text(text)
    shown = run(tmp_path, "doctor", code=code).output
    assert step in shown.split("\nnext ", 1)[1]


def test_it_writes_nothing(project):
    run(project, "doctor")
    assert [path.name for path in project.iterdir()] == ["gsdc.yaml"]
