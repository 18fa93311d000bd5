"""The hooks that pre-commit gets from this repository, run by the real pre-commit in projects that use them.

pre-commit installs the checkout, as it stands, once for all tests here; that needs pip's index, and takes a minute.
"""

import os
import random
import re
import shutil
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from pre_commit.clientlib import load_manifest

from gsdc import guide
from gsdc.plans.discover import find
from gsdc.targets.places import recognise
from gsdc.targets.registry import declarations

REPOSITORY = Path(__file__).parents[2]
MANIFEST = REPOSITORY / ".pre-commit-hooks.yaml"
HOOKS = ("gsdc-lint-plans", "gsdc-lint-profiles", "gsdc-lint-clients", "gsdc-build-check", "gsdc-annotate")
PHASE = ".planning/phases/01-notes"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pre-commit")]  # one worker installs the hooks, once

PLAN = """\
---
phase: 01-notes
plan: {number}
type: execute
wave: 1
depends_on: []
files_modified: [src/{name}.ts]
autonomous: true
must_haves:
  truths: ["A note can be shown"]
---

<objective>
Show notes.
</objective>

<context>
@docs/notes.md
</context>

<tasks>

<task type="auto"{attributes}>
  <name>Task 1: {title}</name>
  <files>src/{name}.ts</files>
  <action>{action}</action>
  <verify>npx vitest run src/{name}.test.ts</verify>
  <done>src/{name}.test.ts passes</done>
</task>

</tasks>
"""
AGENT = """\
---
name: security-reviewer
description: Looks for holes
model: haiku
---
"""
PROJECT = """\
profile: balanced
fleets: [gsd]
targets:
  claude-md: {paths: [CLAUDE.md]}
"""


def plan(
    number: str = "01",
    name: str = "notes",
    title: str = "Render the list of notes",
    action: str = "Render each note with its title and date, newest first.",
    attributes: str = "",
) -> str:
    return PLAN.format(number=number, name=name, title=title, action=action, attributes=attributes)


class Result(NamedTuple):
    """What a command answered: its exit code, and all that it printed."""

    code: int
    output: str


def call(*command: str | Path, cwd: Path, environment: dict[str, str]) -> Result:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return Result(done.returncode, done.stdout)


class Project:
    """A git repository that uses the hooks."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        folder.mkdir(exist_ok=True)
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> str:
        code, output = call("git", *arguments, cwd=self.folder, environment=self.environment)
        assert code == 0, output
        return output.strip()

    def write(self, path: str, text: str) -> Path:
        """Write a file and stage it."""
        location = self.folder / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_text(text, encoding="utf-8", newline="\n")
        self.git("add", "--force", path)
        return location

    def commit(self) -> None:
        self.git("commit", "--quiet", "--no-verify", "--message", "Add files")

    def pre_commit(self, *arguments: str) -> Result:
        return call(sys.executable, "-m", "pre_commit", *arguments, cwd=self.folder, environment=self.environment)

    def run(self, hook: str) -> Result:
        """Run one hook on what is staged, as a commit would."""
        return self.pre_commit("run", hook, "--color", "never")


@pytest.fixture(scope="session")
def new_project(tmp_path_factory) -> Callable[[Path], Project]:
    """Install the hooks of this checkout, uncommitted files and all, and return what makes a project that uses them."""
    scratch = tmp_path_factory.mktemp("pre-commit")
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT", "GSDC_")) and name not in {"PYTHONPATH", "SKIP"}
    }
    environment = inherited | {
        "PRE_COMMIT_HOME": str(scratch / "home"),
        "GSDC_CACHE_DIR": str(scratch / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    hooks = Project(scratch / "hooks", environment)
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    code, listed = call(*command, cwd=REPOSITORY, environment=environment)
    assert code == 0, listed
    for path in listed.split("\0"):
        if (REPOSITORY / path).is_file():
            (hooks.folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / path, hooks.folder / path)
    hooks.git("add", "--all")
    hooks.commit()
    uses = "".join(f"      - id: {hook}\n" for hook in HOOKS)
    config = (
        f"repos:\n  - repo: {hooks.folder.as_posix()}\n    rev: {hooks.git('rev-parse', 'HEAD')}\n    hooks:\n{uses}"
    )

    def make(folder: Path) -> Project:
        project = Project(folder, environment)
        project.write(".pre-commit-config.yaml", config)
        project.write("docs/notes.md", "# Notes\n")
        project.commit()
        return project

    installed = make(scratch / "first").pre_commit("install-hooks")
    assert installed.code == 0, installed.output
    return make


@pytest.fixture
def project(new_project, tmp_path) -> Project:
    """Return a new project that uses the hooks."""
    return new_project(tmp_path / "project")


def test_the_manifest_is_valid_and_has_the_hooks():
    assert tuple(hook["id"] for hook in load_manifest(MANIFEST)) == HOOKS


@pytest.mark.parametrize("rev", ["v0.1.0", "HEAD"], ids=["tag", "commit"])
def test_the_block_of_the_guide_works(project, rev):
    clone = re.search(r"repo: (\S+)", (project.folder / ".pre-commit-config.yaml").read_text())[1]
    hooks = Project(Path(clone), project.environment)
    if rev == "HEAD":
        rev = hooks.git("rev-parse", "HEAD")
    else:
        hooks.git("tag", "--force", rev)
    block = re.search(r"(?m)^```yaml pre-commit\n(.*?)^```", guide.page("ci").text, re.DOTALL)[1]
    config = block.replace("https://github.com/OWNER/gsdc", clone).replace("COMMIT-OR-TAG", rev)
    assert (clone in config, rev in config) == (True, True)
    project.write(".pre-commit-config.yaml", config)
    project.write(f"{PHASE}/01-01-PLAN.md", plan(attributes=' model="haiku"'))
    project.write("gsdc.yaml", "fleets: [gsd]\n")
    code, output = project.pre_commit("run", "gsdc-lint-plans", "--color", "never")
    assert (code, "Passed" in output) == (0, True), output
    assert "pathspec" not in output


@pytest.mark.parametrize("hook", ["gsdc-lint-plans", "gsdc-annotate"])
def test_the_hooks_get_the_plans_that_gsdc_finds(hook, tmp_path):
    names = ("PLAN.md", "03-02-PLAN.md", "PLAN-3.md", "MASTERPLAN.md", "03-02-SUMMARY.md", "01-PLAN.superseded.md")
    folders = ("", ".planning/phases/03-build/build/", "docs/", "build/balanced/.planning/", ".claude/", "a/vendor/b/")
    paths = {folder + name for folder in folders for name in names}
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    manifest = {entry["id"]: entry for entry in load_manifest(MANIFEST)}[hook]
    passed = {path for path in paths if re.search(manifest["files"], path) and not re.search(manifest["exclude"], path)}
    assert passed == {file.path for file in find(["."], str(tmp_path)).files}


@pytest.mark.parametrize("name", [name for name, one in declarations().items() if one.view])
def test_the_hook_gets_the_files_that_a_target_reads(name):
    (hook,) = (hook for hook in load_manifest(MANIFEST) if hook["id"] == "gsdc-lint-clients")
    for pattern in declarations()[name].files:
        for path in (
            pattern.replace("**/", "").replace("*", "x"),
            f"shop/{pattern.replace('**', 'a').replace('*', 'x')}",
        ):
            assert recognise(path), path
            assert re.search(hook["files"], path), path


def test_a_security_agent_on_a_light_model_is_not_committed(project):
    project.write("gsdc.yaml", "agents: {security-reviewer: {role: security}}\n")
    project.write(".claude/agents/security-reviewer.md", AGENT)
    code, output = project.run("gsdc-lint-clients")
    assert code == 1
    assert ".claude/agents/security-reviewer.md:4:8: error[NB001 security-downgrade]" in output


def test_warnings_stop_no_commit(project):
    project.write(".claude/agents/security-reviewer.md", AGENT)  # its role is a guess
    project.write(f"{PHASE}/01-01-PLAN.md", plan().replace("npx vitest run src/notes.test.ts", "It works"))
    for hook in ("gsdc-lint-clients", "gsdc-lint-plans"):
        code, output = project.run(hook)
        assert (code, "Passed" in output) == (0, True), output


def test_finished_plans_are_left_alone(project):
    plan_ = project.write(f"{PHASE}/01-01-PLAN.md", plan(name="jwt", title="Verify JWT", attributes=' model="haiku"'))
    project.write(f"{PHASE}/01-01-SUMMARY.md", "# Done\n\nEverything works.\n")
    before = plan_.read_bytes()
    for hook in ("gsdc-lint-plans", "gsdc-annotate"):
        code, output = project.run(hook)
        assert (code, "Passed" in output) == (0, True), output
    assert plan_.read_bytes() == before


def test_a_good_plan_is_committed(project):
    project.write(f"{PHASE}/01-01-PLAN.md", plan())
    code, output = project.run("gsdc-lint-plans")
    assert (code, "Passed" in output) == (0, True), output


def test_a_light_model_on_auth_work_is_not_committed(project):
    assert project.pre_commit("install").code == 0
    bad = plan(
        name="jwt",
        title="Verify JWT signatures in the auth middleware",
        action="Reject access tokens whose signature does not verify.",
        attributes=' model="haiku"',
    )
    path = f"{PHASE}/01-01-PLAN.md"
    project.write(path, bad)
    command = ("git", "commit", "--message", "Add a plan")
    code, output = call(*command, cwd=project.folder, environment=project.environment)
    line = bad[: bad.index("<task ")].count("\n") + 1
    assert code == 1, output
    assert re.search(rf"(?m)^{re.escape(path)}:{line}:\d+: error\[NB018 ", output), output


def test_a_secret_is_not_committed_and_not_shown(project):
    token = "ghp_" + "".join(random.Random(3).choices(string.ascii_letters + string.digits, k=36))
    bad = plan(action=f"Fetch the notes with the token {token}.")
    path = f"{PHASE}/01-01-PLAN.md"
    project.write(path, bad)
    code, output = project.run("gsdc-lint-plans")
    line = bad[: bad.index(token)].count("\n") + 1
    assert code == 1, output
    assert f"{path}:{line}:" in output
    assert "a credential (github-pat)" in output
    assert token not in output


def test_a_clash_with_a_plan_that_is_not_staged_is_seen(project):
    project.write(f"{PHASE}/01-01-PLAN.md", plan())
    project.commit()
    project.write(f"{PHASE}/01-02-PLAN.md", plan(number="02"))
    code, output = project.run("gsdc-lint-plans")
    assert code == 1, output
    assert "error[NB009 shared-write]" in output
    assert f"{PHASE}/01-01-PLAN.md" in output
    assert f"{PHASE}/01-02-PLAN.md" in output


def test_siblings_that_agree_pass_and_clashes_are_told_once(project):
    for number in range(1, 8):  # more than pre-commit gives to one process
        project.write(f"{PHASE}/01-0{number}-PLAN.md", plan(f"0{number}", name=f"part{number}"))
    assert project.run("gsdc-lint-plans").code == 0
    project.write(f"{PHASE}/01-07-PLAN.md", plan("07", name="part1"))
    code, output = project.run("gsdc-lint-plans")
    assert (code, output.count("error[NB009 ")) == (1, 1), output


def test_what_is_no_plan_of_the_project_is_left_alone(project):
    project.write("build/balanced/.planning/01-01-PLAN.md", "no plan")
    project.write("build/balanced/.claude/agents/security-reviewer.md", AGENT)
    project.write("MASTERPLAN.md", "no plan")
    project.write("docker-compose.yaml", "services: {}\n")
    project.write("deploy/profiles/eu.yaml", "region: eu\n")
    for hook in ("gsdc-lint-plans", "gsdc-annotate", "gsdc-lint-profiles", "gsdc-lint-clients"):
        code, output = project.run(hook)
        assert (code, "no files to check" in output) == (0, True), output


def test_a_good_profile_is_committed(project):
    project.write("gsdc.yaml", PROJECT)
    project.write("profiles/team.yaml", "extends: balanced\nroles:\n  docs: standard\n")
    code, output = project.run("gsdc-lint-profiles")
    assert (code, "Passed" in output) == (0, True), output


def test_a_profile_that_lowers_security_is_not_committed(project):
    project.write("gsdc.yaml", PROJECT)
    project.write("profiles/team.yaml", "extends: balanced\nroles:\n  security: sonnet\n")
    code, output = project.run("gsdc-lint-profiles")
    assert code == 1, output
    assert "profiles/team.yaml:3:13: error[NB001 security-downgrade]" in output


def test_a_stale_build_is_not_committed(project):
    project.write("gsdc.yaml", PROJECT)
    code, output = project.run("gsdc-build-check")
    assert (code, "Passed" in output) == (0, True), output  # it was never built: it may use gsdc apply alone

    command = (sys.executable, "-m", "gsdc", "build")
    here = project.environment | {"PYTHONPATH": str(REPOSITORY / "compiler")}
    code, output = call(*command, cwd=project.folder, environment=here)
    assert code == 0, output
    code, output = project.run("gsdc-build-check")
    assert (code, "Passed" in output) == (0, True), output

    project.write("gsdc.yaml", PROJECT.replace("balanced", "quality"))
    code, output = project.run("gsdc-build-check")
    assert (code, "out of date: build/quality/CLAUDE.md" in output) == (1, True), output


def test_annotate_changes_a_plan_once(project):
    path = f"{PHASE}/01-01-PLAN.md"
    location = project.write(path, plan())
    code, output = project.run("gsdc-annotate")
    assert code == 1, output
    assert "files were modified by this hook" in output
    assert f"annotated {path}" in output

    written = location.read_bytes()
    assert b'<task type="auto" ' in written
    project.git("add", path)
    code, output = project.run("gsdc-annotate")
    assert (code, "Passed" in output) == (0, True), output
    assert location.read_bytes() == written
