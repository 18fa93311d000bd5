"""What get-shit-done runs a plan on: all tasks on the model of its executor, in ``cost``, ``graph`` and ``explain``."""

from pathlib import Path

import pytest
from tests.cli.running import answer, run

PLAN = "01-01-PLAN.md"
TASKS = """\
---
phase: 01-a
plan: 01
---
<task type="auto">
  <name>Task 1: Add the list</name>
  <files>src/list.ts</files>
  <action>Add it</action>
</task>
<task type="auto">
  <name>Task 2: Security review of the login</name>
  <files>docs/login-review.md</files>
  <action>Review it</action>
</task>
<task type="checkpoint:human-verify">
  <what-built>The list</what-built>
</task>
"""
NOTE = "get-shit-done itself runs all tasks of a plan on the model of gsd-executor: sonnet"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of get-shit-done with one plan."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n")
    (tmp_path / PLAN).write_text(TASKS)
    return tmp_path


def test_cost_prices_a_plan_as_get_shit_done_runs_it(project):
    found = answer(project, "cost", PLAN)["plans"][0]["profiles"]
    for one in found:
        executed = one["plan_executor"]
        expected = "opus" if one["profile"] == "quality" else "sonnet"
        assert (executed["agent"], executed["model"]) == ("gsd-executor", expected)
        assert executed["usd"] == one["against"][expected]["usd"]
    balanced = found[0]
    assert balanced["usd"] != balanced["plan_executor"]["usd"]
    shown = run(project, "cost", PLAN).output
    assert f"  {NOTE}, for ${balanced['plan_executor']['usd']:.3f}\n" in shown
    assert "$ in gsd" in shown


def test_the_executor_also_runs_what_the_policy_defers(project):
    """A deferred task costs nothing on its own model, but get-shit-done does not read that it waits."""
    (project / PLAN).write_text(TASKS.replace("Security review of the login", "Review the code of the list"))
    one = answer(project, "cost", PLAN, "--zone", "red")["plans"][0]["profiles"][0]
    assert one["tasks"][1]["model"] is None
    assert one["plan_executor"]["model"] == "haiku"
    assert one["plan_executor"]["tokens"] > one["tokens"]


def test_several_plans_add_up_in_get_shit_done(project):
    (project / "01-02-PLAN.md").write_text(TASKS.replace("plan: 01", "plan: 02"))
    data = answer(project, "cost", PLAN, "01-02-PLAN.md")
    parts = [plan["profiles"][0]["plan_executor"]["usd"] for plan in data["plans"]]
    assert data["total"][0]["plan_executor"]["usd"] == pytest.approx(sum(parts), abs=1e-5)


def test_a_deferred_executor_has_no_price(project):
    (project / "gsdc.yaml").write_text(
        "agents: {runner: {role: implementation, criticality: high, names: {gsd: gsd-executor}}}\n"
    )
    executed = answer(project, "cost", PLAN, "--zone", "red")["total"][0]["plan_executor"]
    assert executed == {"agent": "runner", "model": None, "tokens": 0, "usd": 0}
    assert "on the model of runner: deferred\n" in run(project, "cost", PLAN, "--zone", "red").output


@pytest.mark.parametrize("style", ["text", "dot", "mermaid"])
def test_graph_says_on_which_model_a_plan_is_run(project, style):
    assert NOTE in run(project, "graph", PLAN, "--format", style).output
    assert answer(project, "graph", PLAN)["plan_executor"] == {"agent": "gsd-executor", "model": "sonnet"}


@pytest.mark.parametrize("command", [("cost", PLAN), ("graph", PLAN), ("explain", f"{PLAN}#1")])
def test_a_fleet_without_an_executor_of_get_shit_done_has_no_such_note(project, command):
    (project / "gsdc.yaml").write_text("fleets: [leo]\n")
    assert "get-shit-done" not in run(project, *command).output


def test_profiles_that_give_every_task_the_same_model_are_named(project):
    shown = run(project, "cost", PLAN).output
    assert "  research gives every task the same model as balanced\n" in shown
    same = "gives every task the same model as balanced, at another effort, which the estimate does not count"
    costs = {one["profile"]: one["usd"] for one in answer(project, "cost", PLAN)["total"]}
    assert (costs["budget"] == costs["balanced"]) is (f"budget {same}" in shown)
    assert "quality gives" not in shown


def test_the_opening_of_a_plan_is_named_where_it_counts(project):
    first, second = (answer(project, "explain", f"{PLAN}#{number}")["estimate"] for number in (1, 2))
    assert second["opening"] == 0
    assert 25_000 < first["opening"] < first["tokens"]
    said = f"with {first['opening']:,} for the executor's prompt, the plan and its references"
    assert said in run(project, "explain", f"{PLAN}#1").output
    assert "executor's prompt" not in run(project, "explain", f"{PLAN}#2").output
    assert f"the first task counts {first['opening']:,} tokens of the prompt" in run(project, "cost", PLAN).output


def test_an_estimate_of_a_person_has_no_opening(project):
    stated = "  <metrics><estimated-tokens>2000</estimated-tokens></metrics>\n</task>"
    (project / PLAN).write_text(TASKS.replace("</task>", stated, 1))
    assert answer(project, "explain", f"{PLAN}#1")["estimate"]["opening"] == 0
    assert "the first task counts" not in run(project, "cost", PLAN).output
