"""``gsdc lint MESSAGE.json``: the three messages of an orchestrator (seed 004, "Communication Protocol")."""

import json

import pytest
from tests.cli.running import answer, run
from tests.messages import MESSAGES

ASSIGNMENT, STATUS, BLOCKER = (MESSAGES[f"message-{name}"] for name in ("assignment", "status", "blocker"))


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(project, text: str, code: int = 1) -> list[tuple[int, int, str]]:
    """Return line, column and code of each finding about a message."""
    (project / "message.json").write_text(text)
    findings = answer(project, "lint", "message.json", code=code)["findings"]
    assert all(finding["path"] == "message.json" for finding in findings)
    return [(finding["line"], finding["column"], finding["code"]) for finding in findings]


@pytest.mark.parametrize("message", [ASSIGNMENT, STATUS, BLOCKER], ids=["assignment", "status", "blocker"])
def test_the_messages_of_the_seed_are_clean(project, message):
    assert found(project, json.dumps(message, indent=2), code=0) == []


@pytest.mark.parametrize(
    ("message", "key", "value"),
    [
        (ASSIGNMENT, "day", 0),
        (ASSIGNMENT, "token_budget", "2000"),
        (ASSIGNMENT, "blockers_if_fail", ["a", "a"]),
        (ASSIGNMENT, "effort", "hard"),
        (STATUS, "status", "done"),
        (STATUS, "quality_score", 11),
        (STATUS, "completedAt", "yesterday"),
        (BLOCKER, "alert_type", "blockade"),
        (BLOCKER, "action_required", "yes"),
    ],
)
def test_a_wrong_value_has_its_place(project, message, key, value):
    text = json.dumps({**message, key: value}, indent=1)
    line, column = place(text, f'"{key}": ')
    assert found(project, text) == [(line, column + len(f'"{key}": '), "SC002")]


@pytest.mark.parametrize(("message", "key"), [(ASSIGNMENT, "priorty"), (STATUS, "state"), (BLOCKER, "status_")])
def test_an_unknown_key_has_its_place(project, message, key):
    text = json.dumps({**message, key: "low"}, indent=1)
    assert found(project, text) == [(*place(text, f'"{key}"'), "SC001")]


def place(text: str, part: str) -> tuple[int, int]:
    """Return line and column, from 1, of the first ``part`` in ``text``."""
    before = text[: text.index(part)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def test_what_is_missing_is_named(project):
    (project / "message.json").write_text('{"prompt": "x", "sprint": 1}')
    output = run(project, "lint", "message.json", code=1).output
    assert '"task_id" is missing' in output
    assert '"model" is missing' in output


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"task_id": "x",\n "status": }', [(2, 12, "JS001")]),
        ('{"task_id": "x", // why\n "status": "failed"}', [(1, 18, "JS001")]),
        ('{"task_id": "x", "status": "failed", "status": "queued"}', [(1, 38, "JS002")]),
        ('{"task_id": "x", "priority": "low"}', [(1, 1, "IN003")]),  # an assignment or an alert
        ('{"name": "a package", "version": "1"}', [(1, 1, "IN003")]),
        ("[1, 2]", [(1, 1, "IN003")]),
        ("null", [(1, 1, "IN003")]),
        ("", [(1, 1, "JS001")]),
    ],
)
def test_what_is_no_message_is_told(project, text, wanted):
    code = 0 if wanted[0][2] == "JS002" else 1
    assert found(project, text, code=code) == wanted


@pytest.mark.parametrize("name", ["SECURITY", "security"])
def test_an_assignment_keeps_the_never_break_rules(project, name):
    message = {"task_id": "x", "model": "haiku", "prompt": "Audit it", "assigned_to": name}
    assert found(project, json.dumps(message)) == [(1, 27, "NB001")]
    assert found(project, json.dumps({**message, "model": "opus"}), code=0) == []
    assert found(project, json.dumps({**message, "model": "claude-haiku-4-5"})) == [(1, 27, "NB001")]


def test_a_rule_of_some_phases_says_nothing_about_a_message_without_a_phase(project):
    message = {"task_id": "x", "model": "haiku", "prompt": "Look at it", "assigned_to": "VALIDATION"}
    assert found(project, json.dumps(message), code=0) == []


def test_a_secret_in_a_prompt_is_told_and_not_shown(project):
    secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    message = {"task_id": "x", "model": "haiku", "prompt": f"Use {secret}"}
    (project / "message.json").write_text(json.dumps(message))
    output = run(project, "lint", "message.json", code=1).output
    assert "NB006" in output
    assert secret not in output


def test_a_trailing_comma_is_told(project):
    ((line, _, code),) = found(project, '{"task_id": "x", "status": "failed",}')
    assert (line, code) == (1, "JS001")  # releases of Python differ in the column
