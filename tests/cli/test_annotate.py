"""``gsdc annotate`` and ``gsdc explain PLAN.md#3``."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.source.plan import parse

DEMO = Path(__file__).parents[1] / "projects/demo"
PHASE = Path(".planning/phases/03-billing")


@pytest.fixture
def project(tmp_path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def run(project: Path, *arguments: str | Path):
    return CliRunner().invoke(main, ["--project", str(project), *map(str, arguments)], catch_exceptions=False)


def plans(project: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (project / PHASE).iterdir()}


def test_a_diff_by_default_writes_nothing(project):
    before = plans(project)
    done = run(project, "annotate", project / PHASE / "03-02-PLAN.md")
    assert done.exit_code == 0
    assert '+<task type="auto" tdd="true" agent="gsd-executor" subagent="general-purpose" model="sonnet"' in done.stdout
    assert plans(project) == before


def test_a_diff_says_how_to_write_it(project):
    plan = project / PHASE / "03-02-PLAN.md"
    assert run(project, "annotate", plan).stdout.endswith("nothing was written: add --write to write them\n")
    run(project, "annotate", "--write", plan)
    removed = run(project, "annotate", "--remove", plan).stdout
    assert removed.endswith("nothing was written: add --write to remove them\n")
    run(project, "annotate", "--remove", "--write", plan)
    assert "nothing was written" not in run(project, "annotate", "--remove", plan).stdout


def test_annotate_explain_and_dispatch_name_the_same_agent(project):
    plan = project / PHASE / "03-02-PLAN.md"
    run(project, "annotate", "--write", plan)
    tasks = parse(str(plan), plan.read_text()).tasks
    handed = json.loads(run(project, "dispatch", plan, "--format", "json").stdout)["batches"]
    agents = {task["task_id"]: task["assigned_to"] for batch in handed for task in batch["tasks"]}
    assert len({*agents.values()}) > 1
    for task in tasks:
        if task.is_checkpoint:
            assert task.attribute("agent") is None
            continue
        explained = json.loads(run(project, "explain", f"{plan}#{task.number}", "--format", "json").stdout)["agent"]
        assert task.attribute("agent").value == explained == agents[f"{plan}#{task.number}"]


def test_check_write_check_remove(project):
    before = plans(project)
    assert run(project, "annotate", "--check", project / ".planning").exit_code == 1
    written = run(project, "annotate", "--write", project / ".planning")
    assert (written.exit_code, written.stdout.count("annotated ")) == (0, 3)
    annotated = plans(project)
    assert annotated != before
    checked = run(project, "annotate", "--check", project / ".planning")
    assert (checked.exit_code, checked.stdout) == (0, "every plan is up to date\n")
    run(project, "annotate", "--write", project / ".planning")
    assert plans(project) == annotated
    run(project, "annotate", "--write", "--profile", "budget", project / ".planning")
    assert plans(project) != annotated
    removed = run(project, "annotate", "--remove", "--write", project / ".planning")
    assert removed.exit_code == 0
    assert removed.stdout.startswith("removed the annotations of ")
    assert plans(project) == before


def test_what_a_person_wrote_is_kept_and_a_weaker_model_said(project):
    plan = project / PHASE / "03-02-PLAN.md"
    plan.write_text(plan.read_text().replace('<task type="auto" tdd="true">', '<task type="auto" model="haiku">'))
    done = run(project, "--format", "json", "annotate", "--write", plan)
    data = json.loads(done.stdout)
    assert [finding["code"] for finding in data["findings"]] == ["PL003"]
    assert data["changed"] == [str(plan)]
    assert done.exit_code == 0
    assert '<task type="auto" model="haiku"' in plan.read_text()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_cannot_be_written(project):
    plan = project / PHASE / "03-02-PLAN.md"
    plan.chmod(0o444)
    done = run(project, "annotate", "--write", plan)
    assert done.exit_code == 1
    assert "IN005" in done.stdout


def test_a_symbolic_link_stays_one(project):
    plan = project / PHASE / "03-02-PLAN.md"
    target = project / "real.md"
    plan.rename(target)
    plan.symlink_to(target)
    assert run(project, "annotate", "--write", plan).exit_code == 0
    assert plan.is_symlink()
    assert b'model="sonnet"' in target.read_bytes()


def test_a_task_is_explained(project):
    plan = project / PHASE / "03-02-PLAN.md"
    text = run(project, "explain", f"{plan}#1").stdout
    assert text.startswith("task 1: Verify the signature of a webhook delivery\n")
    assert '" in name (+' in text
    data = json.loads(run(project, "--format", "json", "explain", f"{plan}#3").stdout)
    assert (data["security"]["critical"], data["model"], data["batch"]) == (False, "haiku", 2)
    assert data["depends_on"] == [{"task": 2, "why": "both write src/server/routes.ts"}]
    person = json.loads(run(project, "--format", "json", "explain", f"{plan}#4").stdout)
    assert (person["agent"], person["estimate"]) == (None, None)


@pytest.mark.parametrize(
    ("name", "files", "work"),
    [
        ("Security audit of password hashing and login tokens", "docs/audit.md", "  security-review: "),
        ("Test password hashing and JWT verification of the login", "tests/login.test.ts", "  testing: "),
    ],
)
def test_security_work_that_writes_tests_or_documents_only(project, name, files, work):
    plan = project / PHASE / "03-09-PLAN.md"
    plan.write_text(f'<task type="auto"><name>Task 1: {name}</name><files>{files}</files><action>Do.</action></task>\n')
    text = run(project, "explain", f"{plan}#1").stdout
    told = r"^  not counted as security-critical work: it writes tests or documents only \(score \d+\.\d\)$"
    assert re.search(told, text, re.MULTILINE), text
    assert f"\n{work}" in text


@pytest.mark.parametrize("number", ["0", "9", "x", ""])
def test_a_task_that_is_not_there(project, number):
    done = run(project, "explain", f"{project / PHASE / '03-02-PLAN.md'}#{number}")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "has the tasks 1 to 4" in done.stderr


def test_numbers_mean_what_readers_take_them_for(project):
    plan = project / PHASE / "03-09-PLAN.md"
    plan.write_text(
        """\
<tasks>
<task type="auto"><name>Task 1: Make it</name><files>a.ts</files><action>Make it.</action></task>
<task type="checkpoint:human-verify"><what-built>It</what-built></task>
<task type="auto"><name>Task 2: Use it</name><files>b.ts</files><action>Use it.</action></task>
<task type="auto"><name>Task 3: Mend it</name><files>b.ts</files><action>Mend it.</action></task>
</tasks>
"""
    )
    assert run(project, "annotate", "--write", plan).exit_code == 0
    text = plan.read_text()
    assert [line.partition('"')[0] for line in text.split("depends-on=")[1:5]] == ["", "", "", ""]
    assert [part.split('"')[1] for part in text.split("depends-on=")[1:5]] == ["", "1", "1", "2"]
    assert "- 3. Mend it [haiku]; after 2 (both write b.ts)" in text
    found = json.loads(run(project, "--format", "json", "lint", plan).stdout)["findings"]
    assert not {"PL010", "PL011"} & {finding["code"] for finding in found}


def test_a_damaged_block_stops_it(project):
    plan = project / PHASE / "03-02-PLAN.md"
    run(project, "annotate", "--write", plan)
    damaged = plan.read_text().replace("<!-- gsdc:end plan-annotations -->\n", "")
    plan.write_text(damaged)
    done = run(project, "annotate", "--write", plan)
    assert (done.exit_code, "PL026" in done.stdout, plan.read_text()) == (1, True, damaged)


def test_what_is_done_is_passed_by_unless_it_is_named(project):
    (project / PHASE / "03-01-SUMMARY.md").write_text("Done.\n")
    assert "03-01-PLAN.md" not in run(project, "annotate", "--check", project / ".planning").stdout
    assert "03-01-PLAN.md" in run(project, "annotate", "--check", project / PHASE / "03-01-PLAN.md").stdout


def test_findings_stand_where_the_text_has_them(project):
    plan = project / PHASE / "03-02-PLAN.md"
    run(project, "annotate", "--write", plan)
    plan.write_text(plan.read_text().replace('model="haiku"', 'model="opus"'))
    (found,) = json.loads(run(project, "--format", "json", "annotate", "--check", plan).stdout)["findings"]
    assert 'model="opus"' in plan.read_text().splitlines()[found["line"] - 1]


@pytest.mark.parametrize("option", [["--attempt", "1"], ["--complexity", "9"], ["--task-class", "security"]])
def test_options_for_agents_are_not_for_tasks(project, option):
    done = run(project, "explain", f"{project / PHASE / '03-02-PLAN.md'}#1", *option)
    assert (done.exit_code, "only --zone can be given" in done.stderr) == (2, True)


def test_a_plan_is_not_an_agent(project):
    done = run(project, "explain", str(project / PHASE / "03-02-PLAN.md"))
    assert (done.exit_code, "name one of its tasks" in done.stderr) == (2, True)
