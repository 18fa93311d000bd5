"""The example project: sound, and built to the same bytes wherever and however gsdc is started."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gsdc

DEMO = Path(__file__).with_name("demo")
SETTINGS = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "PYTHONUTF8": "1"},
)


def run(*args: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run gsdc as a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(Path(gsdc.__file__).parents[1])} | variables
    command = [sys.executable, "-m", "gsdc", *args]
    return subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True, text=True)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below ``folder``."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def project(tmp_path) -> Path:
    """Return a copy of the demo."""
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def test_all_that_is_wrong_is_what_a_person_wrote(project):
    """Its opencode.jsonc runs the security auditor on a light model: the file that a build would mend.

    One note is about .planning/config.json: the demo's people keep get-shit-done's own models by hand. The other one is
    about an agent of their own, which the policy does not govern.
    """
    done = run("--format", "json", "lint", cwd=project)
    found = [(one["code"], one["path"], one["line"]) for one in json.loads(done.stdout)["findings"]]
    line = (project / "opencode.jsonc").read_text().split("// cheap")[0].count("\n") + 1
    notes = [("IF032", "gsdc.yaml", 0), ("IF022", "opencode.jsonc", line - 8), ("IN014", "opencode.jsonc", line - 8)]
    assert (done.returncode, found) == (1, [*notes, ("NB001", "opencode.jsonc", line)])


def test_a_build_leaves_the_project_as_it_was(project):
    before = tree(project)
    assert run("build", "--profile", "balanced", cwd=project).returncode == 0
    after = tree(project)
    assert {path for path in after if not path.startswith("build/balanced/")} == set(before)
    assert {path: after[path] for path in before} == before


def test_a_build_shows_every_target(project):
    done = run("--format", "json", "build", cwd=project)
    built = json.loads(done.stdout)
    assert {artifact["target"] for artifact in built["artifacts"]} == {"opencode", "claude-md", "overrides", "plans"}
    assert all((project / "build/balanced" / artifact["path"]).is_file() for artifact in built["artifacts"])


def test_the_same_bytes_whatever_the_surroundings(project, tmp_path):
    builds = []
    for number, variables in enumerate(SETTINGS):
        elsewhere = tmp_path / f"elsewhere-{number}"
        elsewhere.mkdir()
        done = run("--project", project, "build", "--out", elsewhere / "out", cwd=elsewhere, **variables)
        assert done.returncode == 0, done.stderr
        builds.append(tree(elsewhere / "out"))
    assert builds[0] == builds[1]


def test_check_knows_a_fresh_build_from_an_old_one(project):
    assert run("build", "--check", cwd=project).returncode == 1
    assert run("build", cwd=project).returncode == 0
    assert run("build", "--check", cwd=project).returncode == 0
    (project / "CLAUDE.md").write_text("# Another\n")
    assert run("build", "--check", cwd=project).returncode == 1


def test_what_people_wrote_is_still_there(project):
    assert run("build", cwd=project).returncode == 0
    built = project / "build" / "balanced"
    notes = (project / "CLAUDE.md").read_text()
    assert (built / "CLAUDE.md").read_text().startswith(notes[: notes.index("# Inkwell") + 9])
    for line in notes.splitlines():
        assert line in (built / "CLAUDE.md").read_text()
    text = (built / "opencode.jsonc").read_text()
    assert "// Ours alone: writes what customers read." in text
    assert "/* Slow to start: switch it on when you need a browser. */" in text
    assert '"temperature": 0.6' in text
