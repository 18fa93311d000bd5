"""A gsdc.yaml in a folder below may demand more than the ones above it, never less: cases/nested."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML
from tests.test_mutations import HEAD

from gsdc.cli import main

CASES = YAML(typ="safe").load((Path(__file__).parents[1] / "cases/nested/policies.yaml").read_text(encoding="utf-8"))
GSD = "fleets: [gsd]\n"
DISGUISE = "fleets: []\nagents: {gatekeeper: {role: docs}}\n"
GATE = "fleets: []\nagents: {gatekeeper: {role: security, criticality: critical}}\n"


def write(folder, case):
    for path, text in case["files"].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text((HEAD if path.endswith("PLAN.md") else "") + text, encoding="utf-8")
    for path, target in case.get("links", {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)


def run(*arguments):
    result = CliRunner().invoke(main, ["--format", "json", *arguments], catch_exceptions=False)
    return result.exit_code, json.loads(result.stdout)["findings"]


def places(findings):
    return [f"{item['code']} {item['path']}:{item['line']}" for item in findings if item["severity"] == "error"]


@pytest.mark.sampled
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_lint_of_the_whole(tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, case)
    for arguments in ((), ("--no-cache",), (".",)):
        assert sorted(places(run("lint", *arguments)[1])) == sorted(case["finds"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_lint_of_the_folder(tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, case)
    (folder,) = {path.partition("/")[0] for path in (*case["files"], *case.get("links", {})) if "/" in path}
    assert sorted(places(run("lint", folder)[1])) == sorted(case["finds"])


@pytest.mark.parametrize("command", [("lint",), ("build",), ("apply", "--dry-run"), ("lint", "gsdc.yaml")])
def test_a_project_below_another_one_is_judged_by_both(tmp_path, monkeypatch, command):
    write(tmp_path, {"files": {"gsdc.yaml": GATE, "shop/gsdc.yaml": DISGUISE}})
    monkeypatch.chdir(tmp_path / "shop")
    code, findings = run(*command)
    assert (code, places(findings)) == (1, ["NB013 gsdc.yaml:2"])


def test_status_names_what_is_forbidden_above(tmp_path, monkeypatch):
    (case,) = (case for case in CASES if case["finds"] == ["NB019 shop/gsdc.yaml:4"])
    write(tmp_path, case)
    monkeypatch.chdir(tmp_path / "shop")
    result = CliRunner().invoke(main, ["status"], catch_exceptions=False)
    assert result.exit_code == 1
    assert "gsdc.yaml:4" in result.output
    assert "error[NB019" in result.output


def test_another_repository_is_not_governed(tmp_path, monkeypatch):
    write(tmp_path, {"files": {"gsdc.yaml": GATE, "shop/gsdc.yaml": DISGUISE, "shop/.git/HEAD": ""}})
    monkeypatch.chdir(tmp_path / "shop")
    assert run("lint") == (0, [])
    monkeypatch.chdir(tmp_path)  # from here it is a part of the project
    assert places(run("lint")[1]) == ["NB013 shop/gsdc.yaml:2"]


def test_the_options_are_for_the_project_itself(tmp_path, monkeypatch):
    mine = f"{GSD}profile: mine\nprofiles: {{mine: {{extends: balanced}}}}\n"
    write(tmp_path, {"files": {"gsdc.yaml": mine, "shop/gsdc.yaml": GSD}})
    monkeypatch.chdir(tmp_path)
    assert run("lint", "--profile", "mine") == (0, [])


def test_a_plan_is_checked_again_when_a_policy_around_it_changes(tmp_path, monkeypatch):
    (case,) = (case for case in CASES if case["name"].startswith("a rule of the profile above on files"))
    monkeypatch.chdir(tmp_path)
    write(tmp_path, case)
    assert places(run("lint")[1]) == case["finds"]
    (tmp_path / "gsdc.yaml").write_text(GSD)
    assert places(run("lint")[1]) == []
    (tmp_path / "shop/gsdc.yaml").write_text("x: [")
    assert places(run("lint")[1]) == ["IN002 shop/gsdc.yaml:1"]
