"""GSD's own tools list the same tasks from a plan before and after gsdc annotates it."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main

DEMO = Path(__file__).parents[1] / "projects" / "demo"
PHASE = Path(".planning/phases/03-billing")
PLANS = ("03-01-PLAN.md", "03-02-PLAN.md", "03-03-PLAN.md")

HEAD = """\
---
phase: 03-billing
plan: 09
type: execute
wave: 3
depends_on: ["03-02"]
files_modified: [src/odd.ts]
autonomous: true
must_haves: {truths: [], artifacts: [], key_links: []}
---

"""
NESTED_FENCE = """\
<tasks>
<task type="auto">
  <name>Task 1: Document the layout</name>
  <files>docs/layout.md</files>
  <action>
    ````markdown
    ```bash
    tree -L 2
    ```
    ````
  </action>
  <verify>cat docs/layout.md</verify>
  <done>It is there</done>
</task>
<task type="auto">
  <name>Task 2: Use it</name>
  <files>src/odd.ts</files>
  <action>Call `layout<T>()` where a && b.</action>
  <verify>npm test</verify>
  <done>Tests pass</done>
</task>
</tasks>
"""
SHARED_LINES = """\
<tasks>
<task type="auto"> <name>Task 1: One</name> <files>a.ts</files> <action>Do it.
</action> <verify> <automated>npm test</automated> </verify> <done>Done</done> </task> </tasks>
"""
NO_WRAPPER = """\
<task type="auto" tdd="true">
  <name>Task 1: Alone</name>
  <files>src/(odd)/[id].ts</files>
  <action>Write it.</action>
  <verify>npm test</verify>
  <done>Done</done>
</task>
"""
BARE = """\
<tasks>
<task id="1" name="Fix" commit_prefix="fix(03-09)">
**Files:** src/odd.ts

Mend the rounding.
</task>
</tasks>
"""
ODD = {
    "nested-fence": HEAD + NESTED_FENCE,
    "shared-lines": HEAD + SHARED_LINES,
    "no-wrapper": HEAD + NO_WRAPPER,
    "bare-text": HEAD + BARE,
    "crlf": (HEAD + NESTED_FENCE).replace("\n", "\r\n"),
    "byte-order-mark": "\ufeff" + HEAD + NO_WRAPPER,
    "no-final-newline": (HEAD + NESTED_FENCE).rstrip(),
    "no-frontmatter": "# Plan\n\n" + NESTED_FENCE,
}


def annotated(project: Path) -> Path:
    """Build ``project`` and return the folder of its annotated plans."""
    result = CliRunner().invoke(main, ["--project", str(project), "build", "--target", "plans"])
    assert result.exit_code == 0, result.output
    return project / "build" / "balanced"


def listing(run_gsd, root: Path, plan: Path) -> dict:
    """Return what GSD says of a plan, but for the names of its frontmatter's fields, of which gsdc may add some."""
    answer = run_gsd("verify", "plan-structure", str(plan), cwd=root)
    answer.pop("frontmatter_fields", None)
    return answer


@pytest.fixture
def project(tmp_path) -> Path:
    """Return a copy of the demo."""
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def test_the_demo_lists_the_same_tasks(project, run_gsd):
    build = annotated(project)
    for name in PLANS:
        plan = PHASE / name
        assert (build / plan).read_bytes() != (project / plan).read_bytes(), "nothing was annotated"
        before = listing(run_gsd, project, plan)
        assert before["task_count"] >= 2
        assert listing(run_gsd, build, plan) == before


def test_the_demo_has_the_same_waves(project, run_gsd):
    build = annotated(project)
    assert run_gsd("phase-plan-index", "03", cwd=build) == run_gsd("phase-plan-index", "03", cwd=project)


@pytest.mark.parametrize("name", ODD)
def test_odd_plans_list_the_same_tasks(name, project, run_gsd):
    plan = PHASE / "03-09-PLAN.md"
    (project / plan).write_bytes(ODD[name].encode())
    build = annotated(project)
    assert listing(run_gsd, build, plan) == listing(run_gsd, project, plan)
