"""The skills that gsdc writes for get-shit-done's agents, asked of get-shit-done itself."""

import os
import subprocess

import pytest
from tests.cli.running import run

RELEASES = {
    "1.42": "get-shit-done-cc/get-shit-done/bin/gsd-tools.cjs",
    "1.14": "@opengsd/gsd-core/gsd-core/bin/gsd-tools.cjs",
}


@pytest.mark.parametrize("release", RELEASES)
def test_the_workflows_put_the_skills_into_the_prompts(release, node, clients, tmp_path):
    tools = clients / RELEASES[release]
    if not tools.exists():
        pytest.skip(f"get-shit-done {release} is not installed")
    project = tmp_path / "project"
    (project / ".planning").mkdir(parents=True)
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {gsd: true, gsd-workflow: true}\n")
    run(project, "apply", "--yes")
    for agent, skill in (("gsd-planner", "gsdc-planning"), ("gsd-executor", "gsdc-execution"), ("gsd-verifier", "")):
        done = subprocess.run(
            [node, tools, "agent-skills", agent],
            cwd=project,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert "[agent-skills]" not in done.stderr
        assert (f"- @.planning/skills/{skill}/SKILL.md" in done.stdout) == bool(skill)


def test_the_template_is_a_valid_plan(run_gsd, tmp_path):
    project = tmp_path / "project"
    (project / ".planning/phases/01-name").mkdir(parents=True)
    (project / "gsdc.yaml").write_text("fleets: [gsd]\ntargets: {gsd: true, gsd-workflow: true}\n")
    run(project, "apply", "--yes")
    plan = project / ".planning/phases/01-name/01-01-PLAN.md"
    plan.write_bytes((project / ".planning/skills/gsdc-planning/plan-template.md").read_bytes())
    found = run_gsd("verify", "plan-structure", plan, cwd=project)
    assert (found["valid"], found["warnings"], found["task_count"]) == (True, [], 3)
