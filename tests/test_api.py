"""The Python API: ``import gsdc``."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc
from tests.cli.running import answer, run

DEMO = Path(__file__).parent / "projects" / "demo"
BAD = "profile: balanecd\nfleets: [gsd]\n"
BROKEN = "fleets: [gsd]\nprofile: t\nprofiles: {t: {extends: balanced, agents: {gsd-security-auditor: haiku}}}\n"


@pytest.fixture
def demo(tmp_path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


@pytest.fixture(autouse=True)
def silent(capfd):
    """Nothing is printed, whatever is called."""
    yield
    assert capfd.readouterr() == ("", "")


def project(folder: Path, text: str) -> "gsdc.OpenProject":
    (folder / "gsdc.yaml").write_text(text, encoding="utf-8")
    return gsdc.open_project(folder)


def test_a_policy_decides(demo):
    policy = gsdc.open_project(demo).policy(profile="balanced")
    assert isinstance(policy, gsdc.Policy)
    decision = policy.decide("gsd-security-auditor", zone="red")
    assert isinstance(decision, gsdc.Decision)
    assert decision.model == "opus"


def test_a_decision_is_that_of_explain(demo):
    policy = gsdc.open_project(demo).policy(profile="balanced")
    said = [
        answer(demo, "explain", "gsd-executor", "--profile", "balanced", "--zone", zone)["model"]
        for zone in policy.zones
    ]
    assert said == [policy.decide("gsd-executor", zone=zone).model for zone in policy.zones]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"agent": "gsd-executer"}, 'did you mean "gsd-executor"?'),
        ({"phase": "EXEC"}, "allowed: "),
        ({"zone": "blue"}, "allowed: green, yellow, orange, red"),
        ({"task_class": "secret"}, "allowed: routine"),
        ({"complexity": 0}, "complexity is 1 to 10, not 0"),
        ({"complexity": 11}, "complexity is 1 to 10, not 11"),
        ({"attempt": -1}, "attempt is 0 to 100, not -1"),
        ({"hop": 101}, "hop is 0 to 100, not 101"),
    ],
)
def test_what_a_policy_does_not_have_is_rejected(demo, asked, named):
    policy = gsdc.open_project(demo).policy()
    with pytest.raises(gsdc.Rejected) as rejected:
        policy.decide(**{"agent": "gsd-executor"} | asked)
    [finding] = rejected.value.findings
    assert isinstance(finding, gsdc.Finding)
    assert named in f"{finding.message} {finding.help}"
    assert finding.span.path == next(iter(asked))


def test_lint_finds_what_the_command_shows(demo):
    said = answer(demo, "lint", code=1)["findings"]
    found = gsdc.open_project(demo).lint()
    assert [finding.code for finding in found] == [each["code"] for each in said]
    assert "NB001" in {finding.code for finding in found}


def test_lint_of_paths(demo, monkeypatch):
    monkeypatch.chdir(demo)
    found = gsdc.open_project().lint([Path("opencode.jsonc")], cached=False)
    assert {finding.span.path for finding in found} == {"opencode.jsonc"}


def test_lint_of_a_path_that_is_not_there_is_a_finding(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    [finding] = project(tmp_path, "fleets: [gsd]\n").lint(["no.yaml"])
    assert finding.severity is gsdc.Severity.ERROR
    assert finding.span.path == "no.yaml"


def test_a_project_may_choose_what_is_shown(tmp_path):
    (tmp_path / "03-01-PLAN.md").write_text("---\nphase: 03\n---\n<task type='auto'>\n</task>\n", encoding="utf-8")
    every = project(tmp_path, "fleets: [gsd]\n").lint()
    fewer = project(tmp_path, "fleets: [gsd]\nlint: {select: [PL]}\n").lint()
    none = project(tmp_path, "fleets: [gsd]\nlint: {ignore: [PL]}\n").lint()
    assert every
    assert fewer == tuple(finding for finding in every if finding.code.startswith("PL"))
    assert none == tuple(finding for finding in every if not finding.code.startswith("PL"))


def test_a_build_is_what_the_command_writes(demo, tmp_path):
    build = gsdc.open_project(demo).build(profile="balanced", zone="orange")
    run(demo, "build", "--profile", "balanced", "--zone", "orange", "--out", str(tmp_path / "out"))
    folder = tmp_path / "out" / "balanced"
    written = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert isinstance(build, gsdc.Build)
    assert build.files == written
    assert not (demo / "build").exists()


def test_a_build_of_one_target(demo):
    build = gsdc.open_project(demo).build(targets=["claude-md"])
    assert {name for name, _ in build.artifacts} == {"claude-md"}


@pytest.mark.parametrize(
    ("text", "asked", "code"),
    [
        (BAD, {}, "RF001"),
        (BROKEN, {}, "NB001"),
        ("a: b: c\n", {}, "IN002"),
        ("fleets: [gsd]\n", {"profile": "no"}, "RF001"),
        ("fleets: [gsd]\n", {"workflow": "no"}, "RF001"),
        ("fleets: [gsd]\n", {"fleets": ["no"]}, "RF001"),
        ("fleets: [gsd]\n", {"targets": ["no"]}, "RF001"),
        ("fleets: [gsd]\n", {"zone": "no"}, "RF001"),
        ("targets: {opencode: {path: X.md, create: true}, claude-md: {paths: [X.md]}}\n", {}, "BD001"),
    ],
)
def test_a_bad_project_is_rejected_with_its_findings(tmp_path, text, asked, code):
    with pytest.raises(gsdc.Rejected) as rejected:
        project(tmp_path, text).build(**asked)
    assert code in {finding.code for finding in rejected.value.findings}


def test_a_policy_that_breaks_a_rule_is_still_a_policy(tmp_path):
    assert project(tmp_path, BROKEN).policy().decide("gsd-security-auditor").model == "haiku"
    with pytest.raises(gsdc.Rejected):
        project(tmp_path, BAD).policy()


def test_a_plan(demo):
    path = min(demo.rglob("*PLAN.md")).relative_to(demo)
    plan = gsdc.open_project(demo).plan(path)
    assert isinstance(plan, gsdc.Plan)
    assert [task.number for task in plan.tasks] == list(range(1, len(plan.tasks) + 1))
    assert plan.frontmatter["phase"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_plan_that_cannot_be_read_is_rejected(tmp_path, content):
    if content is not None:
        (tmp_path / "PLAN.md").write_bytes(content)
    with pytest.raises(gsdc.Rejected):
        gsdc.open_project(tmp_path).plan("PLAN.md")


def test_a_plan_that_is_a_link_out_of_the_project_is_rejected(tmp_path):
    (tmp_path / "PLAN.md").write_text("<task>\n</task>\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "PLAN.md").symlink_to("../PLAN.md")
    with pytest.raises(gsdc.Rejected, match="link out of the project"):
        gsdc.open_project(tmp_path / "in").plan("PLAN.md")


@pytest.mark.parametrize("name", ["no", "file"])
def test_only_a_folder_is_opened(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(gsdc.Rejected, match="is not a folder"):
        gsdc.open_project(tmp_path / name)


def test_a_file_named_as_an_option_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "--fleet.yaml").write_text("profile: 3\n", encoding="utf-8")
    run(tmp_path, "lint", "--", "--fleet.yaml", code=1)
    run(tmp_path, "lint", "--fleet", "no", code=2)


def test_importing_gsdc_imports_nothing_else():
    code = "import sys; before = set(sys.modules); import gsdc; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=Path(gsdc.__file__).parents[1]
    )
    assert done.stdout.split() == ["gsdc"]


def test_every_name_is_there():
    assert set(gsdc.__all__) <= set(dir(gsdc))
    assert all(getattr(gsdc, name) for name in gsdc.__all__)
    with pytest.raises(AttributeError):
        gsdc.no_such_name  # noqa: B018


def test_types_are_seen(tmp_path):
    (tmp_path / "user.py").write_text(
        "import gsdc\n\n"
        'project: gsdc.OpenProject = gsdc.open_project(".")\n'
        'model: str | None = project.policy(profile="budget").decide("a", phase="b").model\n'
        "codes: list[str] = [finding.code for finding in project.lint()]\n"
        "files: dict[str, bytes] = project.build().files\n"
        'wrong: int = project.plan("PLAN.md").text\n'
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "user.py"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"MYPYPATH": str(Path(gsdc.__file__).parents[1]), "PATH": ""},
    )
    assert [line.partition(" error: ")[0] for line in done.stdout.splitlines()[:-1]] == ["user.py:7:"], done.stdout
