"""``gsdc guard`` by its input and output: what a hook of Claude Code is told, and what it answers."""

import json
import os
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML
from tests.cli.running import run

from gsdc.cli import main
from gsdc.ledger.database import open_sqlite
from gsdc.ledger.event import Event
from gsdc.ledger.ledger import Ledger
from gsdc.models.catalog import releases
from gsdc.policy.breach import allows
from gsdc.policy.load import load
from gsdc.policy.model import State
from gsdc.policy.recognition import stand_in
from gsdc.targets.claude_code.hook import TABLE
from gsdc.transaction.store import Store

CASES = YAML(typ="safe").load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
AUDITOR, WRITER = "gsd-security-auditor", "gsd-doc-writer"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return ``project(options, yaml)``: a folder in which the guard is applied."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("CLAUDE_PROJECT_DIR", "CLAUDE_CODE_SUBAGENT_MODEL", "CLAUDE_CODE_EFFORT_LEVEL", "GSDC_LEDGER_URL"):
        monkeypatch.delenv(name, raising=False)

    def make(mode="deny", yaml="", agents=(AUDITOR, WRITER)):
        (tmp_path / ".claude/agents").mkdir(parents=True)
        (tmp_path / "gsdc.yaml").write_text(f"fleets: [gsd]\ntargets: {{claude-code: {{guard: {mode}}}}}\n{yaml}")
        for name in agents:
            (tmp_path / f".claude/agents/{name}.md").write_text(f"---\nname: {name}\ndescription: Works\n---\n")
        run(tmp_path, "apply", "--yes")
        return tmp_path

    return make


def guard(folder, agent="", tool="Agent", event="PreToolUse", asked=(), **more):
    """Return what the guard answers, {} where the agent may start."""
    given = {"subagent_type": agent} if agent else {}
    data = {"hook_event_name": event, "tool_name": tool, "cwd": str(folder), "tool_input": given | dict(asked), **more}
    done = CliRunner().invoke(main, ["guard", "claude-code"], input=json.dumps(data), catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout or "{}")


def denial(answer):
    return answer.get("hookSpecificOutput", answer).get("permissionDecisionReason", answer.get("reason", ""))


@pytest.mark.parametrize("name", CASES)
def test_starts(name, project, tmp_path, monkeypatch):
    case, folder = CASES[name], project()
    for path, text in case.get("files", {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for variable, value in case.get("environment", {}).items():
        monkeypatch.setenv(variable, value)
    lines = [
        {"type": "assistant", "version": entry.get("version", "2.1.332"), "message": {"model": entry["model"]}}
        for entry in case.get("transcript", ())
    ]
    transcript = tmp_path / "session.jsonl"
    transcript.write_text("".join(f"{json.dumps(line)}\n" for line in (*lines, {"type": "user"})))
    more = {"transcript_path": str(transcript), "command_name": case.get("command", "")}
    tool, event = case.get("tool", "Agent"), case.get("event", "PreToolUse")
    answer = guard(folder, case.get("agent", ""), tool, event, case.get("input", {}), **more)
    if "say" in case:
        assert case["say"] in denial(answer)
    else:
        assert answer == {}


def test_a_model_is_rewritten_and_the_rest_of_the_call_stays(project):
    answer = guard(project("rewrite"), AUDITOR, asked={"model": "haiku", "prompt": "p", "effort": "low"})
    changed = answer["hookSpecificOutput"]["updatedInput"]
    assert changed == {"subagent_type": AUDITOR, "model": "opus", "prompt": "p", "effort": "high"}
    assert "permissionDecision" not in answer["hookSpecificOutput"]
    assert 'it now starts with model "opus" and effort "high"' in answer["systemMessage"]


def test_where_nothing_can_be_rewritten_it_is_denied(project):
    folder = project("rewrite")
    (folder / ".claude/skills/audit").mkdir(parents=True)
    (folder / ".claude/skills/audit/SKILL.md").write_text(f"---\ncontext: fork\nagent: {AUDITOR}\nmodel: haiku\n---\n")
    assert "security-downgrade" in denial(guard(folder, tool="Skill", asked={"skill": "audit"}))


def test_a_warning_lets_it_start(project):
    answer = guard(project("warn"), AUDITOR, asked={"model": "haiku"})
    assert list(answer) == ["systemMessage"]


RED = """profile: team
profiles:
  team: {extends: balanced, budgets: {daily: {tokens: 1000}}, roles: {docs: light}}
agents:
  low-writer: {role: docs, criticality: low}
"""


def test_a_zone_defers_low_work_and_the_denial_is_logged(project):
    folder = project("deny", RED)
    assert guard(folder, "low-writer") == {}
    with open_sqlite(Store(folder), create=True) as database:
        ledger = Ledger(database)
        now = round(time.time() * 1000)
        ledger.add([Event("a", now, unsplit=990, model="haiku")])
        assert "zone red defers low work" in denial(guard(folder, "low-writer"))
        assert guard(folder, AUDITOR) == {}
        guard(folder, AUDITOR, asked={"model": "haiku"})
        logged = [event for event in ledger.events() if event.type == "guard"]
    assert [(event.agent, event.kind, event.written) for event in logged] == [
        ("low-writer", "deny", ""),
        (AUDITOR, "deny", "haiku"),
    ]


@pytest.mark.parametrize("broken", ["", "{}", "[", None])
def test_a_guard_that_fails_stops_security_agents_and_lets_others_start_and_says_so(broken, project):
    folder = project()
    (folder / TABLE).unlink()
    if broken is not None:
        (folder / TABLE).write_text(broken)
    assert "does not start until this is fixed" in denial(guard(folder, AUDITOR))
    answer = guard(folder, WRITER)
    assert "starts without a check" in answer["systemMessage"]
    assert "hookSpecificOutput" not in answer


ODD = ("", "null", "[]", "{", '{"tool_input": 5}', '{"tool_name": "Agent", "tool_input": {"subagent_type": []}}')


@pytest.mark.parametrize("text", ODD)
def test_odd_input_is_answered(text, project, monkeypatch):
    monkeypatch.chdir(project())
    done = CliRunner().invoke(main, ["guard", "claude-code"], input=text, catch_exceptions=False)
    assert done.exit_code == 0
    assert not done.stdout or json.loads(done.stdout)


def test_a_second_build_changes_nothing_and_a_removed_hook_is_drift(project):
    folder = project()
    settings = folder / ".claude/settings.json"
    assert "changed" not in run(folder, "apply", "--yes", code=0).output
    data = json.loads(settings.read_text())
    data["hooks"]["PreToolUse"] = [{"matcher": "Bash", "hooks": []}]
    settings.write_text(json.dumps(data, indent=2))
    assert "settings.json:3:" in run(folder, "status", code=1).output


def test_the_guard_goes_where_its_option_goes(project):
    folder = project()
    (folder / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-code: true}\n")
    run(folder, "apply", "--yes")
    assert not (folder / TABLE).exists()


def test_work_that_is_a_person_s_is_a_rule_of_permission(project):
    rule = "never-break: {by-hand: {when: {agent: [gsd-doc-writer]}, require: {defer: true}, why: Ours to write}}"
    folder = project("deny", f"profile: team\nprofiles:\n  team: {{extends: balanced, {rule}}}\n", [AUDITOR])
    denied = json.loads((folder / ".claude/settings.json").read_text())["permissions"]["deny"]
    assert denied == ["Agent(gsd-doc-writer)", "Workflow"]
    assert "by-hand" in denial(guard(folder, WRITER))


@pytest.mark.parametrize(
    ("asked", "environment"),
    [
        ({"model": "claude-haiku-4-5"}, {}),
        ({"model": "haiku"}, {"ANTHROPIC_DEFAULT_HAIKU_MODEL": "claude-haiku-4-5"}),
        ({}, {"CLAUDE_CODE_SUBAGENT_MODEL": "haiku", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"}),
    ],
)
def test_the_transcript_is_not_opened_where_it_decides_nothing(project, monkeypatch, asked, environment):
    folder = project()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    os.mkfifo(folder / "session.jsonl")  # to open it takes until somebody writes
    answer = guard(folder, AUDITOR, asked=asked, transcript_path=str(folder / "session.jsonl"))
    assert "security-downgrade" in denial(answer)


def test_an_agent_that_no_rule_speaks_of_starts_without_a_look_at_the_transcript(project):
    folder = project()
    os.mkfifo(folder / "session.jsonl")
    assert guard(folder, WRITER, asked={"model": "inherit"}, transcript_path=str(folder / "session.jsonl")) == {}


def answered(model, call):
    """Return a transcript's line of an answer by ``model`` that calls a tool as ``call``."""
    content = [{"type": "tool_use", "id": call}]
    message = {"model": model, "content": content}
    return json.dumps({"type": "assistant", "version": "2.1.332", "message": message}) + "\n"


@pytest.mark.parametrize("delay", [0, 0.1])
def test_the_answer_that_calls_counts_and_not_an_earlier_one_on_another_model(project, delay):
    """Claude Code may write it after it has started the hook."""
    folder = project()
    transcript = folder / "session.jsonl"
    transcript.write_text(answered("claude-opus-5-5", "toolu_1"))
    later = transcript.read_text() + answered("claude-sonnet-5-5", "toolu_2")
    writer = threading.Timer(delay, lambda: transcript.write_text(later))
    writer.start()
    more = {"asked": {"model": "inherit"}, "transcript_path": str(transcript), "tool_use_id": "toolu_2"}
    assert "claude-sonnet-5-5" in denial(guard(folder, AUDITOR, **more))
    writer.join()


def test_an_earlier_answer_counts_where_that_of_the_call_is_never_written(project):
    folder = project()
    transcript = folder / "session.jsonl"
    transcript.write_text(answered("claude-opus-5-5", "toolu_1"))
    more = {"asked": {"model": "inherit"}, "transcript_path": str(transcript), "tool_use_id": "toolu_2"}
    assert guard(folder, AUDITOR, **more) == {}


RELEASES = [entry["ids"]["claude"] for entry in releases().values() if "claude" in entry["ids"]]


def test_the_table_judges_every_release_as_the_policy_does(project):
    """Each in every spelling that the table takes for it; the policy is not loaded, which costs a third of a second."""
    folder = project()
    policy = load(folder).policy
    assert policy is not None
    rules = [rule for rule in policy.never_break.values() if rule.name in ("security-downgrade", "critical-downgrade")]
    (folder / "gsdc.yaml").write_text("profile: nobody\n")  # the guard fails wherever it asks the policy
    for written in [release + mark for release in RELEASES for mark in ("", "-20260101", "[1m]", "-20260101[1m]")]:
        model = stand_in(policy.models, "claude", written)
        is_allowed = all(allows(policy, rule, State(AUDITOR, "EXECUTE"), model) for rule in rules)
        answer = denial(guard(folder, AUDITOR, asked={"model": written}))
        assert (answer == "") is is_allowed, (written, answer)
        assert "failed" not in answer


def test_ids_without_their_provider_are_in_the_table(project):
    """The policy itself is not loaded for them: it would take longer than a hook has."""
    folder = project()
    policy = load(folder).policy
    assert policy is not None
    opus, haiku = (policy.models[alias].ids["opencode"].removeprefix("anthropic/") for alias in ("opus", "haiku"))
    (folder / "gsdc.yaml").write_text("profile: nobody\n")  # with it, the guard fails wherever it asks the policy
    assert guard(folder, AUDITOR, asked={"model": opus}) == {}
    assert "security-downgrade" in denial(guard(folder, AUDITOR, asked={"model": haiku}))
