"""No name and no text of a repository becomes a command to the build server that prints what gsdc says.

GitHub's runner takes "::name::" at the beginning of a line, blanks apart, and "##[name]" anywhere (actions/runner,
ActionCommand.cs); Azure Pipelines and TeamCity take "##vso[" and "##teamcity[".
"""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from gsdc.cli import main

NAMES = ("::error::x", " ::add-mask::x", "##[error]x", "x ##vso[task]", "##teamcity[x]", "::warning file=a::b")
COMMAND = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)
PLAN = """\
---
phase: "{0}"
wave: {0}
---
{0}
<task type="{0}">
  <name>{0}</name>
{0} /Users/ada/x
  <files>{0}</files>
</task>
"""
FORMATS = ("text", "json", "sarif", "junit")
COMMANDS = ("lint", "lint --diff --unsafe-fixes", "graph {}", "annotate {}", "cost {}", "verify {}", "explain {}#1")


def said(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["--project", str(folder), *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done.output


@pytest.fixture(params=NAMES)
def project(request, tmp_path, monkeypatch) -> Path:
    folder = tmp_path / request.param / ".planning/phases/01-x"
    folder.mkdir(parents=True)
    (folder / "01-01-PLAN.md").write_text(PLAN.format(request.param))
    (tmp_path / "gsdc.yaml").write_text(f"profile: {json.dumps(request.param)}\n")
    (tmp_path / "opencode.json").write_text(json.dumps({request.param: 1}, indent=1))
    monkeypatch.chdir(tmp_path)
    return folder / "01-01-PLAN.md"


@pytest.mark.parametrize("format_", FORMATS)
def test_findings_hold_none(project, format_):
    output = said(Path(), "--format", format_, "lint", "--verbose")
    assert not COMMAND.search(output), output
    assert "x" in output


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_prints_one(project, command):
    (project.parents[4] / "gsdc.yaml").unlink()
    path = project.relative_to(project.parents[4])
    output = said(Path(), *(word.replace("{}", str(path)) for word in command.split()))
    assert output
    assert not COMMAND.search(output), output


def test_programs_read_what_is_there(project):
    wanted = str(project.parents[3].name)
    found = json.loads(CliRunner().invoke(main, ["--format", "json", "lint"]).stdout)["findings"]
    assert any(each["path"].startswith(wanted) for each in found)
    root = ET.fromstring(CliRunner().invoke(main, ["--format", "junit", "lint"]).stdout)
    assert any(suite.get("name", "").startswith(wanted) for suite in root)


def test_githubs_own_commands_stay_and_are_the_only_ones(project):
    lines = [line for line in CliRunner().invoke(main, ["lint", "--format", "github"]).stdout.split("\n") if line]
    place = r"file=[^,:]*,(line=\d+,col=\d+,(endLine=\d+,endColumn=\d+,)?)?"
    head = re.compile(rf"::(error|warning|notice) ({place})?title=[A-Z]+\d+ [\w-]+::")
    assert all(head.match(line) for line in lines)
    assert lines


@pytest.mark.parametrize("format_", [*FORMATS, "github"])
def test_no_format_drives_a_terminal(tmp_path, format_):
    evil = "\x1b[31m\x9b31m\x7f\u202e\u2066\u200f"
    (tmp_path / "gsdc.yaml").write_text(f"profile: {json.dumps(evil)}\n")
    output = CliRunner().invoke(main, ["--project", str(tmp_path), "--format", format_, "lint"], color=True).output
    assert output
    assert output.replace("\n", "").isprintable()
    if format_ == "json":
        assert "31m" in json.loads(output)["findings"][0]["message"]
