"""After `gsdc apply` with another profile, lint compares with that one, and says so once."""

import shutil

import pytest
from tests.cli.running import answer, replace, run

CODE = "IN030"
AGENT = "---\nname: {0}\ndescription: Works\nmodel: sonnet\n---\nWork.\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".claude/agents").mkdir(parents=True)
    for name in ("writer", "builder", "auditor"):
        (tmp_path / f".claude/agents/{name}.md").write_text(AGENT.format(name))
    (tmp_path / "gsdc.yaml").write_text(
        "profile: balanced\nfleets: []\ntargets: {claude-code: true}\nagents:\n"
        "  writer: {role: docs}\n  builder: {role: planning}\n  auditor: {role: security}\n"
        "profiles:\n  own:\n    extends: budget\n    roles: {docs: heavy, planning: light}\n"
    )
    return tmp_path


def found(project):
    data = answer(project, "lint")
    return [item for item in data["findings"] if item["severity"] != "note"]


def test_another_profile_is_told_once(project):
    run(project, "apply", "--profile", "own", "--yes")
    [only] = found(project)
    assert only["code"] == CODE
    assert only["message"] == "change 1 installed profile own, but gsdc.yaml has balanced"
    assert (only["path"], only["line"]) == ("gsdc.yaml", 1)


@pytest.mark.parametrize("end", ["apply", "rollback", "gsdc.yaml"])
def test_it_ends_with_each_remedy(project, end):
    run(project, "apply", "--yes")
    run(project, "apply", "--profile", "own", "--yes")
    assert [item["code"] for item in found(project)] == [CODE]
    if end == "gsdc.yaml":
        replace(project / "gsdc.yaml", "profile: balanced", "profile: own")
    else:
        run(project, end, "--yes")
    assert not found(project)


def test_an_edited_profile_that_is_not_applied_is_told(project):
    run(project, "apply", "--yes")
    replace(project / "gsdc.yaml", "profile: balanced", "profile: own")
    [only] = found(project)
    assert only["message"] == "change 1 installed profile balanced, but gsdc.yaml has own"


def test_drift_from_the_installed_profile_is_found(project):
    run(project, "apply", "--profile", "own", "--yes")
    replace(project / ".claude/agents/builder.md", "model: haiku", "model: opus")
    assert [item["code"] for item in found(project)] == ["IF003", CODE]


def test_rules_of_the_profile_in_gsdc_yaml_apply_as_well(project):
    replace(project / "gsdc.yaml", "profile: balanced", "profile: strict")
    with (project / "gsdc.yaml").open("a") as file:
        file.write(
            "  strict:\n    extends: balanced\n    roles: {planning: heavy}\n    never-break:\n"
            "      care: {when: {agent: [builder]}, require: {min: heavy}, why: It is hard}\n"
            "    failover: {roles: {planning: defer}}\n"
        )
    run(project, "apply", "--profile", "own", "--yes")
    data = answer(project, "lint", code=1)
    assert any("care" in str(item) and item["severity"] == "error" for item in data["findings"])


def test_agents_name_the_installed_profile(project):
    run(project, "apply", "--profile", "own", "--yes")
    first, second = run(project, "agents").output.splitlines()[:2]
    assert first == "change 1 installed profile own: `gsdc agents --profile own` shows it"
    assert second.startswith("profile balanced")


@pytest.mark.parametrize(("applied", "other"), [("green", "red"), ("red", "green")])
def test_after_an_apply_only_the_models_of_its_zone_are_accepted(project, applied, other):
    """As `gsdc status` says it; without an apply, the zone is not known."""
    agents = sorted((project / ".claude/agents").iterdir())
    run(project, "apply", "--zone", other, "--yes")
    of_other = {path: path.read_text() for path in agents}
    run(project, "rollback", "--yes")
    run(project, "apply", "--zone", applied, "--yes")
    assert not found(project)
    changed = [path for path in agents if path.read_text() != of_other[path]]
    assert 0 < len(changed) < len(agents)
    changed[0].write_text(of_other[changed[0]])
    assert [item["code"] for item in found(project)] == ["IF003"]
    assert run(project, "status", code=1)
    shutil.rmtree(project / ".gsdc")
    assert not found(project)
