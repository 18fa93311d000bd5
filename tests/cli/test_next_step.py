"""Where a command refuses, it says what to write or to run, and that works: stops that fresh readers met."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from tests.cli.running import answer, run

DEMO = Path(__file__).parents[1] / "projects/demo"
AGENT = "---\nname: {0}\ndescription: {0}\nmodel: {1}\n---\n"


def write_agents(root, **models):
    (root / ".claude/agents").mkdir(parents=True, exist_ok=True)
    for name, model in models.items():
        (root / f".claude/agents/{name}.md").write_text(AGENT.format(name, model))


def what_to_set(output: str) -> dict[str, str]:
    """Return the values that the output says to set in gsdc.yaml, by their keys."""
    _, found, said = " ".join(output.split()).rpartition(" set ")
    return dict(re.findall(r"([\w.-]+) to (\{[^}]*\}|[\w-]+)", said)) if found else {}


def write_keys(path: Path, values: dict[str, str]) -> None:
    """Set keys, with dots between their names, in a file of YAML."""
    data = yaml.safe_load(path.read_text())
    for key, value in values.items():
        *above, last = key.split(".")
        place = data
        for name in above:
            place = place.setdefault(name, {})
        place[last] = yaml.safe_load(value)
    path.write_text(yaml.safe_dump(data))


@pytest.mark.parametrize("agent", ["gsd-doc-writer", "gsd-executor"])
def test_a_refused_override_says_how_a_profile_gives_the_weaker_model(tmp_path, agent):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n")
    refused = run(tmp_path, "override", agent, "haiku", "--reason", "It is cheap", code=1).output
    assert refused.count("\n") < 30
    write_keys(tmp_path / "gsdc.yaml", what_to_set(refused))
    assert answer(tmp_path, "agents", agent)["agents"][0]["model"] == "haiku"
    assert "error" not in run(tmp_path, "lint").output


def test_a_security_agent_gets_no_such_advice(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\n")
    refused = run(tmp_path, "override", "gsd-security-auditor", "haiku", "--reason", "It is cheap", code=1).output
    assert "refused" in refused
    assert what_to_set(refused) == {}


def test_a_budget_that_says_no_is_raised_as_the_answer_says(tmp_path):
    shutil.copytree(DEMO, tmp_path / "p", ignore=shutil.ignore_patterns("build"))
    root = tmp_path / "p"
    text = (root / "gsdc.yaml").read_text().replace("profile: balanced", "profile: small")
    small = "profiles: {small: {extends: balanced, budgets: {weekly: {tokens: 1000, usd: 0.01}}}}\n"
    (root / "gsdc.yaml").write_text(text + small)
    refused = run(root, "apply", "--yes", code=1).output
    assert "to apply anyway: `gsdc apply --despite budget --reason WHY`" in refused
    (raised,) = what_to_set(refused.partition("to apply anyway")[0])
    assert raised == "profiles.small.budgets.weekly"
    assert "applied" in run(root, "apply", "--yes", "--despite", "budget", "--reason", "This week only").output


def test_an_agent_of_which_only_the_effort_differs_is_merged(tmp_path):
    write_agents(tmp_path, coder="sonnet\neffort: max")
    run(tmp_path, "init", "--from", str(tmp_path))
    text = (tmp_path / "gsdc.yaml").read_text()
    assert "coder: {effort: max}" in text
    write_agents(tmp_path, tester="sonnet\neffort: max")
    run(tmp_path, "init", "--from", str(tmp_path))
    rows = {row["agent"]: row["effort"] for row in answer(tmp_path, "agents")["agents"]}
    assert rows == {"coder": "max", "tester": "max"}


@pytest.mark.parametrize(("folder", "is_written"), [(".opencode", False), (".claude", True)])
def test_only_a_project_of_claude_code_gets_notes_that_it_did_not_have(tmp_path, folder, is_written):
    (tmp_path / folder).mkdir()
    (tmp_path / "opencode.json").write_text('{"agent": {"coder": {"model": "anthropic/claude-sonnet-5-5"}}}')
    run(tmp_path, "init", "--from", str(tmp_path))
    run(tmp_path, "apply", "--yes")
    assert (tmp_path / "CLAUDE.md").exists() is is_written
