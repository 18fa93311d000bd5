"""What the metrics of tasks say: the same as ``gsdc cost``, and the formula of seed 001 where a profile asks for it."""

import re
from pathlib import Path

import pytest
from tests.cli.running import answer, run

PLAN = """\
---
phase: 01-core
plan: "01"
type: execute
wave: 1
depends_on: []
files_modified: [src/totals.ts]
autonomous: true
must_haves: {truths: []}
---
<context>
@src/rows.ts
</context>
<task type="auto">
  <name>Task 1: Sum the rows of a report</name>
  <files>src/totals.ts</files>
  <action>Add a function that sums the rows of a report by their column.</action>
</task>
<task type="auto">
  <name>Task 2: Show the totals</name>
  <files>src/page.ts</files>
  <action>Show the totals below the rows of a report.</action>
</task>
"""
PATH = ".planning/phases/01-core/01-01-PLAN.md"


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    (tmp_path / "gsdc.yaml").write_text("fleets: [leo]\n")
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_text(PLAN)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/rows.ts").write_text("x" * 40_000)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def annotated(project: Path) -> list[tuple[int, int]]:
    """Annotate the plan; return the range of tokens of each task."""
    run(project, "annotate", "--write", PATH)
    found = re.findall(r"<estimated-tokens>(\d+)-(\d+)<", (project / PATH).read_text())
    return [(int(low), int(high)) for low, high in found]


def costs(project: Path) -> list[int]:
    return [task["tokens"] for task in answer(project, "cost", PATH)["plans"][0]["profiles"][0]["tasks"]]


def test_the_metrics_say_what_cost_says(project):
    expected = costs(project)
    assert expected[0] > 25_000 + 10_000  # the prompt, and 40,000 characters of a reference
    ranges = annotated(project)
    assert [low <= tokens <= high for tokens, (low, high) in zip(expected, ranges, strict=True)] == [True, True]
    assert [(low + high) / 2 for low, high in ranges] == pytest.approx(expected, abs=100)
    assert costs(project) == expected
    explained = answer(project, "explain", f"{PATH}#1")["estimate"]
    assert explained["tokens"] == pytest.approx(expected[0], abs=50)


def test_the_breakdown_adds_up_and_reading_is_most_of_the_first(project):
    annotated(project)
    text = (project / PATH).read_text()
    parts = [
        [int(number) for number in re.findall(r"<(?:file-reading|implementation|testing|debugging)>(\d+)<", one)]
        for one in text.split("<metrics>")[1:]
    ]
    for (reading, *rest), tokens in zip(parts, costs(project), strict=True):
        assert reading + sum(rest) == pytest.approx(tokens, abs=55)
    assert parts[0][0] > 5 * sum(parts[0][1:])


def test_the_formula_of_seed_001_is_a_choice(project):
    (project / "gsdc.yaml").write_text(
        "fleets: [leo]\nprofile: team\nprofiles:\n  team: {extends: balanced, plans: {estimates: seed}}\n"
    )
    expected = [
        task["tokens"] for task in answer(project, "cost", PATH, "--tokens", "seed")["plans"][0]["profiles"][0]["tasks"]
    ]
    ranges = annotated(project)
    assert ranges == [(round(tokens * 0.7 / 100) * 100, round(tokens * 1.3 / 100) * 100) for tokens in expected]
    assert "<file-reading>" + str(round(expected[0] * 0.2)) in (project / PATH).read_text()


@pytest.mark.parametrize(("characters", "stays"), [(44_000, True), (36_000, True), (0, True), (99_000, False)])
def test_a_plan_does_not_change_with_every_file(project, characters, stays):
    """What was written stays as long as its range holds what is expected: here 10,000 of 38,000 tokens come and go."""
    before = annotated(project)
    (project / "src/rows.ts").write_text("x" * characters)
    run(project, "annotate", "--check", PATH, code=0 if stays else 1)
    after = annotated(project)
    assert (after == before) == stays
    run(project, "annotate", "--check", PATH)
    run(project, "annotate", "--remove", "--write", PATH)
    assert (project / PATH).read_text() == PLAN


def test_what_a_person_states_is_not_repeated(project):
    stated = PLAN.replace("</action>\n", "</action>\n  <estimated-tokens>7000-9000</estimated-tokens>\n", 1)
    (project / PATH).write_text(stated)
    assert annotated(project)[0] == (7000, 9000)
    assert answer(project, "explain", f"{PATH}#1")["estimate"]["low"] == 7000


STATED = PLAN.replace("</action>\n", "</action>\n  <estimated-tokens>7000-9000</estimated-tokens>\n")


@pytest.mark.parametrize("zone", ["green", "red"])
@pytest.mark.parametrize(
    "text", [PLAN, STATED, PLAN.replace('type="auto"', 'type="auto" agent-model="claude-opus-4-6"')]
)
def test_explain_tells_the_dollars_of_cost(project, text, zone):
    (project / PATH).write_text(text)
    costs = answer(project, "cost", PATH, "--zone", zone)["plans"][0]["profiles"][0]["tasks"]
    told = [answer(project, "explain", f"{PATH}#{task['number']}", "--zone", zone)["estimate"] for task in costs]
    known = [None if task["priced_as"] is None else task["usd"] for task in costs]
    assert [one and one["usd"] for one in told] == [one and pytest.approx(one, abs=0.0001) for one in known]


def test_explain_tells_the_dollars_of_the_formula_where_a_profile_asks_for_it(project):
    (project / "gsdc.yaml").write_text(
        "fleets: [leo]\nprofile: team\nprofiles:\n  team: {extends: balanced, plans: {estimates: seed}}\n"
    )
    [first, _] = answer(project, "cost", PATH, "--tokens", "seed")["plans"][0]["profiles"][0]["tasks"]
    assert answer(project, "explain", f"{PATH}#1")["estimate"]["usd"] == pytest.approx(first["usd"], abs=0.0001)


def test_explain_reads_the_ledger_and_plans_do_not(project):
    before = annotated(project)
    plan = answer(project, "cost", PATH)["plans"][0]["profiles"][0]["tasks"][0]
    work = ("--kind", plan["kind"], "--complexity", str(plan["complexity"]), "--model", plan["model"])
    for number in range(12):
        run(project, "tokens", "log", "--sd", f"T{number}", "--tokens", "90000", *work)
    learned = answer(project, "cost", PATH)["plans"][0]["profiles"][0]["tasks"][0]
    assert answer(project, "explain", f"{PATH}#1")["estimate"]["usd"] == pytest.approx(learned["usd"], abs=0.0001)
    assert answer(project, "explain", f"{PATH}#1")["estimate"]["tokens"] == pytest.approx(90_000, rel=0.05)
    assert annotated(project) == before


def test_tokens_that_a_person_expects_leave_the_minutes_as_they_are(project):
    def minutes() -> list[str]:
        annotated(project)
        return re.findall(r"<estimated-duration>(\S+)<", (project / PATH).read_text())

    before = minutes()
    stated = "</files>\n  <estimated-tokens>900000</estimated-tokens>\n"
    (project / PATH).write_text(PLAN.replace("</files>\n", stated, 1))
    assert annotated(project)[0] == (900_000, 900_000)
    assert minutes()[1] == before[1]
    assert int(minutes()[0].partition("-")[0]) <= 60  # 2,250 by the 400 tokens a minute of seed 001
