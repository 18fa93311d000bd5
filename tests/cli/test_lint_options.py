"""What ``gsdc lint`` shows, and what decides its exit code."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest
from click.testing import CliRunner, Result

from gsdc.cli import COMMANDS, main

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
<task type="auto" model="sonnet">
  <name>Task 1: Draw the chart</name>
  <files>src/chart.ts</files>
  <action>Draw it.</action>
  <verify>It works</verify>
  <done>The chart is there</done>
</task>
"""
# What is found in PLAN: a warning with a fix, and one without.
UNDECLARED, VAGUE = "PL015", "PL018"
WHERE = Path(".planning/phases/01-charts/01-01-PLAN.md")
BROKEN_POLICY = "profile: team\nprofiles:\n  team: {extends: budget, agents: {gsd-security-auditor: sonnet}}\n"


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    plan = tmp_path / WHERE
    plan.parent.mkdir(parents=True)
    plan.write_text(PLAN)
    configure(tmp_path, "")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(folder: Path, text: str) -> None:
    (folder / "gsdc.yaml").write_text(f"fleets: [gsd]\n{text}")


def run(*arguments: str, code: int | None = None, strict: bool = True) -> Result:
    result = CliRunner().invoke(main, ["lint", *(["--strict"] if strict else []), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert code is None or result.exit_code == code, result.output
    return result


def data(*arguments: str, code: int | None = None) -> dict:
    return json.loads(run("--format", "json", *arguments, code=code).stdout)


def codes(*arguments: str, code: int | None = None) -> list[str]:
    return sorted({finding["code"] for finding in data(*arguments, code=code)["findings"]})


# --- exit codes


def test_warnings_alone_fail_only_where_it_is_strict(project):
    assert "2 warnings" in run(code=0, strict=False).output
    assert run(code=1, strict=True).output == run(strict=False).output


def test_errors_fail_whether_strict_or_not(project):
    location = project / WHERE
    location.write_text(location.read_text().replace("<task ", '<task depends-on="9" ', 1))
    (project / "gsdc.yaml").write_text("profile: [\n")
    for strict in (True, False):
        run(code=1, strict=strict)


# --- select, ignore, severity


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ((), [UNDECLARED, VAGUE]),
        (("--select", UNDECLARED), [UNDECLARED]),
        (("--select", "PL"), [UNDECLARED, VAGUE]),
        (("--select", "pl015,vague-verify"), [UNDECLARED, VAGUE]),
        (("--select", "PL015", "--select", "PL018"), [UNDECLARED, VAGUE]),
        (("--select", "NB"), []),
        (("--ignore", "vague-verify"), [UNDECLARED]),
        (("--ignore", "PL01"), []),
        (("--select", "PL", "--ignore", "PL015"), [VAGUE]),
        (("--severity", "warning"), [UNDECLARED, VAGUE]),
        (("--severity", "error"), []),
    ],
    ids=" ".join,
)
def test_what_is_shown_decides(project, arguments, found):
    assert codes(*arguments, code=bool(found)) == found


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(("word", "near"), [("PL0l8", "PL018"), ("vague-verfy", "vague-verify"), ("", ""), ("ZZ", "")])
def test_an_unknown_rule_is_refused(project, option, word, near):
    output = run(option, f"PL015,{word}", code=2).output
    assert f'{option}: error[RF001 unknown-name]: unknown rule "{word}"' in output
    assert f'did you mean "{near}"' in output or not near


def test_what_cannot_be_read_is_always_shown(project):
    assert codes("--select", "NB", "gone.md", code=2) == ["IN001"]
    configure(project, "profil: x\n")
    assert codes("--select", "NB", code=1) == ["SC001"]


def test_the_cache_does_not_depend_on_the_options(project):
    for arguments in ((), ("--ignore", "PL018"), ("--select", "PL018"), ()):
        os.utime(WHERE, (1, 1))  # what has just changed is not kept
        codes(*arguments)
    assert codes() == [UNDECLARED, VAGUE]


# --- never-break rules


def test_hiding_a_never_break_error_hides_no_failure(project):
    configure(project, BROKEN_POLICY)
    assert "NB001" in codes(code=1)
    output = run("--ignore", "NB001,PL", code=1).output
    assert "error[NB001" not in output
    assert "1 never-break finding is hidden and fails all the same" in output
    assert data("--select", "PL018", code=1)["hidden"] == {"findings": 1, "never-break": 1}
    assert "1 never-break finding" in run("-q", "--ignore", "NB,PL", code=1).stderr
    assert "1 never-break finding" in run("--format", "github", "--ignore", "NB,PL", code=1).stderr


@pytest.mark.parametrize("word", ["NB001", "nb001", "NB", "security-downgrade"])
@pytest.mark.parametrize(
    ("text", "place"),
    [("lint:\n  ignore: [{}]\n", (6, 12)), ("lint:\n  per-path:\n    '**': {{ignore: [{}]}}\n", (7, 21))],
)
def test_gsdc_yaml_cannot_switch_off_a_never_break_rule(project, word, text, place):
    configure(project, BROKEN_POLICY + text.format(word))
    found = {finding["code"]: finding for finding in data(code=1)["findings"]}
    assert {"NB001", "RF006"} <= set(found)
    assert (found["RF006"]["path"], found["RF006"]["line"], found["RF006"]["column"]) == ("gsdc.yaml", *place)
    assert f'"{word}"' in found["RF006"]["message"]


@pytest.mark.parametrize("text", ["select: [PL]", "severity: error", "per-path: {gsdc.yaml: {select: [PL]}}"])
def test_what_gsdc_yaml_does_not_select_still_never_breaks(project, text):
    configure(project, f"{BROKEN_POLICY}lint: {{{text}}}\n")
    assert "NB001" in codes(code=1)


def test_a_warning_of_a_never_break_rule_can_be_ignored(project):
    auth = PLAN.replace("Draw the chart", "Add JWT signatures to the auth middleware")
    (project / WHERE).write_text(auth.replace("src/chart.ts", "src/auth/jwt.ts"))
    assert "NB005" in codes()
    configure(project, "lint: {ignore: [NB005]}\n")
    assert codes() == [UNDECLARED, VAGUE]


def test_gsdc_yaml_cannot_switch_off_what_keeps_the_policy_from_being_read(project):
    (project / "team.yaml").write_text("extends: balanced\nrolse: {}\n")
    configure(project, "profile: team\nprofiles: {team: team.yaml}\nlint: {ignore: [unknown-key]}\n")
    assert {"SC001", "RF006"} <= set(codes(code=1))


# --- gsdc.yaml


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lint: {}", [UNDECLARED, VAGUE]),
        ("lint: {select: [PL018]}", [VAGUE]),
        ("lint: {ignore: [undeclared-file]}", [VAGUE]),
        ("lint: {severity: error}", []),
        ("lint: {per-path: {.planning: {ignore: [PL018]}}}", [UNDECLARED]),
        ("lint: {per-path: {'other/**': {ignore: [PL]}}}", [UNDECLARED, VAGUE]),
        ("lint: {per-path: {'**/01-*-PLAN.md': {severity: error}}}", []),
        ("lint: {ignore: [PL], per-path: {'01-*/': {select: [PL018]}}}", [VAGUE]),
        ("lint: {severity: error, per-path: {'*.md': {severity: warning}}}", [UNDECLARED, VAGUE]),
        ("lint: {per-path: {'*.md': {ignore: [PL018]}, '.planning/**': {select: [PL018]}}}", [VAGUE]),
    ],
)
def test_configured(project, text, found):
    configure(project, text + "\n")
    assert codes(code=bool(found)) == found
    assert codes(str(WHERE), code=bool(found)) == found
    assert codes("--project", str(project), str(project / WHERE), code=bool(found)) == found


def test_the_command_line_has_the_last_word(project):
    configure(project, "lint: {ignore: [PL018], severity: error, per-path: {'*.md': {ignore: [PL015]}}}\n")
    assert codes("--select", "PL", "--severity", "note") == [UNDECLARED, VAGUE]
    assert codes("--severity", "note") == []
    configure(project, "lint: {select: [PL018]}\n")
    assert codes("--ignore", "PL018") == []


def test_a_file_that_is_extended_says_it_too(project):
    (project / "base.yaml").write_text("lint: {ignore: [PL018], per-path: {'*.md': {ignore: [PL015]}}}\n")
    configure(project, "extends: base.yaml\n")
    assert codes() == []
    configure(project, "extends: base.yaml\nlint: {ignore: []}\n")
    assert codes() == [VAGUE]


@pytest.mark.parametrize(
    ("text", "code", "place", "help_"),
    [
        ("lint:\n  ignore: [PL018, vague-verfy]\n", "RF001", (3, 19), "vague-verify"),
        ("lint:\n  per-path: {'*.md': {select: [PLO15]}}\n", "RF001", (3, 32), "PL015"),
        ("lint:\n  ignored: [PL018]\n", "SC001", (3, 3), "ignore"),
        ("lint:\n  severity: warn\n", "SC002", (3, 13), "warning"),
        ("lint:\n  ignore: PL018\n", "SC002", (3, 11), "list"),
        ("lint:\n  per-path: {'!*.md': {}}\n", "SC002", (3, 14), "pattern"),
        ("lint:\n  baseline: ../baseline.json\n", "IN004", (3, 13), "below"),
    ],
)
def test_mistakes_in_gsdc_yaml_are_findings(project, text, code, place, help_):
    configure(project, text)
    for arguments in ((), (str(WHERE),)):
        found = [finding for finding in data(*arguments, code=1)["findings"] if finding["path"] == "gsdc.yaml"]
        assert [finding["code"] for finding in found] == [code]
        assert (found[0]["line"], found[0]["column"]) == place
        assert help_ in found[0]["help"]


# --- the baseline


def test_a_baseline_takes_what_is_there(project):
    output = run("--write-baseline", code=0).output
    assert "wrote .gsdc/baseline.json" in output
    assert "lint: {baseline: .gsdc/baseline.json}" in output
    assert run(code=1).output.count("warning[") == 2
    output = run("--baseline", ".gsdc/baseline.json", code=0).output
    assert output == "no findings\n2 findings are in the baseline\n"
    assert data("--baseline", ".gsdc/baseline.json", code=0)["baseline"] == {
        "findings": 2,
        "unmatched": 0,
    }
    configure(project, "lint: {baseline: .gsdc/baseline.json}\n")
    run(code=0)
    assert run("--write-baseline").output.startswith("wrote .gsdc/baseline.json\nno findings\n")
    run("--project", str(project), code=0)


def test_a_baseline_is_small_sorted_and_the_same_each_time(project):
    run("--write-baseline")
    first = (project / ".gsdc/baseline.json").read_bytes()
    run("--write-baseline")
    assert (project / ".gsdc/baseline.json").read_bytes() == first
    written = json.loads(first)
    assert list(written) == ["version", "findings"]
    ((path, entries),) = written["findings"].items()
    assert path == WHERE.as_posix()
    assert entries == sorted(entries)
    assert [entry.split()[0] for entry in entries] == [UNDECLARED, VAGUE]
    assert len(first.splitlines()) == 9
    assert [path.name for path in Path(".gsdc").iterdir()] == ["baseline.json"]


def baselined(project: Path) -> dict[str, list[str]]:
    return json.loads((project / ".gsdc/baseline.json").read_text())["findings"]


def test_what_is_new_counts(project):
    run("--write-baseline")
    task = PLAN[PLAN.index("<task") :].replace("chart", "table").replace("Task 1", "Task 2")
    (project / WHERE).write_text(PLAN.replace("---\n<task", "---\nA line.\n\n<task") + task)
    output = run("--baseline", ".gsdc/baseline.json", code=1).output
    assert "2 warnings" in output
    assert "2 findings are in the baseline" in output
    assert "task 1" not in output


def test_entries_that_match_nothing_are_told(project):
    run("--write-baseline")
    (project / WHERE).write_text(PLAN.replace("It works", "npm test -- chart"))
    output = run("--baseline", ".gsdc/baseline.json", code=0).output
    assert "1 entry of the baseline matches nothing: write it again with --write-baseline" in output
    assert "matches nothing" not in run("--baseline", ".gsdc/baseline.json", "gsdc.yaml", code=0).output
    run("--baseline", ".gsdc/baseline.json", "--write-baseline")
    assert run("--baseline", ".gsdc/baseline.json", code=0).output == "no findings\n1 finding is in the baseline\n"


def test_written_for_some_paths_it_keeps_the_others(project):
    other = project / ".planning/phases/02-tables/02-01-PLAN.md"
    other.parent.mkdir()
    other.write_text(PLAN.replace("01-login", "02-tables"))
    run("--write-baseline")
    entries = baselined(project)
    other.write_text(other.read_text().replace("It works", "npm test"))
    run(str(other.parent), "--write-baseline")
    after = baselined(project)
    assert after[WHERE.as_posix()] == entries[WHERE.as_posix()]
    changed = other.relative_to(project).as_posix()
    assert len(after[changed]) == len(entries[changed]) - 1


def test_a_baseline_takes_no_never_break_errors(project):
    configure(project, BROKEN_POLICY)
    run("--write-baseline", code=1)
    assert "NB001" not in (project / ".gsdc/baseline.json").read_text()
    output = run("--baseline", ".gsdc/baseline.json", code=1).output
    assert "error[NB001" in output
    assert "2 findings are in the baseline" in output


def test_never_break_errors_that_a_baseline_lists_count_all_the_same(project):
    configure(project, BROKEN_POLICY)
    (found,) = (finding for finding in data(code=1)["findings"] if finding["code"] == "NB001")
    entry = {"version": 1, "findings": {found["path"]: [f"NB001 {found['fingerprint']}"]}}
    (project / "old.json").write_text(json.dumps(entry))
    assert "NB001" in codes("--baseline", "old.json", code=1)


def test_what_cannot_be_read_is_no_part_of_a_baseline(project):
    configure(project, "profil: x\n")
    assert "SC001" in run("--write-baseline", code=1).output
    assert codes("--baseline", ".gsdc/baseline.json", code=1) == ["SC001"]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("{", (1, 2)),
        ("[]", (1, 1)),
        ('{"version": 2, "findings": {}}', (1, 1)),
        ('{"version": 1, "findings": []}', (1, 1)),
        ('{"version": 1, "findings": {"a.md": "PL018 1"}}', (1, 1)),
        ('{"version": 1, "findings": {"a.md": ["PL018"]}}', (1, 1)),
        ('{"version": 1, "findings": {"a.md": [1]}}', (1, 1)),
        ('{"version": 1,\n<<<<<<< ours\n', (2, 1)),
        ("[" * 100_000, (1, 1)),
    ],
)
def test_a_broken_baseline(project, content, place):
    (project / "old.json").write_text(content)
    for arguments in (("--baseline", "old.json"), ("--write-baseline", "old.json")):
        (found,) = data(*arguments, code=2)["findings"]
        assert (found["code"], found["path"], found["line"], found["column"]) == ("IN001", "old.json", *place)
    assert (project / "old.json").read_text() == content


def test_a_baseline_that_is_not_there(project):
    assert codes("--baseline", "gone.json", code=2) == ["IN001"]


@pytest.mark.parametrize("name", ["gsdc.yaml", ".planning", "package.json"])
def test_nothing_else_is_overwritten(project, name):
    (project / "package.json").write_text("{}")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    run("--write-baseline", name, code=2)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


# --- statistics and formats


def test_statistics(project):
    (project / WHERE).write_text(
        PLAN + PLAN[PLAN.index("<task") :].replace("Task 1", "Task 2").replace("src/c", "src/d")
    )
    assert run("--statistics", code=1).output.splitlines()[:3] == [
        "findings  code   name             fixable",
        "       2  PL015  undeclared-file        2",
        "       2  PL018  vague-verify           0",
    ]
    assert data("--statistics", code=1)["statistics"][0] == {
        "code": "PL015",
        "name": "undeclared-file",
        "findings": 2,
        "fixable": 2,
    }
    assert "statistics" not in data()
    assert "--statistics is for" in run("--statistics", "--format", "junit", code=2).output
    assert run("--statistics", "--select", "NB", code=0).output == "no findings\n"


def test_findings_have_fingerprints(project):
    before = {finding["code"]: finding["fingerprint"] for finding in data()["findings"]}
    (project / WHERE).write_text(PLAN.replace("---\n<task", "---\n\n<!-- a note -->\n\n<task"))
    after = data(str(project / WHERE))["findings"]
    assert {finding["code"]: finding["fingerprint"] for finding in after} == before
    assert {finding["line"] for finding in after} == {16, 18}


@pytest.mark.parametrize("arguments", [("build",), ("annotate", str(WHERE)), ("verify", str(WHERE))])
def test_findings_of_other_commands_have_them_too(project, arguments):
    (project / WHERE).write_text(PLAN.replace("wave: 1", 'wave: "'))
    configure(project, "profil: x\n" if arguments == ("build",) else "")
    found = json.loads(CliRunner().invoke(main, ["--format", "json", *arguments]).stdout)["findings"]
    assert found
    assert all(len(finding["fingerprint"]) == 16 for finding in found)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"lint", "guard"}))  # guard answers in a client's own format
def test_reports_of_findings_are_for_lint(project, name, before):
    argument = {
        "schema": ["profile"],
        "pause": ["--reason", "Models by hand"],
        "migrate": ["--to", "budget", "--out", "x"],
        "report": ["daily"],
        "assign": ["--groups", "a,b"],
        **{command: [] for command in ("build", "history", "init", "prove", "rollback")},
    }.get(name, ["x"])
    arguments = ["--format", "sarif", name] if before else [name, "--format", "sarif"]
    result = CliRunner().invoke(main, [*arguments, *argument])
    assert result.exit_code == 2
    assert "Invalid value for '--format'" in result.output


def test_formats_before_the_command(project):
    result = CliRunner().invoke(main, ["--format", "github", "lint", "--select", "PL018"])
    assert result.output.startswith(f"::warning file={WHERE.as_posix()},line=15,col=11,title=PL018 vague-verify::")


# --- fixes


def test_what_is_ignored_is_not_mended(project):
    run("--fix", "--ignore", UNDECLARED)
    assert (project / WHERE).read_text() == PLAN
    assert run("--diff", "--select", VAGUE).output.count("\n@@") == 0
    configure(project, f"lint: {{per-path: {{'*.md': {{ignore: [{UNDECLARED}]}}}}}}\n")
    run("--fix")
    assert (project / WHERE).read_text() == PLAN
    run("--fix", "--select", UNDECLARED)
    assert "files_modified: [src/chart.ts]" in (project / WHERE).read_text()


# --- watching


# Started in the background of a script, a process would not listen to Ctrl-C.
LISTENING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from gsdc.__main__ import run; run()"
)


@pytest.fixture
def watch(project):
    """Return ``watch(*arguments)``: lint, which watches the project in a process of its own."""
    started = []

    def start(*arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-c", LISTENING, "lint", "--watch", *arguments]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        limit = Timer(60, process.kill)
        limit.start()
        started.append((process, limit))
        return process

    yield start
    for process, limit in started:
        limit.cancel()
        process.kill()
        process.communicate()


def report(watching: subprocess.Popen) -> str:
    """Return what is printed up to the line that says that gsdc waits."""
    lines = []
    for line in watching.stdout:
        lines.append(line)
        if line.startswith("watching "):
            return "".join(lines)
    raise AssertionError(f"it ended: {lines}")


def put(path: Path, text: str) -> None:
    """Write a file in one step, as editors do: half of it would be reported as well."""
    scratch = path.with_suffix(".scratch")
    scratch.write_text(text)
    scratch.replace(path)


def test_watch_checks_again_when_a_file_changes(project, watch):
    watching = watch()
    assert "2 warnings" in report(watching)
    put(project / "notes.txt", "not for lint")
    put(project / WHERE, PLAN.replace("It works", "npm test -- chart"))
    second = report(watching)
    assert "1 warning;" in second
    assert "vague" not in second
    put(project / "gsdc.yaml", "profil: x\n")
    assert "SC001" in report(watching)
    put(project / "gsdc.yaml", "fleets: [gsd]\n")
    assert "1 warning;" in report(watching)
    (project / WHERE).unlink()
    assert "no findings" in report(watching)
    watching.send_signal(signal.SIGINT)
    assert watching.wait(20) == 0


def test_ctrl_c_exits_as_the_last_check_did(watch):
    watching = watch("--strict", str(WHERE))
    report(watching)
    watching.send_signal(signal.SIGINT)
    assert watching.wait(20) == 1


def test_watch_does_not_write_a_baseline(project):
    assert "--watch" in run("--watch", "--write-baseline", code=2).output
