"""What ``gsdc apply`` writes into the files of clients: what decides, and no other byte; a rollback gives all back."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.policy.load import load
from gsdc.source.tree import Tree
from gsdc.targets.claude_code import view as claude_code

AGENTS = {
    "plain": (
        "---\nname: gsd-executor\ndescription: Executes\nmodel: haiku\n---\nDo it.\n",
        "model: haiku",
        "model: sonnet",
    ),
    "none": ("---\nname: gsd-executor\ndescription: Executes\n---\n", "tes\n---", "tes\nmodel: sonnet\n---"),
    "windows": (
        "---\r\nname: gsd-executor\r\ndescription: Executes\r\n# ours\r\n---\r\nBody\r\n",
        "# ours\r\n",
        "# ours\r\nmodel: sonnet\r\n",
    ),
    "quoted, with a comment": (
        "---\nmodel:  'haiku'   # cheap\nname: gsd-executor\ndescription: x\n---\n",
        "'haiku'",
        "'sonnet'",
    ),
    "spelled otherwise": (
        "---\nname: GSD_Executor\ndescription: x\nmodel: haiku\n---\nmodel: haiku\n",
        "model: haiku\n---",
        "model: sonnet\n---",
    ),
    "colons": (
        '---\nname: gsd-executor\ndescription: Use when: "x": y\nmodel: haiku\n---\n',
        "model: haiku",
        "model: sonnet",
    ),
    "twice": (
        "---\nname: gsd-executor\ndescription: x\nmodel: opus\nmodel: haiku\n---\n",
        "model: haiku",
        "model: sonnet",
    ),
    "inherits": (
        "---\nname: gsd-executor\ndescription: x\nmodel: inherit\ntools: Read, Grep\n---\n",
        "model: inherit",
        "model: sonnet",
    ),
}


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-code: true}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(project: Path, path: str, text: str) -> Path:
    place = project / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode())
    return place


def gsdc(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    return result.output


def found(*arguments: str) -> list[str]:
    result = CliRunner().invoke(main, ["--format", "json", *arguments])
    return [each["code"] for each in json.loads(result.stdout)["findings"]]


@pytest.mark.parametrize("name", AGENTS)
def test_only_the_model_of_an_agent_changes(name, project):
    before, old, new = AGENTS[name]
    agent = put(project, ".claude/agents/team/one.md", before)
    gsdc("apply", "--yes")
    assert agent.read_bytes().decode() == before.replace(old, new)
    assert "in sync" in gsdc("status")
    assert "nothing to" in gsdc("apply", "--yes")
    gsdc("rollback", "--yes")
    assert agent.read_bytes().decode() == before


def test_a_command_that_starts_an_agent_on_a_model_gets_the_agents(project):
    forked = "---\ndescription: x\nagent: gsd-planner\ncontext: fork\nmodel: haiku\n---\n"
    put(project, ".claude/agents/gsd-planner.md", "---\nname: gsd-planner\ndescription: x\nmodel: opus\n---\n")
    started = put(project, ".claude/commands/plan.md", forked)
    skill = put(project, ".claude/skills/plan/SKILL.md", forked)
    session = put(project, ".claude/commands/talk.md", "---\ndescription: x\nmodel: haiku\n---\n")
    gsdc("apply", "--yes")
    assert started.read_text() == skill.read_text() == forked.replace("haiku", "opus\neffort: high")
    assert "haiku" in session.read_text()


def test_the_effort_that_the_policy_decides_is_written_and_a_persons_is_left_where_it_decides_none(project):
    head = "---\nname: {}\ndescription: x\neffort: low\n---\n"
    planner = put(project, ".claude/agents/planner.md", head.format("gsd-planner"))
    executor = put(project, ".claude/agents/executor.md", head.format("gsd-executor"))
    gsdc("apply", "--yes")
    assert "effort: high\nmodel: opus\n" in planner.read_text()
    assert "effort: low\nmodel: sonnet\n" in executor.read_text()
    assert "in sync" in gsdc("status")
    planner.write_text(planner.read_text().replace("effort: high", "effort: max"))
    assert "in sync" not in gsdc("status", code=1)
    gsdc("rollback", "--yes", "--force")
    assert "effort: low" in executor.read_text()


def test_what_the_client_does_not_load_is_left_alone(project):
    texts = {
        "no-name.md": "---\ndescription: gsd-executor\n---\n",
        "none.md": "gsd-executor\n",
        "broken.md": "---\nname: gsd-executor\ndescription: x\n foo: [\n---\n",
        "stranger.md": "---\nname: reviewer\ndescription: x\nmodel: haiku\n---\n",
    }
    files = {name: put(project, f".claude/agents/{name}", text) for name, text in texts.items()}
    gsdc("build", "--out", "out")
    assert not (project / "out/.claude").exists()
    assert {name: file.read_text() for name, file in files.items()} == texts


def test_a_model_of_another_maker_is_told_and_not_written(project):
    put(project, ".claude/agents/x.md", "---\nname: gsd-doc-writer\ndescription: x\nmodel: opus\n---\n")
    (project / "gsdc.yaml").write_text(
        "fleets: [gsd]\ntargets: {claude-code: true}\noverrides:\n"
        "  - {agent: gsd-doc-writer, model: gpt-5.2, reason: A trial, until: 2099-01-01}\n"
    )
    assert "IF030" in found("build", "--out", "out")
    assert not (project / "out/.claude").exists()
    assert "IF003" not in found("lint")


def test_the_view_is_the_policy_after_apply(project):
    names = ("gsd-planner", "gsd-executor", "gsd-security-auditor", "gsd-codebase-mapper")
    for name in names:
        put(project, f".claude/agents/{name}.md", f"---\nname: {name}\ndescription: x\n---\n")
    gsdc("apply", "--yes")
    policy = load(project).policy
    assert policy is not None
    view = claude_code.view(Tree(project), policy)
    assert {each.claim.agent: each.claim.model for each in view.statements} == {
        "gsd-planner": "opus",
        "gsd-executor": "sonnet",
        "gsd-security-auditor": "opus",
        "gsd-codebase-mapper": "haiku",
    }
    assert not {"IF003", "IF005", "IF001"}.intersection(found("lint"))


def test_in_sync_is_said_of_the_client_as_a_whole(project):
    put(project, ".claude/agents/x.md", "---\nname: gsd-planner\ndescription: x\n---\n")
    gsdc("apply", "--yes")
    assert "claude-code  in sync" in gsdc("status")
    put(project, ".claude/settings.json", '{"env": {"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-haiku-5-5"}}')
    said = gsdc("status", code=1)
    assert "claude-code  overridden" in said
    assert ".claude/settings.json" in said


@pytest.mark.parametrize("command", [["lint"], ["status"], ["apply", "--dry-run"]])
def test_a_client_that_no_target_writes_is_said(command, project):
    put(project, ".claude/agents/x.md", "---\nname: gsd-planner\ndescription: x\nmodel: opus\n---\n")
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {plans: true}\n")
    result = CliRunner().invoke(main, command)
    assert "claude-code: 1 agent is not written by gsdc" in result.output


@pytest.mark.parametrize("command", [["lint"], ["status"], ["apply", "--dry-run"]])
def test_opencode_that_no_target_writes_is_said(command, project):
    put(project, "opencode.json", '{"agent": {"gsd-planner": {"model": "anthropic/claude-opus-4-6"}}}')
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {plans: true}\n")
    result = CliRunner().invoke(main, command)
    assert "opencode: 1 agent is not written by gsdc" in result.output


def test_an_agent_that_claude_code_does_not_have_is_added_on_request_and_goes_with_it(project):
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-code: {create: true}}\n")
    gsdc("apply", "--yes")
    names = {path.stem for path in (project / ".claude/agents").iterdir()}
    assert "gsd-planner" in names
    text = (project / ".claude/agents/gsd-planner.md").read_text()
    assert "Your task: Creates executable phase plans." in text
    assert "model: opus" in text
    assert "nothing to apply" in gsdc("apply", "--yes")
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-code: true}\n")
    gsdc("apply", "--yes")
    assert not (project / ".claude/agents/gsd-planner.md").exists()


def test_an_empty_entry_that_a_person_wrote_between_two_applies_stays(project):
    """An entry without keys is an agent too: what gsdc wrote into it goes and comes, the entry is the person's."""
    policy = "targets: {kilo: true}\nagents:\n"
    agents = [f"  {name}: {{role: docs, models: {{any: opus}}, description: x}}\n" for name in ("scribe", "tester")]
    put(project, "gsdc.yaml", policy + "".join(agents))
    place = put(project, "kilo.json", '{"agent": {"tester": {}}}')
    gsdc("apply", "--yes")
    put(project, "kilo.json", '{"agent": {"scribe": {}}}')
    gsdc("apply", "--yes", "--force")
    written = place.read_text()
    assert "claude-opus" in written
    for _ in range(2):
        assert "nothing to apply" in gsdc("apply", "--yes")
        assert place.read_text() == written
    put(project, "gsdc.yaml", policy + agents[1])
    gsdc("apply", "--yes")
    assert json.loads(place.read_text()) == {"agent": {"scribe": {}}}


@pytest.mark.parametrize("zone", ["green", "red"])
def test_a_client_is_in_sync_with_the_zone_that_was_applied_alone(zone, project):
    """The setting gives the model that another budget zone decides: that is not what was applied."""
    put(project, "gsdc.yaml", "targets: {claude-code: true}\nagents: {tester: {role: testing, models: {any: opus}}}\n")
    put(project, ".claude/agents/tester.md", "---\nname: tester\ndescription: Tests\nmodel: sonnet\n---\n")
    gsdc("apply", "--yes", "--zone", zone)
    assert "claude-code  in sync" in gsdc("status")
    decided = {"green": "opus", "red": "haiku"}
    other = decided["red" if zone == "green" else "green"]
    forced = {"CLAUDE_CODE_SUBAGENT_MODEL": other, "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"}
    put(project, ".claude/settings.json", json.dumps({"env": forced}))
    said = gsdc("status", code=1)
    assert f'"tester" runs on "{other}": the policy decides "{decided[zone]}"' in said
    again = gsdc("apply", "--yes", "--zone", zone)
    assert "nothing to apply" in again
    assert "claude-code does not run every agent as the policy decides: see `gsdc status`" in again
