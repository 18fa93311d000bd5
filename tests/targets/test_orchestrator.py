"""The files of an orchestrator: seed 004's configuration, messages, and plans ready to be dispatched."""

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError
from tests.cli.running import answer, run
from tests.messages import MESSAGES

DEMO = Path(__file__).parents[1] / "projects" / "demo"
# Keys of an assignment that a dispatch file names otherwise or not at all.
SHARED = ("task_id", "prompt", "token_budget", "priority", "blockers_if_fail", "success_criteria", "assigned_to")


@pytest.fixture
def project(tmp_path):
    shutil.copytree(DEMO, tmp_path / "demo")
    (tmp_path / "demo/gsdc.yaml").write_text("fleets: [gsd]\ntargets: {orchestrator: {name: BILLING}}\n")
    (tmp_path / "demo/opencode.jsonc").unlink()  # it breaks a rule, which is another test's
    return tmp_path / "demo"


def schema(project, kind):
    return Draft202012Validator(json.loads(run(project, "schema", kind).stdout))


def dispatched(project):
    return [json.loads(path.read_text()) for path in sorted(project.glob("orchestrator/dispatch/**/*.json"))]


@pytest.mark.parametrize("kind", MESSAGES)
def test_the_messages_of_the_seed_are_valid_and_others_are_not(kind, project):
    validator, message = schema(project, kind), MESSAGES[kind]
    validator.validate(message)
    required = json.loads(run(project, "schema", kind).stdout)["required"]
    for broken in ({"extra": 1}, {required[0]: ""}, {"priority": "soon"}, {"timestamp": "later"}, {"status": "ok"}):
        with pytest.raises(ValidationError):
            validator.validate({**message, **broken})
    for key in required:
        with pytest.raises(ValidationError):
            validator.validate({name: value for name, value in message.items() if name != key})


def test_a_dispatch_file_has_all_that_an_executor_needs(project):
    run(project, "apply", "--yes")
    plans = dispatched(project)
    assert [plan["plan"] for plan in plans] == [f".planning/phases/03-billing/03-0{n}-PLAN.md" for n in (1, 2, 3)]
    validator = schema(project, "message-assignment")
    for plan in plans:
        done: set[str] = set()
        for batch in plan["batches"]:
            for task in batch["tasks"]:
                assert set(task["depends_on"]) <= done
                assert task["escalation"][-1:] in (["human"], [])
                if task["assigned_to"] != "human":
                    message = {key: task[key] for key in SHARED} | {"model": task["model_id"]}
                    validator.validate(message)
                    assert f"feat({plan['phase']}-{plan['number']}): {task['name']}" in task["prompt"]
            written = [file for task in batch["tasks"] for file in task["files"]]
            assert len(written) == len(set(written))
            done |= {task["task_id"] for task in batch["tasks"]}


def test_what_fails_names_what_it_blocks_and_security_climbs_to_a_person(project):
    run(project, "apply", "--yes")
    tasks = {task["task_id"]: task for plan in dispatched(project) for b in plan["batches"] for task in b["tasks"]}
    for task in tasks.values():
        for blocked in task["blockers_if_fail"]:
            assert task["task_id"] in tasks[blocked]["depends_on"]
    critical = [task for task in tasks.values() if task["class"] == "security" and task["model"]]
    assert critical
    for task in critical:
        assert task["priority"] == "critical"
        assert "haiku" not in (task["model"], *task["escalation"], *task["failover"])


def test_the_configuration(project):
    run(project, "apply", "--yes")
    config = json.loads((project / "orchestrator/orchestrator_config.json").read_text())
    assert config["name"] == "BILLING"
    assert config["budgets"]["daily"] == {"usd": 100}
    assert config["parallel"]["most"] == 5
    assert config["escalation"]["ladder"] == ["light", "standard", "heavy", "human"]
    assert {route["kind"] for route in config["routing"]} >= {"docs", "auth", "review"}
    assert list(config["routine"]) == ["morning", "mid-day", "evening", "anytime"]
    triggers = {each["trigger"]: (each["to"], each["do"]) for each in config["escalation"]["triggers"]}
    assert triggers["zone-red"] == ("human", "a person decides")
    assert triggers["security"] == ("standard at least", "assign it")
    assert triggers["audit"][0] == "gsd-security-auditor"
    assert triggers["incident"][0] == "opus"
    assert triggers["ladder-end"][0] == "human"
    assert {"attempts", "underestimated", "tokens"} <= triggers.keys()
    assert [config["routine"][name]["at"] for name in ("morning", "mid-day", "evening")] == ["08:00", "12:00", "17:00"]
    assert config["routine"]["anytime"]["steps"]
    assert config["messages"] == list(MESSAGES)


def test_a_zone_makes_work_wait_with_the_reason(project):
    (project / "gsdc.yaml").write_text(
        "fleets: [gsd]\nprofile: team\ntargets: {orchestrator: true}\n"
        "profiles: {team: {extends: balanced, zones: {red: {normal: defer}}}}\n"
    )
    run(project, "apply", "--yes", "--zone", "red")
    waiting = [t for plan in dispatched(project) for b in plan["batches"] for t in b["tasks"] if t["waits"]]
    assert waiting
    assert all("red" in task["waits"] and task["model_id"] is None for task in waiting)


def test_an_unknown_client_is_a_finding(project):
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {orchestrator: {client: claude-cod}}\n")
    assert 'did you mean "claude-code"' in run(project, "build", code=1).output


def test_an_edited_decision_is_drift_and_rollback_removes_all(project):
    run(project, "apply", "--yes")
    run(project, "apply", "--yes")
    path = project / "orchestrator/dispatch/03-billing/03-02-PLAN.json"
    text = path.read_text()
    path.write_text(text.replace('"model": "sonnet"', '"model": "haiku"', 1))
    line = text[: text.index('"model": "sonnet"')].count("\n") + 1
    assert f"03-02-PLAN.json:{line}" in run(project, "status", code=1).output
    path.write_text(text)
    run(project, "rollback", "--yes")
    assert not (project / "orchestrator").exists()


def test_the_command_prints_what_the_target_writes(project, monkeypatch):
    run(project, "apply", "--yes")
    monkeypatch.chdir(project)
    written = dispatched(project)
    assert written
    for plan in written:
        printed = answer(project, "dispatch", plan["plan"])
        assert {"_generated": plan["_generated"]} | printed == plan


def test_the_command_shows_a_table_and_refuses_what_it_cannot_hand_out(project, monkeypatch):
    monkeypatch.chdir(project)
    plan = ".planning/phases/03-billing/03-02-PLAN.md"
    shown = run(project, "dispatch", plan, "--zone", "red").stdout
    assert "zone red" in shown
    assert "gsd-executor" in shown
    assert 'did you mean "opencode"' in run(project, "dispatch", plan, "--client", "opencod", code=2).stderr
    assert plan in run(project, "dispatch", ".planning", code=2).stderr
    assert "has no tasks" in run(project, "dispatch", "gsdc.yaml", code=2).stderr
    assert "does not exist" in run(project, "dispatch", "nothing.md", code=2).stdout
