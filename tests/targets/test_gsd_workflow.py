"""What get-shit-done's planner and executor are told: the skills, the template of a plan, and who reads them."""

import json
import re

import pytest
from tests.cli.running import answer, run

SKILLS = ".planning/skills"
TEAM = """fleets: [gsd]
profile: team
targets: {%s}
profiles: {team: {extends: balanced, plans: {max-parallel: 7, budget-share: 0.12, token-budget: 123456}}}
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(TEAM % "gsd: true, gsd-workflow: true")
    (tmp_path / ".planning").mkdir()
    return tmp_path


def config(project):
    return json.loads((project / ".planning/config.json").read_text())


@pytest.mark.parametrize(
    ("before", "planner"),
    [
        ("", []),
        ('{"model_profile": "quality"}', []),
        ('{"agent_skills": {"gsd-planner": "skills/ours"}}', ["skills/ours"]),
        ('{"agent_skills": {"gsd-planner": ["skills/a", "global:b"]}}', ["skills/a", "global:b"]),
        ('{"agent_skills": {"gsd-planner": 5}}', []),
    ],
)
def test_skills_are_named_after_those_of_the_project(project, before, planner):
    path = project / ".planning/config.json"
    if before:
        path.write_text(before)
    run(project, "apply", "--yes")
    assert config(project)["agent_skills"] == {
        "gsd-planner": [*planner, f"{SKILLS}/gsdc-planning"],
        "gsd-executor": [f"{SKILLS}/gsdc-execution"],
    }
    once = path.read_bytes()
    run(project, "apply", "--yes")
    assert path.read_bytes() == once
    run(project, "rollback", "--yes")
    assert (path.read_text() if path.exists() else "") == before
    assert not (project / SKILLS).exists()


def test_the_numbers_are_the_policy_s(project):
    run(project, "apply", "--yes")
    planning, execution = (
        (project / SKILLS / f"gsdc-{name}/SKILL.md").read_text() for name in ("planning", "execution")
    )
    assert "At most 7 tasks" in planning
    assert "123,456 tokens" in planning
    assert "more than 12%" in planning
    assert "at most 7 at a time" in execution
    for text in (planning, execution):
        assert text.startswith("---\nname: gsdc-")
        assert "only on opus" in text
        assert "\n\n\n" not in text


def test_the_template_is_a_plan_that_is_annotated(project):
    run(project, "apply", "--yes")
    phase = project / ".planning/phases/01-name"
    phase.mkdir(parents=True)
    text = (project / SKILLS / "gsdc-planning/plan-template.md").read_text()
    for attribute in ("subagent", "model", "parallel", "estimated-complexity", "depends-on", "context-mode"):
        assert len(re.findall(rf"^<task .*\b{attribute}=", text, re.MULTILINE)) == 3
    (phase / "01-01-PLAN.md").write_text(text)
    plan = ".planning/phases/01-name/01-01-PLAN.md"
    assert "up to date" in run(project, "annotate", str(project / plan)).output
    found = answer(project, "lint", str(project / plan))["findings"]
    assert {finding["code"] for finding in found} <= {"PL022"}  # PROJECT.md and ROADMAP.md are the project's to write


def test_skills_that_nobody_reads_are_told(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(TEAM % "gsd-workflow: true")
    assert "GW001" in run(tmp_path, "apply", "--yes").output
    assert not (tmp_path / ".planning/config.json").exists()
