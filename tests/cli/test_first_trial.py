"""Faults that new users met in a first trial, where no other test holds them."""

import re

import pytest
from tests.cli.running import answer, run

from gsdc.policy.load import load
from gsdc.policy.sources import shipped_names


@pytest.mark.parametrize("profile", [name for name in shipped_names() if name != "base"])
def test_shipped_budgets_in_tokens_and_dollars_agree(tmp_path, profile):
    """A week's tokens on the dearest model cost about what the week may cost: 500,000 tokens stood beside $300."""
    policy = load(tmp_path, profile=profile).policy
    for budget in (policy.budgets.get(period, {}) for period in ("daily", "weekly")):
        if {"tokens", "usd"} <= budget.keys():
            opus = policy.models["opus"]
            least, most = (budget["tokens"] * price / 1e6 for price in (opus.input_price, opus.output_price))
            assert least / 2 <= budget["usd"] <= most


def test_lint_leaves_builds_alone(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {claude-code: {create: true}}\n")
    run(tmp_path, "build")
    agent = tmp_path / "build/balanced/.claude/agents/gsd-security-auditor.md"
    agent.write_text(re.sub("model: .*", "model: haiku", agent.read_text()))
    plan = tmp_path / "build/balanced/.planning/phases/01-a/01-01-PLAN.md"
    plan.parent.mkdir(parents=True)
    plan.write_text("no plan")
    assert not [one for one in answer(tmp_path, "lint")["findings"] if one["path"].startswith("build/")]


@pytest.mark.parametrize("command", ["apply", "apply --yes", "apply --dry-run"])
def test_apply_in_an_empty_folder_writes_nothing_and_says_what_comes_first(tmp_path, command):
    shown = run(tmp_path, *command.split(), code=2).output
    assert "run `gsdc init` first" in shown
    assert not [*tmp_path.iterdir()]


def test_agents_without_a_policy_says_whose_they_are(tmp_path):
    first = run(tmp_path, "agents").output.splitlines()[0]
    assert first.startswith("no gsdc.yaml here: the defaults for gsd")


def test_a_client_without_agents_is_not_made_a_target(tmp_path):
    """Its note "nothing is written" came with every command."""
    (tmp_path / "opencode.json").write_text('{"$schema": "https://opencode.ai/config.json"}\n')
    (tmp_path / ".claude/agents").mkdir(parents=True)
    (tmp_path / ".claude/agents/writer.md").write_text("---\nname: writer\ndescription: Writes\nmodel: sonnet\n---\n")
    run(tmp_path, "init", "--from", str(tmp_path))
    assert "# opencode: {path: opencode.json}  # it has no agents yet" in (tmp_path / "gsdc.yaml").read_text()
    assert "note" not in run(tmp_path, "status", code=1).output


@pytest.mark.parametrize("some_applied", [False, True])
def test_agents_of_a_large_fleet_have_one_line_each_at_80_columns(tmp_path, monkeypatch, some_applied):
    monkeypatch.setenv("COLUMNS", "80")
    if some_applied:
        (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {gsd: {}, claude-md: {paths: [CLAUDE.md]}}\n")
        (tmp_path / ".planning").mkdir()
        (tmp_path / ".planning/config.json").write_text('{"model_profile": "balanced"}\n')
    lines = run(tmp_path, "agents").output.splitlines()
    assert ("applied" in lines[1]) is some_applied
    head = next(number for number, line in enumerate(lines) if line.startswith("agent "))
    assert len(lines) - head - 1 in (35, 36, 37)


@pytest.mark.parametrize("role", ["review", "docs", "house"])
def test_a_role_that_takes_the_pin_from_a_security_agent_is_told(tmp_path, role):
    (tmp_path / ".claude/agents").mkdir(parents=True)
    for name in ("security-reviewer", "writer"):
        path = tmp_path / f".claude/agents/{name}.md"
        path.write_text(f"---\nname: {name}\ndescription: Reads\nmodel: opus\n---\n")
    run(tmp_path, "init", "--from", str(tmp_path))
    run(tmp_path, "apply", "--yes")
    policy = tmp_path / "gsdc.yaml"
    policy.write_text(policy.read_text().replace("role: security, criticality: critical", f"role: {role}"))
    policy.write_text(policy.read_text() + "roles: {house: {like: review}}\n")
    writer = tmp_path / ".claude/agents/writer.md"
    writer.write_text(writer.read_text().replace("opus", "haiku"))
    (found,) = (one for one in answer(tmp_path, "lint")["findings"] if one["code"] == "ST030")
    assert f'"security-reviewer" is a security agent by its name, and role "{role}" does not pin it' == found["message"]
    lines = run(tmp_path, "diff", code=1).output.splitlines()
    assert any("ST030" in line for line in lines)
    moves = [line for line in lines if " -> " in line]
    assert moves[0].endswith(": security-reviewer")
    assert moves[1].endswith(": writer")


PLAN = """\
---
phase: 01-a
plan: 01
---
<task type="auto">
  <name>Task 1: Rename a heading in the manual</name>
  <files>docs/manual.md</files>
  <action>Write "Set-up" instead of "Setup"</action>
  <verify>grep -q Set-up docs/manual.md</verify>
  <done>The heading has its new name</done>
</task>
"""


@pytest.mark.parametrize(("fleet", "told"), [("gsd", True), ("leo", False)])
def test_explain_says_on_which_model_a_plan_is_run(tmp_path, fleet, told):
    """get-shit-done gives the whole plan to its executor, whatever the model of a task."""
    (tmp_path / "gsdc.yaml").write_text(f"fleets: [{fleet}]\n")
    plan = tmp_path / "01-01-PLAN.md"
    plan.write_text(PLAN)
    said = run(tmp_path, "explain", f"{plan}#1").output
    assert (
        "  get-shit-done itself does not read that: it runs all tasks of a plan on the model of gsd-executor: sonnet\n"
        in said
    ) is told
    executor = answer(tmp_path, "explain", f"{plan}#1")["plan_executor"]
    assert executor == ({"agent": "gsd-executor", "model": "sonnet"} if told else None)


def test_what_only_the_section_of_claude_md_would_say_is_no_change_of_a_model(tmp_path, monkeypatch):
    agents = tmp_path / ".claude/agents"
    agents.mkdir(parents=True)
    for name in ("coder", "security-auditor"):
        (agents / f"{name}.md").write_text(f"---\nname: {name}\ndescription: Works\nmodel: sonnet\n---\nWork.\n")
    monkeypatch.chdir(tmp_path)
    run(tmp_path, "init", "--from", ".")
    shown = run(tmp_path, "diff", code=1).output
    assert "claude-md" in shown
    assert "no model" not in shown
    assert "sonnet -> opus, effort high: security-auditor" in shown
    states = {line.split()[0]: line.split()[-1] for line in run(tmp_path, "agents").output.splitlines()[2:4]}
    assert states == {"coder": "yes", "security-auditor": "no"}


def test_a_tier_without_effect_is_told_and_its_agents_are_no_paragraph(tmp_path):
    """It named 30 agents one after the other."""
    text = "fleets: [gsd]\nprofile: team\nprofiles: {team: {extends: balanced, tiers: {standard: gpt-5.2}}}\n"
    (tmp_path / "gsdc.yaml").write_text(text)
    lines = run(tmp_path, "lint").output.splitlines()
    assert "MD008 untaken-tier" in lines[0]
    assert max(line.count("gsd-") for line in lines) <= 3
    assert len(run(tmp_path, "agents", "--model", "sonnet").output.splitlines()) > 20


def test_an_alias_that_moves_to_a_new_release_moves_the_agents_of_claude_code(tmp_path):
    """`model: opus` stayed, which is the client's own release."""
    agent = tmp_path / ".claude/agents/security-auditor.md"
    agent.parent.mkdir(parents=True)
    agent.write_text("---\nname: security-auditor\ndescription: Audits\nmodel: opus\neffort: high\n---\nAudit.\n")
    before = agent.read_text()
    policy = tmp_path / "gsdc.yaml"
    policy.write_text(
        "fleets: []\nagents: {security-auditor: {role: security, criticality: critical}}\n"
        "targets: {claude-code: true}\n"
    )
    run(tmp_path, "models", "add", "claude-opus-7", "--input", "4", "--output", "20")
    policy.write_text(policy.read_text() + "  opus: {release: claude-opus-7}\n")
    run(tmp_path, "apply", "--yes")
    assert agent.read_text() == before.replace("model: opus", "model: claude-opus-7")
    assert run(tmp_path, "lint").output == "no findings\n"
    assert "claude-code  in sync" in run(tmp_path, "status").output
    run(tmp_path, "rollback", "--to", "1", "--yes")
    assert agent.read_text() == before
