"""While a gradual cut-over is under way, lint and the table of agents go by its stage, as status does."""

import shutil
from pathlib import Path

import pytest
from tests.cli.running import answer, replace, run

DEMO = Path(__file__).parents[1] / "projects/demo"


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("build"))
    shutil.rmtree(root / ".planning")
    run(root, "apply", "--yes")
    return root


def drifted(root, *arguments):
    found = answer(root, "lint", *arguments)["findings"]
    return [finding for finding in found if finding["code"] in {"IF003", "IF020"}]


def models(root):
    return {row["agent"]: row["model"] for row in answer(root, "agents")["agents"]}


@pytest.mark.sampled
@pytest.mark.parametrize("stage", ["25", "50"])
def test_agents_that_the_stage_has_not_reached_are_no_findings(project, stage):
    run(project, "apply", "--profile", "quality", "--stage", stage, "--yes")
    assert drifted(project) == []
    assert drifted(project, str(project / "opencode.jsonc")) == []
    assert answer(project, "status")["stage"] == int(stage)
    assert f'a cut-over to "quality" is at {stage}%' in run(project, "status").output


def test_an_edit_during_a_cut_over_is_a_finding(project):
    run(project, "apply", "--profile", "quality", "--stage", "25", "--yes")
    text = (project / "opencode.jsonc").read_text()
    head, executor, rest = text.partition('"gsd-executor"')
    (project / "opencode.jsonc").write_text(head + executor + rest.replace("sonnet-5-5", "haiku-5-5", 1))
    assert len(drifted(project)) == 1


def test_the_table_of_agents_is_that_of_the_stage(project):
    before = models(project)
    run(project, "apply", "--profile", "quality", "--stage", "25", "--yes")
    during = models(project)
    assert 0 < sum(before[agent] != during[agent] for agent in before) <= len(before) // 4 + 1
    assert {row["installed"] for row in answer(project, "agents")["agents"][0]["files"]} == {True}


def test_a_profile_that_is_asked_for_is_compared_with(project):
    run(project, "apply", "--profile", "quality", "--stage", "25", "--yes")
    assert drifted(project, "--profile", "balanced") != []


def test_a_cut_over_that_a_colleague_has_finished_is_over(project):
    run(project, "apply", "--profile", "quality", "--stage", "25", "--yes")
    elsewhere = project.parent / "elsewhere"
    shutil.copytree(project, elsewhere, ignore=shutil.ignore_patterns(".gsdc"))
    replace(elsewhere / "gsdc.yaml", "profile: balanced", "profile: quality")
    run(elsewhere, "apply", "--yes")
    shutil.copytree(elsewhere, project, ignore=shutil.ignore_patterns(".gsdc"), dirs_exist_ok=True)
    assert drifted(project) == []


def test_a_rollback_ends_the_cut_over(project):
    run(project, "apply", "--profile", "quality", "--stage", "25", "--yes")
    run(project, "rollback", "--yes")
    assert drifted(project) == []
    assert answer(project, "status")["stage"] == 100
