"""How long plans take: what summaries state, what the shipped numbers expect, and what a project's own plans change."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.durations import Row, fit, model_of, validate

from gsdc.cli import main
from gsdc.plans.duration import (
    Finished,
    Minutes,
    expected_log,
    features,
    finished_plans,
    fitted,
    minutes,
    plan_order,
)
from gsdc.source.plan import parse
from gsdc.source.stated_duration import stated_minutes

PHASE = Path(".planning/phases/05-ui")
TASK = '<task type="auto">\n<name>Task: Add it</name>\n<files>src/a.ts</files>\n<action>Add it.</action>\n</task>\n'
CHECKPOINT = '<task type="checkpoint:human-verify">\n<what-built>It</what-built>\n</task>\n'


def text(tasks: int, checkpoints: int = 0, filling: int = 0) -> str:
    head = "---\nphase: 05-ui\nplan: 01\n---\n"
    return head + TASK * tasks + CHECKPOINT * checkpoints + "x" * filling


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("---\nduration: 23min\n---\n", 23),
        ("---\nduration: ~35min (halted)\n---\n", 35),
        ("---\nduration: 4m 12s\n---\n", 4.2),
        ("---\nduration: 105s\n---\n", 1.75),
        ("---\nduration: ~2h 17m\n---\n", 137),
        ("---\nduration: 1h5m\n---\n", 65),
        ("---\nduration_minutes: 8\n---\n", 8),
        ("metrics:\n  duration: 1.5 hours\n", 90),
        ("- **Duration:** 12 minutes\n", 12),
        ("**Duration**: about 3 mins\n", 3),
        ("---\nduration: 2 sessions\n---\n**Duration:** 40 min\n", 40),
        ("---\nduration: 5\n---\n", None),
        ("duration: 0min\n", None),
        ("The duration of a session: it lasts 30 min.\n", None),
        ("", None),
    ],
)
def test_what_a_summary_states(summary, expected):
    assert stated_minutes(summary) == (None if expected is None else pytest.approx(expected))


def test_more_work_a_checkpoint_and_more_text_take_longer():
    one, many, watched, long = (
        minutes(parse("p", text(*given))).expected for given in [(1,), (6,), (1, 1), (1, 0, 40_000)]
    )
    assert one < many
    assert one < watched
    assert one < long


def test_the_expected_minutes_lie_in_the_interval_and_a_plan_without_tasks_has_some():
    found = minutes(parse("p", ""))
    assert 0 < found.low < found.expected < found.high
    assert found.finished == 0


def test_own_plans_shift_the_result_by_their_mean_and_a_single_one_by_a_thirteenth_of_it():
    plan = parse("p", text(2))
    usual = minutes(plan)
    slow = [Finished(f"{n}", features(plan), usual.expected * 4) for n in range(16)]
    assert minutes(plan, slow).expected == pytest.approx(usual.expected * 4 ** (16 / 28), rel=0.05)
    assert minutes(plan, slow[:1]).expected == pytest.approx(usual.expected * 4 ** (1 / 13), rel=0.05)


def test_recent_plans_count_most():
    plan = parse("p", text(2))
    usual = minutes(plan)
    once = [Finished(f"{n}", features(plan), usual.expected) for n in range(12)]
    lately = [Finished(f"lately {n}", features(plan), usual.expected * 2) for n in range(12)]
    assert minutes(plan, [*lately, *once]).expected < minutes(plan, [*once, *lately]).expected


def test_one_plan_that_waited_a_night_changes_little():
    plan = parse("p", text(2))
    usual = minutes(plan)
    like = [Finished(f"{n}", features(plan), usual.expected) for n in range(12)]
    odd = [*like[:-1], Finished("night", features(plan), usual.expected * 1e6)]
    assert minutes(plan, odd).expected < 1.15 * minutes(plan, like).expected


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("phases/9-ui/9-01-PLAN.md", "phases/10-api/10-01-PLAN.md"),
        ("phases/05-ui/05-09-PLAN.md", "phases/05-ui/05-10-PLAN.md"),
        ("milestones/v4.5-phases/39-data/39-01-PLAN.md", "milestones/v4.10-phases/84-release/84-01-PLAN.md"),
        ("milestones/v1-phases/12-end/12-01-PLAN.md", "phases/13-next/13-01-PLAN.md"),
        ("phases/01-ui/01-PLAN.md", "phases/٣-ui/01-PLAN.md"),
        (f"phases/{'1' * 30}/PLAN.md", f"phases/{'2' * 30}/PLAN.md"),
    ],
)
def test_plans_are_in_the_order_of_their_numbers(earlier, later):
    assert plan_order(earlier) < plan_order(later)


def test_a_plan_is_no_history_of_itself():
    plan = parse("p", text(2))
    assert minutes(plan, [Finished("p", features(plan), 500)]) == minutes(plan)


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / PHASE).mkdir(parents=True)
    for number in range(1, 6):
        (tmp_path / PHASE / f"05-0{number}-PLAN.md").write_text(text(2))
    for number in range(1, 4):
        (tmp_path / PHASE / f"05-0{number}-SUMMARY.md").write_text(f"---\nduration: {number}h\n---\nDone.\n")
    (tmp_path / PHASE / "05-04-SUMMARY.md").write_text("Done, in no time that anybody noted.\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cost(*arguments: str) -> dict:
    result = CliRunner().invoke(main, ["cost", *arguments, "--format", "json"], catch_exceptions=False)
    (found,) = json.loads(result.stdout)["plans"]
    return found["minutes"]


def test_cost_scales_by_the_finished_plans_that_state_a_duration(project):
    assert [one.minutes for one in finished_plans(str(project))] == [60, 120, 180]
    plan = f"{PHASE}/05-05-PLAN.md"
    scaled = cost(plan)
    assert scaled["finished"] == 3
    for summary in (project / PHASE).glob("*-SUMMARY.md"):
        summary.unlink()
    alone = cost(plan)
    assert alone["finished"] == 0
    assert alone["expected"] < scaled["expected"]
    shown = CliRunner().invoke(main, ["cost", plan]).stdout
    assert f"about {alone['expected']:.0f} minutes ({alone['low']:.0f} to {alone['high']:.0f})" in shown


def test_the_formula_of_the_seed_can_be_chosen(project):
    seed = cost(f"{PHASE}/05-05-PLAN.md", "--durations", "seed")
    assert seed["expected"] == (seed["low"] + seed["high"]) / 2
    assert seed["finished"] == 0


def made(repository: int, number: int) -> Row:
    """Return a plan that takes 2 minutes for each task, in odd repositories twice as long, give or take a tenth."""
    tasks = 1 + (7 * repository + 3 * number) % 5
    took = 2 * tasks * (1 + repository % 2) * (0.9 + 0.2 * (number % 2))
    return Row(
        f"r{repository}", Finished(f"{repository}/{number}", features(parse("p", text(tasks, number % 3))), took)
    )


ROWS = [made(repository, number) for repository in range(8) for number in range(12)]


def test_a_fit_finds_what_made_the_numbers():
    alike = [row for row in ROWS if row.repository in {"r0", "r2", "r4", "r6"}]
    coefficients = fit(alike)
    for row in alike:
        expected = math.exp(expected_log(row.plan.features, coefficients))
        assert expected == pytest.approx(row.plan.minutes, rel=0.3)


def test_own_plans_make_the_prediction_of_a_fit_better():
    without, replayed, with_own = validate(ROWS).values()
    assert with_own.error < replayed.error < without.error
    assert with_own.spearman > without.spearman
    assert with_own.covered > 0.6
    low, high = model_of(ROWS).interval_with_history
    assert low < 0 < high


def test_the_shipped_numbers_expect_what_was_measured():
    assert all(math.isfinite(number) for part in fitted() for number in part)
    usual = minutes(parse("p", text(3, 0, 11_000)))
    assert isinstance(usual, Minutes)
    assert 3 <= usual.expected <= 9, "the median of 800 real plans is 5 minutes"
    assert usual.low >= 1
    assert usual.high <= 40
