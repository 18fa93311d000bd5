"""Which zone comes next, against examples that were worked out by hand."""

import pytest
from tests.cli.running import answer, run
from tests.ledger.test_budget import NOON, ledger, policy_of, used

from gsdc.ledger.budget import assess
from gsdc.ledger.event import milliseconds
from gsdc.ledger.forecast import beginnings
from gsdc.ledger.report import make_report
from gsdc.ledger.window import DAY

__all__ = ["ledger"]

PLAN = """\
---
phase: 01-core
plan: "{number}"
type: execute
wave: 1
depends_on: []
files_modified: [src/totals.ts]
autonomous: true
must_haves: {{truths: []}}
---
<task type="auto">
  <name>Sum the rows of a report</name>
  <files>src/totals.ts</files>
  <action>Add a function that sums the rows of a report by their column.</action>
  <verify>npm test</verify>
  <done>Totals are shown</done>
</task>
"""


def budgets(weekly: str) -> str:
    """Return a profile with this budget a week, and one a day that is never used up."""
    daily = "daily: {tokens: 1000000000}"
    return f"extends: balanced, budgets: {{{daily}, weekly: {{{weekly}}}, counting: {{week-starts: sunday}}}}"


def begins(project, ledger, weekly: str) -> list[tuple[str, float]]:
    """Return the zones that begin before the reset, each with the days until then."""
    policy = policy_of(project, budgets(weekly))
    one = assess(ledger, policy, NOON, "weekly").windows[0]
    return [(zone, (when.at - NOON) / DAY) for zone, when in beginnings(policy, one, NOON)]


@pytest.fixture
def days(ledger):
    """Use 60,000, 140,000 and 100,000 in the whole days back from noon: mean 100,000, deviation 40,000."""
    used(ledger, ("2026-11-15T12:00:00Z", 60_000), ("2026-11-16T13:00:00Z", 140_000), ("2026-11-18T11:59:59Z", 100_000))
    return ledger


def test_zones_begin_by_hand(project, days):
    """Of 600,000, 300,000 are used; zones begin at 420,000, 510,000 and 570,000.

    Yellow: R = 120,000, z s = 51,262, root = sqrt(51,262^2 + 4 * 100,000 * 120,000) = 225,006; its interval is
    ((225,006 - 51,262) / 200,000)^2 = 0.7547 to ((225,006 + 51,262) / 200,000)^2 = 1.9081 days.
    """
    assert begins(project, days, "tokens: 600000") == [
        ("yellow", pytest.approx(1.2)), ("orange", pytest.approx(2.1)), ("red", pytest.approx(2.7))
    ]  # fmt: skip
    policy = policy_of(project, budgets("tokens: 600000"))
    when = beginnings(policy, assess(days, policy, NOON, "weekly").windows[0], NOON)[0].when
    assert (when.early - NOON) / DAY == pytest.approx(0.7547, abs=0.0005)
    assert (when.late - NOON) / DAY == pytest.approx(1.9081, abs=0.0005)


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        ("tokens: 1000000", []),  # yellow after 4 days, reset after 3.5
        ("tokens: 900000", [("yellow", 3.3)]),
        ("tokens: 400000", [("orange", 0.4), ("red", 0.8)]),  # it is yellow
        ("tokens: 300000", []),  # all is used
        ("usd: 5", []),  # nothing costs anything
        ("tokens: 900000, usd: 5", [("yellow", 3.3)]),
    ],
)
def test_only_what_comes_before_the_reset_and_is_not_there_yet(project, days, weekly, expected):
    found = begins(project, days, weekly)
    assert [zone for zone, _ in found] == [zone for zone, _ in expected]
    assert [at for _, at in found] == pytest.approx([at for _, at in expected])


def test_an_empty_ledger_foresees_nothing(project, ledger):
    assert begins(project, ledger, "tokens: 600000") == []


@pytest.mark.parametrize(
    ("amounts", "share"),
    [
        # A day ahead, 100,000 are expected: of 1,000,000, yellow at the end of the seventh day, as it is.
        ([100_000] * 7, 1.0),
        # 650,000 more on the second day are not foreseen; on the third, its mean of 192,857 makes 1,042,857: red, as it
        # is from then on.
        ([100_000, 750_000, 100_000, 100_000, 100_000, 100_000, 100_000], 6 / 7),
        # Nothing is used where 100,000 a day were: green all the same.
        ([0] * 7, 1.0),
    ],
)
def test_predictions_are_held_against_what_came(project, ledger, amounts, share):
    policy = policy_of(project, budgets("tokens: 1000000"))
    before = [(f"2026-11-{day:02}T10:00:00Z", 100_000) for day in range(8, 15)]
    used(ledger, *before, *((f"2026-11-{day}T10:00:00Z", amount) for day, amount in enumerate(amounts, 15)))
    now = milliseconds("2026-11-22T00:00:00Z")
    window = assess(ledger, policy, now - 1, "weekly").windows[0].window
    kpi = next(
        kpi for kpi in make_report(ledger, policy, "p", window, now).kpis if kpi.name.startswith("zone predictions")
    )
    assert (kpi.value, kpi.target) == (pytest.approx(share), 0.8)


@pytest.mark.parametrize("profile", ["extends: balanced", budgets("tokens: 1000000")])
def test_predictions_of_too_few_days_are_not_judged(project, ledger, profile):
    policy = policy_of(project, profile)
    used(ledger, ("2026-11-15T10:00:00Z", 100_000), ("2026-11-16T10:00:00Z", 100_000))
    now = milliseconds("2026-11-17T23:00:00Z")
    window = assess(ledger, policy, now).calendar.window("weekly", now)
    kpis = {kpi.name: kpi.value for kpi in make_report(ledger, policy, "p", window, now).kpis}
    assert kpis["zone predictions, a day ahead"] is None


@pytest.fixture
def plans(project, monkeypatch):
    """Return a function for the tokens that a plan takes; there are two plans, and one more that is done."""
    folder = project / ".planning/phases/01-core"
    folder.mkdir(parents=True)
    for number in ("01", "02", "03"):
        (folder / f"01-{number}-PLAN.md").write_text(PLAN.format(number=number))
    (folder / "01-01-SUMMARY.md").write_text("---\nphase: 01-core\nplan: 01\n---\nDone\n")
    monkeypatch.chdir(project)
    plan = ".planning/phases/01-core/01-02-PLAN.md"
    return answer(project, "cost", plan)["plans"][0]["profiles"][0]["tokens"]


@pytest.mark.parametrize(
    ("share", "first", "second"),
    [
        (2, ("green", "green", "green", "green"), ("green", "red", "yellow", "red")),
        (1, ("green", "red", "yellow", "red"), ("red", "red", "red", "red")),
        (1.25, ("green", "yellow", "green", "red"), ("yellow", "red", "red", "red")),
        (10, ("green", "green", "green", "green"), ("green", "green", "green", "green")),
    ],
)
def test_the_zones_of_open_plans(project, plans, share, first, second):
    """A plan takes what it was estimated at, or 30% more or less (seed 001): of as much, 70% is yellow."""
    policy_of(project, budgets(f"tokens: {round(plans * share)}"))
    found = answer(project, "budget", ".planning")["plans"]
    assert [one["plan"][-13:] for one in found] == ["01-02-PLAN.md", "01-03-PLAN.md"]
    assert [tuple(one[name] for name in ("begins", "ends", "low", "high")) for one in found] == [first, second]


def test_the_spread_of_estimated_tasks_counts(project, plans):
    """They took exactly what was estimated, so nothing is uncertain."""
    policy_of(project, budgets(f"tokens: {plans + 1000}"))
    for name in "abc":
        exact = ("--tokens", "1000", "--estimated", "1000", "--at", "2020-01-01T10:00")
        run(project, "tokens", "log", "--sd", name, *exact)
    found = answer(project, "budget", ".planning")["plans"][0]
    assert (found["low"], found["ends"], found["high"]) == ("red", "red", "red")


def test_no_open_plan_is_told(project, plans):
    (project / "empty").mkdir()
    done = run(project, "budget", "empty", ".planning/phases/01-core/01-01-PLAN.md")
    assert "no open plan in empty, " in done.stderr
    assert '"nowhere" does not exist' in run(project, "budget", "nowhere", code=2).output
