"""``gsdc init --from`` where there is a gsdc.yaml: what is new is added, and every edit stays."""

import pytest
from tests.cli.running import answer, run

POLICY = """\
# our policy
profile: team   # reviewed in March
fleets: []
targets:
  claude-code: {}
  # opencode: later
agents:
  tester: {role: testing}
profiles:
  team:
    extends: budget   # cheaper
    agents:
      tester: opus  # on purpose
"""


def agent(folder, name: str, model: str, description: str = "Works") -> None:
    place = folder / ".claude/agents"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.md").write_text(f"---\nname: {name}\ndescription: {description}\nmodel: {model}\n---\nWork.\n")


@pytest.fixture
def project(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(POLICY)
    agent(tmp_path, "tester", "haiku", "Writes tests")
    return tmp_path


def lines(folder) -> list[str]:
    return (folder / "gsdc.yaml").read_text().splitlines()


def models(folder) -> dict[str, str]:
    return {row["agent"]: row["model"] for row in answer(folder, "agents")["agents"]}


def test_what_is_new_is_added_and_every_line_stays(project):
    agent(project, "docs-writer", "opus", "Writes the documentation")
    before = lines(project)
    output = run(project, "init", "--from", str(project)).output
    assert "agent docs-writer, role docs (a guess)" in output
    after = lines(project)
    assert [line for line in after if line in before] == before
    assert models(project) == {"tester": "opus", "docs-writer": "opus"}


def test_where_nothing_is_new_nothing_is_written(project):
    assert "nothing new" in run(project, "init", "--from", str(project)).output
    assert (project / "gsdc.yaml").read_text() == POLICY


def test_twice_is_once(project):
    agent(project, "docs-writer", "opus")
    run(project, "init", "--from", str(project))
    once = (project / "gsdc.yaml").read_text()
    run(project, "init", "--from", str(project))
    assert (project / "gsdc.yaml").read_text() == once


def test_a_new_client_is_a_new_target(project):
    (project / "opencode.json").write_text('{"agent": {"tester": {"model": "anthropic/claude-haiku-4-5"}}}')
    assert "target opencode" in run(project, "init", "--from", str(project)).output
    assert {one["name"] for one in answer(project, "doctor")["clients"] if one["written"]} == {
        "claude-code",
        "opencode",
    }


def test_a_target_that_a_person_switched_off_stays_off(project):
    text = POLICY.replace("  # opencode: later", "  opencode: false")
    (project / "gsdc.yaml").write_text(text)
    (project / "opencode.json").write_text('{"agent": {"tester": {"model": "anthropic/claude-haiku-4-5"}}}')
    run(project, "init", "--from", str(project))
    assert (project / "gsdc.yaml").read_text() == text


def test_a_new_security_agent_is_never_added_below_its_pin(project):
    agent(project, "security-reviewer", "haiku", "Looks for holes")
    run(project, "init", "--from", str(project))
    assert models(project)["security-reviewer"] == "opus"


@pytest.mark.parametrize("zone", ["yellow", "orange", "red"])
@pytest.mark.parametrize("has_policy", [True, False])
def test_an_imported_security_agent_runs_in_every_zone(project, has_policy, zone):
    if not has_policy:
        (project / "gsdc.yaml").unlink()
    agent(project, "security-reviewer", "haiku", "Looks for holes")
    run(project, "init", "--from", str(project))
    assert answer(project, "explain", "security-reviewer", "--zone", zone)["model"] == "opus"


def test_the_criticality_that_a_person_wrote_stays(project):
    agent(project, "security-reviewer", "opus", "Looks for holes")
    entry = "  security-reviewer: {role: security, criticality: low}"
    (project / "gsdc.yaml").write_text(POLICY.replace("  tester: {role", f"{entry}\n  tester: {{role"))
    run(project, "init", "--from", str(project))
    assert entry in lines(project)


def test_under_a_shipped_profile_the_profile_decides_and_that_is_said(project):
    (project / "gsdc.yaml").write_text("profile: balanced\nagents: {a: {role: docs}}\n")
    agent(project, "docs-writer", "opus", "Writes the documentation")
    output = run(project, "init", "--from", str(project)).output
    assert "docs-writer on opus: profile balanced decides" in output
    assert (project / "gsdc.yaml").read_text().startswith("profile: balanced\nagents: {a: {role: docs}, docs-writer: ")


def test_an_agent_under_another_name_is_no_new_one(project):
    (project / "gsdc.yaml").write_text(POLICY.replace("{role: testing}", "{role: testing, names: {claude: prover}}"))
    agent(project, "prover", "haiku", "Writes tests")
    (project / ".claude/agents/tester.md").unlink()
    assert "nothing new" in run(project, "init", "--from", str(project)).output


def test_a_dry_run_shows_the_difference_and_writes_nothing(project):
    agent(project, "docs-writer", "opus")
    assert "\n+  docs-writer:" in run(project, "init", "--from", str(project), "--dry-run").output
    assert (project / "gsdc.yaml").read_text() == POLICY


def test_as_json(project):
    agent(project, "docs-writer", "opus", "Writes the documentation")
    data = answer(project, "init", "--from", str(project))
    assert data["added"] == ["agent docs-writer, role docs (a guess)"]
    assert data["left_out"] == []


@pytest.mark.parametrize("text", ["profile: [\n", "fleets: []\n", "agents: {x: {role: docs}}\nprofile: nil\n"])
def test_a_file_that_cannot_be_used_stays(project, text):
    (project / "gsdc.yaml").write_text(text)
    run(project, "init", "--from", str(project), code=1)
    assert (project / "gsdc.yaml").read_text() == text


def test_force_keeps_the_old_file(project):
    run(project, "init", "--from", str(project), "--force")
    assert (project / ".gsdc/gsdc.yaml.old").read_text() == POLICY
    assert (project / "gsdc.yaml").read_text() != POLICY


def test_an_agent_that_no_policy_governs_is_found_and_then_added(project):
    agent(project, "docs-writer", "opus")
    assert "IN014" in run(project, "lint").output
    run(project, "init", "--from", str(project))
    assert "IN014" not in run(project, "lint").output
