"""Linting plans together: phases, what is done, the cache, many processes."""

import json
import os
import random
import shutil
import string
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc import data
from gsdc.cli import main
from gsdc.lint.plans import _Contexts, _Lint, lint_plans
from gsdc.plans.cache import Cache
from gsdc.plans.discover import find

PHASE = Path(".planning/phases/03-billing")
PLAN = """\
---
phase: 03-billing
plan: {number:02}
type: execute
wave: {wave}
depends_on: {depends}
files_modified: [{files}]
autonomous: true
must_haves: {{truths: []}}
---
<task type="auto">
  <name>Task 1: Add the route</name>
  <files>{files}</files>
  <action>Add it.</action>
  <verify>{verify}</verify>
  <done>It answers 200</done>
</task>
"""


@pytest.fixture(autouse=True)
def caches(tmp_path_factory, monkeypatch):
    """Return the folder of caches, beside the project: one inside of it is not used."""
    folder = tmp_path_factory.mktemp("caches")
    monkeypatch.setenv("GSDC_CACHE_DIR", str(folder))
    return folder


def write(root: Path, number: int, *, wave=1, depends="[]", files="src/a.ts", verify="npm test") -> Path:
    path = root / PHASE / f"03-{number:02}-PLAN.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PLAN.format(number=number, wave=wave, depends=depends, files=files, verify=verify))
    return path


def codes(root: Path, *paths: str, cached: bool = True, processes: int | None = None) -> list[str]:
    found = lint_plans(list(paths) or ["."], root, str(root), cached=cached, processes=processes).findings
    return sorted(f"{finding.code} {Path(finding.span.path).name}" for finding in found)


def test_one_plan_is_seen_with_its_phase(tmp_path):
    write(tmp_path, 1)
    write(tmp_path, 2)
    write(tmp_path, 3, files="src/c.ts", verify="It works")
    expected = ["NB009 03-02-PLAN.md"]
    assert codes(tmp_path, f"{PHASE}/03-02-PLAN.md") == expected
    assert codes(tmp_path, f"{PHASE}/03-01-PLAN.md") == expected, "a finding that is about it, in the other plan"
    assert codes(tmp_path, f"{PHASE}/03-03-PLAN.md") == ["PL018 03-03-PLAN.md"]


def test_what_is_done_is_passed_by_unless_it_is_named(tmp_path):
    write(tmp_path, 1, verify="It works")
    (tmp_path / PHASE / "03-01-SUMMARY.md").write_text("Done.\n")
    write(tmp_path, 2, depends='["03-01"]', wave=2)
    lint = lint_plans(["."], tmp_path, str(tmp_path))
    assert (lint.findings, lint.checked, lint.done) == ((), 1, 1)
    named = f"{PHASE}/03-01-PLAN.md"
    assert codes(tmp_path, named) == ["PL018 03-01-PLAN.md"]
    assert lint_plans([named], tmp_path, str(tmp_path), skip_done=True).findings == ()


def test_a_dependency_of_another_phase_is_found_from_one_plan(tmp_path):
    write(tmp_path, 1, depends='["02-01"]')
    other = tmp_path / ".planning/phases/02-core/02-01-PLAN.md"
    other.parent.mkdir(parents=True)
    other.write_text("---\nphase: 02-core\n---\n")
    assert codes(tmp_path, f"{PHASE}/03-01-PLAN.md") == []
    other.rename(other.with_name("02-02-PLAN.md"))
    assert codes(tmp_path, f"{PHASE}/03-01-PLAN.md") == ["PL012 03-01-PLAN.md"]


@pytest.mark.parametrize("argument", [".planning", f"{PHASE}", f"{PHASE}/03-01-PLAN.md"])
def test_references_lead_from_the_project_whatever_is_named(tmp_path, monkeypatch, argument):
    plan = write(tmp_path, 1)
    plan.write_text(plan.read_text() + "<context>\n@src/there.ts\n@src/missing.ts\n</context>\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/there.ts").write_text("")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["lint", argument])
    assert result.stdout.count("PL022") == 1
    assert '"@src/missing.ts" does not exist' in result.stdout


def test_a_credential_is_never_shown(tmp_path, caches):
    chance = random.Random(5)
    token = "ghp_" + "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(36))
    plan = write(tmp_path, 1)
    plan.write_text(plan.read_text().replace("Add it.", f"Read /Users/ada/x with {token} as the key."))
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "lint"])
    assert result.stdout.count("NB006") == result.stdout.count("PL017") == 1
    assert token not in result.stdout
    for stored in (caches / "plans").iterdir():
        assert token.encode() not in stored.read_bytes()


def test_hidden_and_foreign_folders_are_passed_by(tmp_path):
    for folder in ("node_modules/x", ".cache", "build/balanced/.planning", "src/.planning/phases/01"):
        place = tmp_path / folder / "01-01-PLAN.md"
        place.parent.mkdir(parents=True)
        place.write_text("# no frontmatter\n")
    assert [f.span.path for f in lint_plans(["."], tmp_path, str(tmp_path)).findings] == [
        "src/.planning/phases/01/01-01-PLAN.md"
    ]


def parts(value):
    """Return a value with the type of everything in it."""
    inside = tuple(map(parts, value)) if isinstance(value, tuple) else value
    return type(value), inside


@pytest.fixture
def later(monkeypatch):
    """Let no file look young: an hour has gone by since the last one was written."""
    now = time.time_ns
    monkeypatch.setattr("gsdc.plans.cache.time.time_ns", lambda: now() + 3_600_000_000_000)


def test_the_cache_answers_as_a_fresh_run_does(tmp_path, later, monkeypatch):
    plan = write(tmp_path, 1, verify="It works")
    write(tmp_path, 2)
    fresh = lint_plans(["."], tmp_path, str(tmp_path), cached=False)
    assert lint_plans(["."], tmp_path, str(tmp_path)) == fresh
    with monkeypatch.context() as patch:
        patch.setattr("gsdc.lint.plans._together", None)  # nobody asks for it
        assert parts(lint_plans(["."], tmp_path, str(tmp_path))) == parts(fresh)
    before = plan.stat()
    plan.write_text(plan.read_text().replace("It works", "npm test"))
    os.utime(plan, ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert plan.stat().st_size == before.st_size
    assert codes(tmp_path) == ["NB009 03-02-PLAN.md"], "its ctime tells it, whatever its size and mtime"


def test_another_file_under_the_same_name_is_another_plan(tmp_path, later):
    plan = write(tmp_path, 1, verify="It works")
    other = plan.with_name("other")
    other.write_text(plan.read_text().replace("It works", "npm test"))
    assert codes(tmp_path) == ["PL018 03-01-PLAN.md"]
    other.replace(plan)
    assert codes(tmp_path) == []


def test_what_is_kept_of_plans_has_its_types(tmp_path, later):
    for number in (1, 2):
        plan = write(tmp_path, number, depends='["03-09"]', verify="It works" if number == 1 else "npm test")
        more = "Add /Users/ada/x <!-- gsdc: allow PL017 an example -->"
        text = plan.read_text().replace("Add it.", more).replace("[src/a.ts]", "[]")
        plan.write_text(text + "<context>\n@docs/api.md\n</context>\n")

    def reports() -> list:
        cache = Cache.of(str(tmp_path), tmp_path)
        lint = _Lint(_Contexts(tmp_path, {"": ()}, str(tmp_path)), str(tmp_path), cache, 1, follow_links=False)
        found = lint.reports(find(["."], str(tmp_path)).files)
        lint.save()
        return found

    cold = reports()
    assert any(report.findings for report in cold)
    assert any(finding.fix for report in cold for finding in report.findings)
    assert all(report.facts.writes[0].path == "src/a.ts" for report in cold)
    cache = Cache.of(str(tmp_path), tmp_path)
    warm = [cache.unchanged(file) for file in find(["."], str(tmp_path)).files]
    assert [parts(report) for report in warm] == [parts(report) for report in cold]


def test_the_cache_forgets_when_a_model_is_ranked_anew_in_a_checkout(tmp_path, monkeypatch):
    write(tmp_path, 1)
    first = Cache.of(str(tmp_path), tmp_path)
    profiles = shutil.copytree(data.folder("profiles"), tmp_path / "shipped/profiles")
    shutil.copytree(data.folder("schemas"), tmp_path / "shipped/schemas")
    monkeypatch.setattr(data, "folder", lambda name: tmp_path / "shipped" / name)
    copied = Cache.of(str(tmp_path), tmp_path)
    catalog = profiles / "catalog.yaml"
    catalog.write_text(catalog.read_text().replace("rank: 34", "rank: 33"))
    stamps = {cache._stamp for cache in (first, copied, Cache.of(str(tmp_path), tmp_path))}
    assert len(stamps) == 3


@pytest.mark.parametrize("content", ["", "\n", " \r\n\t\n", "\ufeff"])
def test_an_empty_summary_hides_no_plan(tmp_path, content):
    write(tmp_path, 1, verify="It works")
    summary = tmp_path / PHASE / "03-01-SUMMARY.md"
    summary.write_text(content)
    assert codes(tmp_path) == ["PL018 03-01-PLAN.md"]
    summary.write_text("Done.")
    assert codes(tmp_path) == []


@pytest.mark.parametrize("kind", ["folder", "link", "dangling link", "pipe"])
def test_what_is_no_file_is_no_summary(tmp_path, kind):
    write(tmp_path, 1, verify="It works")
    summary = tmp_path / PHASE / "03-01-SUMMARY.md"
    if kind == "folder":
        summary.mkdir()
    elif kind == "pipe":
        os.mkfifo(summary)
    else:
        summary.symlink_to("03-01-PLAN.md" if kind == "link" else "nowhere")
    assert codes(tmp_path) == ["PL018 03-01-PLAN.md"]


@pytest.mark.parametrize("gate", ["non-blocking", "optional"])
def test_a_gate_that_nothing_waits_for_is_advisory_and_not_nearest_to_blocking(tmp_path, gate):
    plan = write(tmp_path, 1)
    plan.write_text(plan.read_text().replace('type="auto"', f'type="auto" gate="{gate}"'))
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "--format", "json", "lint"])
    (found,) = json.loads(result.stdout)["findings"]
    assert (found["code"], found["help"]) == ("PL009", 'write gate="advisory"')


def test_the_cache_forgets_when_the_policy_changes(tmp_path):
    plan = write(tmp_path, 1)
    plan.write_text(plan.read_text().replace('type="auto"', 'type="auto" model="house"'))
    assert codes(tmp_path) == codes(tmp_path) == ["PL009 03-01-PLAN.md"]
    (tmp_path / "gsdc.yaml").write_text(
        "profile: balanced\nfleets: [gsd]\nmodels:\n  house: {rank: 25, provider: own, ids: {claude: house},"
        " price: {input: 1, output: 2}, context: 100000}\n"
    )
    assert codes(tmp_path) == []


def test_a_run_is_remembered_until_something_that_it_saw_changes(tmp_path, later, monkeypatch):
    for number in (1, 2):
        plan = write(tmp_path, number, files=f"src/{number}.ts")
        plan.write_text(plan.read_text() + "<context>\n@docs/api.md\n</context>\n")
        os.utime(plan, (1e9, 1e9))
    (tmp_path / "docs").mkdir()
    missing = ["PL022 03-01-PLAN.md", "PL022 03-02-PLAN.md"]
    assert codes(tmp_path) == missing
    with monkeypatch.context() as patch:
        patch.setattr("gsdc.lint.plans._together", None)  # nobody asks for it
        assert codes(tmp_path) == missing
    assert codes(tmp_path, str(PHASE)) == missing
    (tmp_path / "docs/api.md").write_text("")
    assert codes(tmp_path) == []
    (tmp_path / "docs/api.md").unlink()
    assert codes(tmp_path) == missing
    (tmp_path / PHASE / "03-01-SUMMARY.md").write_text("")
    assert codes(tmp_path) == missing
    (tmp_path / PHASE / "03-01-SUMMARY.md").write_text("Done.")
    assert codes(tmp_path) == missing[1:]
    os.utime(write(tmp_path, 2, files="src/2.ts", verify="It works"), (2e9 - 1e9, 1e9))
    assert codes(tmp_path) == ["PL018 03-02-PLAN.md"]


@pytest.mark.parametrize("harm", [b"", b"x", b"\0" * 300], ids=["empty", "short", "zeros"])
def test_a_broken_cache_is_an_empty_one(tmp_path, caches, harm):
    write(tmp_path, 1, verify="It works")
    assert codes(tmp_path) == ["PL018 03-01-PLAN.md"]
    (stored,) = (caches / "plans").iterdir()
    stored.write_bytes(harm)
    assert codes(tmp_path) == ["PL018 03-01-PLAN.md"]


def test_without_a_place_for_the_cache(tmp_path, caches, monkeypatch):
    write(tmp_path, 1, verify="It works")
    (caches / "file").write_text("")
    monkeypatch.setenv("GSDC_CACHE_DIR", str(caches / "file/below"))
    assert codes(tmp_path) == ["PL018 03-01-PLAN.md"]


def test_processes_find_what_one_finds(tmp_path):
    for number in range(1, 120):
        write(tmp_path, number, files=f"src/{number}.ts", verify="It works" if number % 3 else "npm test")
    one = lint_plans(["."], tmp_path, str(tmp_path), cached=False, processes=1)
    assert lint_plans(["."], tmp_path, str(tmp_path), cached=False, processes=2) == one
    assert len(one.findings) == 80


def test_a_plan_that_cannot_be_read_is_a_finding_and_the_others_are_checked(tmp_path):
    write(tmp_path, 1, verify="It works")
    write(tmp_path, 2).write_bytes(b"---\n\xff\n---\n")
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "--format", "json", "lint"])
    found = [(f["code"], Path(f["path"]).name, f["line"]) for f in json.loads(result.stdout)["findings"]]
    assert found == [("PL018", "03-01-PLAN.md", 15), ("IN001", "03-02-PLAN.md", 2)]
    assert result.exit_code == 2


@pytest.mark.parametrize("path", ["nowhere", "nowhere-PLAN.md"])
def test_a_path_that_does_not_exist(tmp_path, path):
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "lint", str(tmp_path / path / "x.md")])
    assert result.exit_code == 2
    assert "does not exist" in result.stdout


def test_a_diff_writes_nothing_and_fixes_keep_other_bytes_and_the_mode(tmp_path):
    plan = write(tmp_path, 1)
    text = plan.read_text().replace("[src/a.ts]", "[]").replace("\n", "\r\n")
    plan.write_bytes(text.encode())
    plan.chmod(0o640)
    diff = CliRunner().invoke(main, ["--project", str(tmp_path), "lint", "--diff"])
    assert "+files_modified: [src/a.ts]" in diff.stdout
    assert plan.read_bytes() == text.encode()
    fixed = CliRunner().invoke(main, ["--project", str(tmp_path), "lint", "--fix"])
    assert (fixed.exit_code, fixed.stdout) == (0, "fixed 1 finding in 1 file\nno findings\n")
    assert plan.read_bytes() == text.replace("[]\r\nauto", "[src/a.ts]\r\nauto").encode()
    assert plan.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in plan.parent.iterdir()] == [plan.name], "no scratch file is left"


def test_terminal_escapes_in_a_plan_never_reach_the_terminal(tmp_path):
    write(tmp_path, 1, verify="It works").write_text(
        PLAN.format(number=1, wave=1, depends='["\\e[31m03-09"]', files="src/\x1b[31m.ts", verify="It works\x1b[2J")
    )
    result = CliRunner().invoke(main, ["--project", str(tmp_path), "lint"])
    assert "\x1b" not in result.stdout


def test_the_demo_annotated_has_no_new_findings(tmp_path):
    demo = Path(__file__).parents[1] / "projects/demo"
    for profile in ("quality", "balanced", "budget", "research"):
        for zone in ("green", "red"):
            project = shutil.copytree(demo, tmp_path / profile / zone)
            arguments = ["annotate", str(project / ".planning"), "--write", "--profile", profile, "--zone", zone]
            assert CliRunner().invoke(main, ["--project", str(project), *arguments]).exit_code == 0
            assert codes(project) == []


def test_many_fixes_go_in_at_once(tmp_path):
    plan = write(tmp_path, 1)
    head, task = plan.read_text().split("<task", 1)
    tasks = "".join(f"<task{task}".replace("src/a.ts", f"src/{n}.ts") for n in range(60))
    plan.write_text(head.replace("[src/a.ts]", "[]") + tasks)
    done = CliRunner().invoke(main, ["--project", str(tmp_path), "lint", "--fix"])
    assert (done.exit_code, done.stdout) == (0, "fixed 60 findings in 1 file\nno findings\n")
    assert f"files_modified: [{', '.join(f'src/{n}.ts' for n in range(60))}]" in plan.read_text()
