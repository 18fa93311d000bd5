"""Input that is too much: an answer with the place, soon, and never a traceback."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main

PLAN = ".planning/phases/01-x/01-01-PLAN.md"
HEAD = "---\nphase: 01-x\nplan: 01\nwave: 1\nfiles_modified: [a.ts]\n---\n"
MANY = 200_000
# Nothing here takes a second; what these inputs took before was minutes, or all memory. No test measures more closely.
FAR_TOO_LONG = 60


def written(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def findings(folder: Path, *arguments: str) -> list[tuple[str, str, int, int]]:
    """Return code, path, line and column of what a command finds."""
    start = time.perf_counter()
    result = CliRunner().invoke(main, ["--project", str(folder), "--format", "json", *arguments])
    assert time.perf_counter() - start < FAR_TOO_LONG
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    found = json.loads(result.stdout)["findings"]
    return [
        (
            f["code"],
            os.path.relpath(f["path"], folder) if f["path"].startswith("/") else f["path"],
            f["line"],
            f["column"],
        )
        for f in found
    ]


YAML = {
    "brackets": ("a: " + "[" * MANY, (1, 104)),
    "braces": ("a: " + "{" * MANY, (1, 104)),
    "brackets on lines": ("a:\n" + " [\n" * MANY, (102, 2)),
    "brackets after quotes that do not close": ("b: it's\na: " + "[" * MANY, (2, 104)),
    "brackets after what looks like a comment": ('a: ["x # ", ' + "[" * MANY, (1, 112)),
    "brackets and values": ("a: " + "[" * 101 + "a," * MANY, (1, 104)),
    "lists in lists": ("- " * 100_000, (1, 201)),
    "keys in keys": ("? " * 100_000, (1, 201)),
    "indentation": ("\n".join(" " * i + f"a{i}:" for i in range(700)), (101, 101)),
    "lists on lines": ("\n".join("  " * i + "-" for i in range(700)), (101, 201)),
    "aliases": ("a: &a 1\n" + "".join(f"k{i}: *a\n" for i in range(20_000)), (2, 5)),
    "aliases of lists": ("a: &a [1, 2, 3, 4]\nb: [" + "*a," * 9_000 + "]\n", (2, 5)),
    "an alias bomb": (
        "a: &a [1,1,1,1,1,1,1,1]\n"
        + "".join(f"k{i}: &b{i} [" + f"*b{i - 1}," * 8 + "]\n" for i in range(1, 9)).replace("*b0", "*a"),
        None,
    ),
    "many values": ("a: &a [" + "1," * 3_000 + "]\nb: [" + "*a," * 4_000 + "]\n", None),
    "a long line": ("a: " + "x" * 3_990_000, None),
    "keys": ("".join(f"k{i}: 1\n" for i in range(20_000)), (1, 1)),
    "one key": ("a: 1\n" * 40_000, (1, 1)),
    "quotes": ("a: " + '"' * 1_000_000, None),
    "at signs": ("a: " + "@" * 1_000_000, None),
    "backticks": ("a: " + "`" * 250_000, (1, 4)),
}


@pytest.mark.sampled
@pytest.mark.parametrize("name", YAML)
def test_policies(tmp_path, name):
    text, place = YAML[name]
    written(tmp_path, {"gsdc.yaml": text, PLAN: HEAD})
    found = [f for f in findings(tmp_path, "lint") if f[1] == "gsdc.yaml"]
    assert found
    assert len(found) <= 100
    assert {code for code, *_ in found} <= {"IN002", "SC001"}
    assert place is None or found[0][2:] == place
    findings(tmp_path, "build")


JSON = {
    "brackets": "[" * MANY,
    "brackets in a key": '{"a":' + "[" * MANY,
    "brackets in quotes": '{"a": "' + "[" * MANY + '", "b": ' + "{" * 5,
    "lists": "[" + "[]," * MANY + "]",
    "agents": '{"agent":{' + ",".join(f'"a{i}":{{"model":"x/y"}}' for i in range(60_000)) + "}}",
    "comments": "//" * 1_000_000,
    "an open comment": "/*" * 500_000,
    "quotes": '"' * 1_000_000,
    "one key": "{" + '"a":1,' * 90_000 + "}",
}


@pytest.mark.sampled
@pytest.mark.parametrize("name", JSON)
def test_files_of_clients(tmp_path, name):
    text = JSON[name]
    paths = ("opencode.json", ".planning/config.json", ".claude/settings.json")
    project = "fleets: [gsd]\ntargets: {opencode: {path: opencode.json, create: true}}\n"
    written(tmp_path, {"gsdc.yaml": project, **dict.fromkeys(paths, text)})
    assert any(path == "opencode.json" and line for _, path, line, _ in findings(tmp_path, "lint"))
    for command in (["build"], ["status"]):
        CliRunner().invoke(main, ["--project", str(tmp_path), *command], catch_exceptions=False)


PLANS = {
    "tasks": (HEAD + "<task>\n</task>\n" * 266_000, ("PL032", 2007, 1)),
    "tasks that are open": (HEAD + "<task>\n" * 400_000, ("PL032", 1007, 1)),
    "tasks on one line": (HEAD + "x <task> " * 400_000, None),
    "tasks that touch": (HEAD + "<task><task>" * 300_000, None),
    "brackets": ("---\na: " + "[" * MANY + "\n---\n", ("PL001", 2, 104)),
    "keys": ("---\n" + "".join(f"k{i}: 1\n" for i in range(100_000)) + "---\n", None),
    "aliases": ("---\na: &a [1]\nb: [" + "*a," * 60_000 + "]\n---\n", ("PL001", 3, 5)),
    "one line": (HEAD + "<task>\n<action>" + "word " * 700_000 + "</action>\n</task>\n", None),
}


@pytest.mark.sampled
@pytest.mark.parametrize("name", PLANS)
def test_plans(tmp_path, monkeypatch, name):
    text, wanted = PLANS[name]
    written(tmp_path, {"gsdc.yaml": "fleets: [gsd]\ntargets: {plans: {}}\n", PLAN: text})
    monkeypatch.chdir(tmp_path)
    found = {(code, line, column) for code, _, line, column in findings(tmp_path, "lint")}
    assert wanted is None or wanted in found
    for command in (["annotate", ".planning"], ["graph", ".planning"], ["build"]):
        result = CliRunner().invoke(main, [*command])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert (tmp_path / PLAN).read_text(encoding="utf-8") == text


def nest(folder: Path, levels: int = 1500) -> None:
    """Make folders in each other, more than fit into a path."""
    before = Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    try:
        for _ in range(levels):
            os.mkdir("a")  # noqa: PTH102
            os.chdir("a")
    finally:
        os.chdir(before)


@pytest.fixture
def bottomless(tmp_path):
    """Return a project's folder, which is removed in a way that does not mind how deep it is."""
    project = written(tmp_path / "project", {"gsdc.yaml": "fleets: [gsd]\n"})
    yield project
    subprocess.run(["rm", "-rf", project], check=True)  # shutil.rmtree calls itself for each level


@pytest.mark.parametrize(
    ("at", "levels"), [("", 101), (".planning/phases", 99), (".claude/agents", 99), (".opencode/agent", 99)]
)
def test_deep_folders(bottomless, monkeypatch, at, levels):
    written(bottomless, {".claude/agents/x.md": "x", ".opencode/agent/x.md": "x"})
    nest(bottomless / at)
    monkeypatch.chdir(bottomless)
    found = [path for code, path, *_ in findings(bottomless, "lint") if code == "IN011"]
    assert found == ["/".join(filter(None, [at, *["a"] * levels]))]
    for command in (["build"], ["status"], ["annotate", "."], ["init", "--from", ".", "--dry-run"], ["graph", "."]):
        result = CliRunner().invoke(main, command)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception


PATTERNS = {
    ".planning/**PLAN.md": ".planning/**/*PLAN.md",
    "**PLAN.md": "**/*PLAN.md",
    ".planning/**": ".planning/**/*",
    ".planning/phase**/PLAN.md": ".planning/phase*/**/*/PLAN.md",
    "***/PLAN.md": "**/*/PLAN.md",
}


@pytest.mark.sampled
@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("command", ["lint", "build", "status"])
def test_patterns_are_checked_when_they_are_read(tmp_path, command, pattern):
    written(tmp_path, {"gsdc.yaml": f'fleets: [gsd]\ntargets:\n  plans:\n    paths: ["a.md", "{pattern}"]\n'})
    result = CliRunner().invoke(main, ["--project", str(tmp_path), command])
    assert "gsdc.yaml:4:21: error[SC002 invalid-value]" in result.stdout
    assert f'write "{PATTERNS[pattern]}"' in result.stdout
    assert result.exit_code == 1


def test_so_are_those_of_rules(tmp_path):
    rule = '{when: {files: ["src/**.ts", "docs/**"]}, require: {min: heavy}, why: money}'
    profile = f"{{extends: balanced, never-break: {{money: {rule}}}}}"
    written(tmp_path, {"gsdc.yaml": f"fleets: [gsd]\nprofile: own\nprofiles:\n  own: {profile}\n"})
    assert [f for f in findings(tmp_path, "lint") if f[0] == "SC002"] == [("SC002", "gsdc.yaml", 4, 65)]


@pytest.mark.parametrize(
    "pattern", ["**/" * 300 + "*PLAN.md", "*a" * 400, "**/*" + "/**/*" * 150 + "PLAN.md", "*" + "?" * 900]
)
def test_patterns_of_many_stars(tmp_path, pattern):
    written(tmp_path, {"gsdc.yaml": f'fleets: [gsd]\ntargets: {{plans: {{paths: ["{pattern}"]}}}}\n'})
    (tmp_path / ("a/" * 60)).mkdir(parents=True)
    (tmp_path / ("a" * 200)).touch()
    assert not [f for f in findings(tmp_path, "lint") if f[0] != "IN011"]
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "build"])
    assert result.exit_code == 0, result.output


def test_a_pattern_that_is_too_long(tmp_path):
    written(tmp_path, {"gsdc.yaml": f'fleets: [gsd]\ntargets: {{plans: {{paths: ["{"*a" * 501}"]}}}}\n'})
    assert [f[0] for f in findings(tmp_path, "lint")] == ["SC002"]


@pytest.mark.parametrize("home", [None, "", "~", "home"])
def test_without_a_home_nothing_is_kept(tmp_path, monkeypatch, home):
    for name in ("GSDC_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    monkeypatch.chdir(written(tmp_path, {"gsdc.yaml": "fleets: [gsd]\n", PLAN: HEAD}))
    for _ in range(2):
        CliRunner().invoke(main, ["lint"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [".planning", "gsdc.yaml"]


def test_a_cache_in_the_project_is_neither_read_nor_written(tmp_path, monkeypatch):
    project = written(tmp_path / "project", {"gsdc.yaml": "fleets: [gsd]\n", PLAN: HEAD})
    (project / "caches").mkdir()
    (tmp_path / "link").symlink_to(project / "caches")
    monkeypatch.delenv("GSDC_CACHE_DIR")
    for variable in ("XDG_CACHE_HOME", "GSDC_CACHE_DIR"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, str(tmp_path / "link"))
            CliRunner().invoke(main, ["--project", str(project), "lint"])
    assert list((project / "caches").iterdir()) == []
