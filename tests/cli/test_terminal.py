"""What commands print fits the terminal, whole in pipes, and nothing is lost."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.running import run

import gsdc
from gsdc.cli import main

DEMO = Path(__file__).parents[1] / "projects/demo"
PLAN = ".planning/phases/03-billing/03-02-PLAN.md"
COMMANDS = (
    ["agents"],
    ["agents", "gsd-verifier"],
    ["lint"],
    ["lint", "--statistics"],
    ["lint", "--no-cache", "--select", "NB"],
    ["status"],
    ["cost", ".planning"],
    ["dispatch", PLAN],
    ["graph", PLAN],
    ["models", "--for", "gsd"],
    ["explain", "gsd-verifier"],
    ["explain", f"{PLAN}#1"],
    ["prove"],
    ["budget"],
    ["calibrate"],
    ["diff", "--profile", "budget"],
    ["diff", "--profile", "budget", "--view", "semantic", "--view", "cost"],
    ["verify", ".planning"],
    ["doctor"],
    ["help"],
    ["rule"],
    ["tokens", "list"],
    ["override", "gsd-planner", "opus", "--reason", "Because the plan moves money"],
    ["build"],
    ["migrate", "--to", "budget", "--out", "migration"],
    ["apply", "--yes"],
    ["history"],
)


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(DEMO, tmp_path / "project", ignore=shutil.ignore_patterns("build"))
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def shown(*arguments: str, width: int | None) -> str:
    environment = {"COLUMNS": None if width is None else str(width), "GSDC_CACHE_DIR": None}
    return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False).output


def letters(text: str) -> str:
    """Return what a text says, however its lines are folded."""
    return re.sub(r"[\s│]", "", text)


@pytest.mark.sampled
@pytest.mark.parametrize("width", [20, 80])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(project, arguments, width):
    lines = shown(*arguments, width=width).splitlines()
    assert lines
    # A name, a path or an option is never broken: on a narrow terminal it has a line of its own.
    long = [line for line in lines if width == 20 or str(project) in line]  # the folder of a test may be longer than 80
    words = [line for line in long if len(line.strip(" │").split()) == 1]
    assert [line for line in lines if len(line) > width and line not in words] == []


MANY = "agents changes errors files findings models notes phrases plans releases rules tasks turns warnings"
ONE_OF_MANY = re.compile(rf"\b1 (more )?({'|'.join(MANY.split())})\b")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_one_thing_is_counted_as_one(project, arguments):
    assert not ONE_OF_MANY.search(shown(*arguments, width=None))


@pytest.mark.parametrize(
    "arguments",
    [["agents", "gsd-x"], ["agents", "--role", "x"], ["rule", "x"], ["help", "x"], ["x"]],
    ids=" ".join,
)
def test_of_many_names_the_nearest_three_are_listed(project, arguments):
    names = re.split(r"the nearest of \d+: ", " ".join(shown(*arguments, width=None).split()))
    assert arguments == ["rule", "x"] or 2 <= names[-1].count(",") + 1 <= 3, names
    assert max(line.count(", ") for line in names) < 8


@pytest.mark.parametrize("arguments", [["agents"], ["status"], ["cost", PLAN], ["graph", PLAN]])
def test_nothing_is_lost_at_80_columns(project, arguments):
    whole = letters(shown(*arguments, width=None))
    narrow = letters(shown(*arguments, width=80))
    if arguments == ["agents"]:  # `gsdc agents AGENT` has the folders of shipped files
        whole = re.sub(r"profiles/(fleets/)?", "", whole)
    assert sorted(narrow) == sorted(whole)  # cells of a row may follow each other in another order


LONG = ("ai-integration-reviewer", "configuration-management-agent", "a" * 79)


@pytest.mark.parametrize("width", [20, 60, 80, 100])
@pytest.mark.parametrize(
    "arguments",
    [
        ["agents"],
        ["diff", "--profile", "budget", "--view", "semantic"],
        ["override", LONG[0], "haiku", "--reason", "x"],
    ],
    ids=" ".join,
)
def test_a_name_is_never_broken(tmp_path, monkeypatch, arguments, width):
    (tmp_path / "gsdc.yaml").write_text(
        "fleets: []\ntargets: {claude-code: {create: true}}\nprofile: quality\nagents:\n"
        + "".join(f"  {name}: {{role: review, description: Reviews}}\n" for name in LONG)
    )
    monkeypatch.chdir(tmp_path)
    shown("apply", "--yes", width=None)
    words = {word.rstrip(":;,") for word in re.split(r"\s+", shown(*arguments, width=None))}
    names = {word for word in words if word in LONG or ".yaml:" in word}
    assert names & {*LONG}
    narrow = shown(*arguments, width=width)
    shortened = {re.sub("^profiles/", "", name) if arguments == ["agents"] else name for name in names}
    assert [name for name in shortened if name not in narrow] == []


def test_text_without_blanks_is_folded(project):
    (project / "gsdc.yaml").write_text(f"profile: {'合計' * 20}\n", encoding="utf-8")
    lines = [line for line in shown("lint", width=40).splitlines() if not line.startswith("1 |")]  # the excerpt is cut
    assert "合計" * 20 in letters("".join(lines))
    assert max(sum(2 if character > "\u2fff" else 1 for character in line) for line in lines) <= 40


def test_a_path_that_is_folded_is_whole_again_without_its_line_ends(project):
    (project / "src").mkdir(exist_ok=True)
    path = "src/" + "-".join(f"part{number}" for number in range(12)) + ".md"
    (project / path).write_text("---\nphase: 01-x\nplan: 01\n---\n<task type='auto'>\n<name>Draw</name></task>\n")
    assert path in letters(shown("lint", path, width=40))


def many(project: Path, count: int) -> str:
    """Make a plan in which ``count`` tasks have a vague verification, and the last one is an error as well."""
    tasks = "".join(
        f'<task type="auto">\n  <name>Task {n}: Draw part {n}</name>\n  <files>src/p{n}.ts</files>\n'
        "  <action>Draw it.</action>\n  <verify>It works</verify>\n  <done>It is there</done>\n</task>\n"
        for n in range(1, count + 1)
    ).replace(f"Task {count}: Draw part {count}", f"Task {count}: Verify JWT signatures of the auth middleware")
    tasks = tasks[::-1].replace('"otua"=epyt ksat<', '"ukiah"=ledom "otua"=epyt ksat<', 1)[::-1]
    files = ", ".join(f"src/p{n}.ts" for n in range(1, count + 1))
    head = f"---\nphase: 09-x\nplan: 01\ntype: execute\nwave: 1\ndepends_on: []\nfiles_modified: [{files}]\n"
    path = project / ".planning/phases/09-x/09-01-PLAN.md"
    path.parent.mkdir(parents=True)
    path.write_text(f"{head}autonomous: true\nmust_haves: {{truths: []}}\n---\n{tasks}")
    return path.relative_to(project).as_posix()


@pytest.mark.parametrize(("most", "expected"), [((), 50), (("--max", "3"), 3), (("--max", "0"), None)])
def test_findings_are_capped_the_severe_ones_first_and_the_rest_counted(project, most, expected):
    path = many(project, 60)
    found = json.loads(shown("--format", "json", "lint", path, *most, width=None))["findings"]
    output = shown("lint", path, *most, width=None)
    lines = [line for line in output.splitlines() if line.startswith(path)]
    assert len(lines) == (expected or len(found))
    assert "error[NB018 " in output
    assert ("more in 1 file" in output) == (expected is not None)
    assert f"{sum(each['severity'] == 'warning' for each in found)} warnings" in output


def test_apply_asks_with_at_most_15_lines(project):
    output = shown("apply", "--yes", width=80).split("applied ")[0]
    assert len(output.splitlines()) <= 15
    assert re.search(r"^  haiku -> opus.*: gsd-security-auditor$", output, re.MULTILINE)
    assert " others: gsdc diff --all shows them\n" in output
    assert "(5 changed, 7 new): gsdc apply --dry-run" in " ".join(output.split())


def test_what_a_client_cannot_express_is_said_by_build_alone(project):
    for command in (["apply", "--yes"], ["status"], ["diff", "--profile", "budget"], ["lint"]):
        assert "OC003" not in shown(*command, width=None)
    assert "OC003" in shown("build", width=None)
    assert "OC003" in shown("status", "-v", width=None)


# --- signs of life

IMPATIENT = """\
import sys
from gsdc.cli import main, progress
progress._SILENCE = 0
progress._TICK = 0.001
main(sys.argv[1:], prog_name="gsdc")
"""


def on_a_terminal(folder: Path, *arguments: str, term: str) -> str:
    """Return what a terminal gets from a command that shows its sign of life at once."""
    pty = pytest.importorskip("pty")
    parent, child = pty.openpty()
    environment = os.environ | {"TERM": term, "PYTHONPATH": str(Path(gsdc.__file__).parents[1])}
    command = [sys.executable, "-c", IMPATIENT, *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdin=child, stdout=child, stderr=child):
        os.close(child)
        output = b""
        while True:
            try:
                part = os.read(parent, 4096)
            except OSError:
                break
            if not part:
                break
            output += part
    os.close(parent)
    return output.decode()


def test_a_command_that_says_nothing_shows_that_it_works(project):
    output = on_a_terminal(project, "prove", "--all", term="xterm")
    assert "\r\x1b[Kgsdc prove: 0 s" in output
    assert output.rpartition("gsdc prove:")[2].count("\r\x1b[K") >= 1  # erased before the answer
    assert "never-break rules hold" in output


def test_a_dumb_terminal_gets_no_sign_and_no_colour(project):
    output = on_a_terminal(project, "prove", "--all", term="dumb")
    assert "\x1b" not in output
    assert "never-break rules hold" in output


def test_a_pipe_gets_no_sign(project):
    assert "\x1b" not in run(project, "prove", "--all").output
