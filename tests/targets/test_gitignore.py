"""Lines of .gitignore (seed 002, task 6): added once, to the byte, and taken away again."""

import subprocess

import pytest
from tests.cli.running import run

PROJECT = "fleets: [leo]\ntargets: {gitignore: %s}\n"
LINE = ".token-log.json"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(PROJECT % "true")
    return tmp_path


@pytest.mark.parametrize(
    "before",
    [
        None,
        b"",
        b"node_modules\n",
        b"node_modules",
        b"node_modules\r\n\r\n# ours\r\ndist\r\n",
        b"\xef\xbb\xbfdist\n",
        b"# .token-log.json\n",
        b"!.token-log.json.bak\n  \n",
    ],
)
def test_the_line_is_added_and_taken_away(project, before):
    path = project / ".gitignore"
    if before is not None:
        path.write_bytes(before)
    run(project, "apply", "--yes")
    written = path.read_bytes()
    assert written.startswith(before or b"")
    assert [line for line in written.decode().splitlines() if line == LINE] == [LINE]
    run(project, "apply", "--yes")
    assert path.read_bytes() == written
    run(project, "rollback", "--yes")
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize("before", [b"a\n", b"a", b"a\r\nb\r\n"])
def test_what_a_person_adds_later_stays(project, before):
    path = project / ".gitignore"
    path.write_bytes(before)
    run(project, "apply", "--yes")
    newline = b"" if path.read_bytes().endswith(b"\n") else b"\n"
    path.write_bytes(path.read_bytes() + newline + b"later\n")
    run(project, "rollback", "--yes")
    assert path.read_bytes() == before + newline + b"later\n"


def test_a_person_s_own_line_is_the_person_s(project):
    path = project / ".gitignore"
    path.write_text(f"{LINE}\nx\n")
    run(project, "apply", "--yes")
    assert path.read_text() == f"{LINE}\nx\n"
    (project / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {claude-md: true}\n")
    run(project, "apply", "--yes")
    assert path.read_text() == f"{LINE}\nx\n"


def test_a_target_that_is_not_used_any_more_takes_its_line_along(project):
    path = project / ".gitignore"
    path.write_text("x\n")
    run(project, "apply", "--yes")
    (project / "gsdc.yaml").write_text("fleets: [leo]\ntargets: {claude-md: true}\n")
    run(project, "apply", "--yes")
    assert path.read_text() == "x\n"


def test_a_line_that_is_gone_is_drift(project):
    run(project, "apply", "--yes")
    (project / ".gitignore").write_text("x\n")
    assert ".gitignore" in run(project, "status", code=1).output


def test_git_ignores_what_the_lines_say(project):
    (project / "gsdc.yaml").write_text(PROJECT % '{lines: [".token-log.json", "/orchestrator/*.log", "!keep.log"]}')
    run(project, "apply", "--yes")
    subprocess.run(["git", "init", "-q", project], check=True)
    asked = ["git", "-C", project, "check-ignore", ".token-log.json", "orchestrator/a.log", "keep.log", "other"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [".token-log.json", "orchestrator/a.log"]


@pytest.mark.parametrize("line", ["", " x", "# x", "a\\nb", "x "])
def test_what_is_no_line_is_rejected(tmp_path, line):
    (tmp_path / "gsdc.yaml").write_text(PROJECT % f'{{lines: ["{line}"]}}')
    assert "SC002" in run(tmp_path, "lint", code=1).output
