"""Fingerprints stay when lines move."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.finding import Finding, Severity, sorted_findings
from gsdc.lint.plans import lint_plans
from gsdc.report.files import ReportedFiles
from gsdc.report.fingerprint import Fingerprints
from gsdc.source.span import Span

LINES = ("profil: x", "fleets: gsd", "overrides:", "  - {agnt: a, model: 3}", "  - {agnt: a, model: 3}", "roles: 3")


def finding(line: int, message: str = "unknown key", **more: object) -> Finding:
    return Finding(Span("gsdc.yaml", line, 1 if line == 1 else 3), "SC001", "key", Severity.ERROR, message, **more)


def marks(folder, lines: list[str], findings: list[Finding]) -> list[str]:
    (folder / "gsdc.yaml").write_text("\n".join(lines) + "\n")
    prints = Fingerprints(findings, ReportedFiles(folder))
    return [prints.of(item) for item in findings]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("project")


FILLERS = st.lists(st.sampled_from(["", "   ", "# a note", "  # line 3"]), max_size=4)


@examples(100)
@given(above=st.lists(FILLERS, min_size=len(LINES), max_size=len(LINES)), data=st.data())
def test_lines_written_in_above_change_nothing(folder, above, data):
    numbers = data.draw(st.lists(st.sampled_from(range(1, len(LINES) + 1)), unique=True, min_size=1).map(sorted))
    before = marks(
        folder, list(LINES), [finding(number, f'duplicate key "a", first in line {number}') for number in numbers]
    )
    moved = [number + sum(map(len, above[:number])) for number in numbers]
    lines = [line for filler, line in zip(above, LINES, strict=True) for line in (*filler, line)]
    after = marks(folder, lines, [finding(number, f'duplicate key "a", first in line {number}') for number in moved])
    assert before == after


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
  <name>Task 1: Verify JWT signatures in the auth middleware</name>
  <files>src/auth/jwt.ts</files>
  <verify>It works</verify>
</task>
<task type="auto" model="gpt-mini">
  <name>Task 2: Draw the chart</name>
  <files>src/auth/jwt.ts</files>
  <action>Read /Users/somebody/notes</action>
  <verify>It works</verify>
  <verify>It works</verify>
  <done>The chart is there</done>
</task>
""".splitlines()
BODY = range(PLAN.index("---", 1) + 1, len(PLAN))


@examples(60)
@given(st.lists(st.tuples(st.sampled_from(BODY), st.sampled_from(["", "<!-- a note -->", "  "])), max_size=6))
def test_findings_in_a_plan_stay_the_same(folder, added):
    lines = list(PLAN)
    for number, line in sorted(added, reverse=True):
        lines.insert(number, line)
    before, after = linted(folder, PLAN), linted(folder, lines)
    assert len(before) > 5
    assert before == after


def linted(folder, lines: list[str]) -> set[tuple[str, str]]:
    (folder / "PLAN.md").write_text("\n".join(lines) + "\n")
    found = sorted_findings(lint_plans(["PLAN.md"], folder, str(folder), cached=False).findings)
    prints = Fingerprints(found, ReportedFiles(folder))
    return {(item.code, prints.of(item)) for item in found}


def test_the_whole_file_is_known_by_what_it_says_first(folder):
    before = marks(folder, list(LINES), [finding(1)])
    assert marks(folder, ["# gsdc", "", *LINES], [finding(1)]) == before
    assert marks(folder, ["# gsdc", "", *LINES], [finding(3)._replace(span=Span("gsdc.yaml", 3, 1))]) == before


def test_different_findings_differ(folder):
    found = [
        finding(4),
        finding(4, "other"),
        finding(5),
        finding(6),
        finding(6)._replace(code="SC002"),
        finding(6)._replace(span=Span("other.yaml", 6, 3)),
    ]
    prints = marks(folder, list(LINES), found)
    assert len(set(prints)) == len(found)
    assert all(re.fullmatch("[0-9a-f]{16}", mark) for mark in prints)


def test_others_come_and_go(folder):
    found = [finding(1), finding(4), finding(5), finding(6)]
    every = marks(folder, list(LINES), found)
    assert marks(folder, list(LINES), found[2:]) == [every[1], every[3]]  # lines 4 and 5 read the same
    assert marks(folder, list(LINES), found[3:]) == every[3:]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("task 2 runs", "task 3 runs"),
        ("in line 12", "in line 7"),
        ("see a.md:3:4", "see a.md:5:6"),
        ("see a.md:3", "see a.md:5"),
    ],
)
def test_places_in_messages_do_not_count(folder, one, other):
    assert marks(folder, list(LINES), [finding(4, one)]) == marks(folder, list(LINES), [finding(4, other)])


def test_other_numbers_count(folder):
    one, other = finding(4, "costs 3 dollars"), finding(4, "costs 4 dollars")
    assert marks(folder, list(LINES), [one]) != marks(folder, list(LINES), [other])


def test_a_file_that_is_not_there(folder):
    gone = finding(3)._replace(span=Span("gone.yaml", 3, 1))
    assert len(marks(folder, list(LINES), [gone, gone._replace(span=Span("gone.yaml", 0, 0))])) == 2
