"""Reports: figures worked out by hand, the lines of seed 004, and a page that asks for nothing and runs nothing."""

import json
import re
from html.parser import HTMLParser

import pytest
from tests.cli.running import answer, run

from gsdc.ledger.pages.charts import burn_down

SEED = """\
extends: granter
"""
TASKS = [
    {"task": "S0-D1-1: Turbo setup", "unsplit": 1800, "written": "haiku", "success": 1, "estimated": 2000},
    {"task": "S0-D1-2: Next.js boilerplate", "unsplit": 2100, "written": "haiku", "success": 1, "estimated": 2000},
]


@pytest.fixture
def granter(project):
    (project / "gsdc.yaml").write_text("fleets: [granter]\nprofile: granter\n")
    return project


def load(project, *events):
    """Import events of 2026-02-03, the first day of sprint 0."""
    lines = [{"key": str(n), "at": 1770116400000} | event for n, event in enumerate(events)]  # 11:00 UTC
    (project / "in.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return answer(project, "tokens", "import", str(project / "in.jsonl"))


def test_the_daily_report_of_seed_004(granter):
    load(granter, *TASKS)
    text = run(granter, "report", "daily", "--date", "2026-02-03").output
    for line in (
        "# 📊 project DAILY STANDUP - 2026-02-03",
        "✅ Completed Today:",
        "- S0-D1-1: Turbo setup (haiku) - 1.8k tokens",
        "- S0-D1-2: Next.js boilerplate (haiku) - 2.1k tokens",
        "🟡 In Progress:",
        "🔴 Blocked:",
        "📊 Token Usage:",
        "- Daily: 3,900 / 30,000 (13% - on track)",
        "⚠️ Alerts:",
        "- None",
        "🎯 Tomorrow's Priority:",
        "✅ Green Light: Continue to next tasks",
    ):
        assert line in text.splitlines(), line


def test_the_weekly_report_of_seed_004(granter):
    """Seed 004: 42,300 of 150,000 tokens are 28%."""
    load(granter, *TASKS, {"unsplit": 38_400, "written": "sonnet", "task": "rest", "success": 0})
    text = run(granter, "report", "weekly", "--date", "2026-02-08").output
    for line in (
        "# 📋 project WEEKLY REPORT - Week 6 (Feb 02 - Feb 08)",
        "Status: ON SCHEDULE ✅",
        "Based on: 3 entries in the ledger, on 1 of 7 days",
        "- Budget: 150,000",
        "- Used: 42,300 (28%)",
        "- Trajectory: ON TRACK",
        "Cost: ~$0.23 (13% of $1.75 budget)",  # 3,900 at $ 0.3 and 38,400 at $ 6 a million
        "Risks:",
        "Blockers:",
        "- rest (sonnet)",
    ):
        assert line in text.splitlines(), line


def test_a_week_without_an_entry_is_not_on_schedule(granter):
    lines = run(granter, "report", "weekly", "--date", "2026-02-08").output.splitlines()
    assert "Status: NOTHING LOGGED" in lines
    assert "Based on: 0 entries in the ledger, on 0 of 7 days" in lines
    assert "- Trajectory: NOTHING LOGGED" in lines
    assert not any("APPROVED" in line or "ON TRACK" in line for line in lines)


def test_the_sprints_of_seed_004(granter):
    """Its sums do not hold: its sprints are 156,500 tokens and $ 3.60, where it says 157,500 and $ 4.60."""
    found = []
    for day, tokens in (
        ("2026-02-03", 24_000),
        ("2026-02-08", 47_500),
        ("2026-02-13", 35_000),
        ("2026-02-18", 30_000),
        ("2026-02-23", 20_000),
    ):
        report = answer(granter, "report", "sprint", "--date", day)
        limits = {one["unit"]: one["limit"] for one in report["limits"]}
        assert (report["title"], limits["tokens"]) == (f"Sprint {len(found)}", tokens)
        found.append((limits["tokens"], limits["usd"]))
    assert [sum(column) for column in zip(*found, strict=True)] == [156_500, pytest.approx(3.60)]
    assert "no sprint is under way" in run(granter, "report", "sprint", "--date", "2026-03-02", code=2).stderr


def test_figures_by_hand(project):
    """Savings: 1,000,000 tokens of input on haiku are $ 0.1; on opus $ 4, on sonnet $ 2."""
    load(
        project,
        {"input": 1_000_000, "written": "haiku", "agent": "DOCMON", "task": "a", "rework": 30, "success": 0},
        {"type": "escalation", "written": "sonnet", "origin": "haiku", "task": "a", "reason": "too much | rework"},
        {"output": 100, "written": "nobody-knows-this", "task": "b", "success": 1, "rework": 10},
    )
    found = answer(project, "report", "weekly", "--date", "2026-02-03")
    assert found["savings"] == {"opus": {"baseline": 4.0, "saved": 3.9}, "sonnet": {"baseline": 2.0, "saved": 1.9}}
    assert found["by"]["model"]["nobody-knows-this"] == {"tokens": 100, "cache_read": 0, "usd": 0.0, "events": 1}
    assert (found["rework"], found["counts"]) == (0.2, {"usage": 2, "escalation": 1})
    kpis = {kpi["name"]: (kpi["value"], kpi["met"]) for kpi in found["kpis"]}
    assert kpis["tasks that succeeded"] == (0.5, False)
    assert kpis["rework"] == (0.2, False)  # below 20% is asked for
    assert kpis["escalations"] == (None, None)
    assert kpis["less than all opus"] == (0.975, True)
    assert [day["zone"] for day in found["days"]] == ["green", *["red"] * 6]
    text = run(project, "report", "weekly", "--date", "2026-02-03").output
    assert "too much \\| rework" in text


def test_the_course_of_a_budget_by_the_hour_and_by_the_day(granter):
    """30,000 tokens a day: 10,000 at 11:00 of the 3rd, 15,000 at 14:30; 150,000 a week."""
    load(granter, {"unsplit": 10_000, "written": "haiku"}, {"unsplit": 15_000, "written": "haiku", "at": 1770129000000})

    def course(period, date):
        limits = answer(granter, "report", period, "--date", date)["limits"]
        return next(limit["course"] for limit in limits if limit["unit"] == "tokens")

    day = course("daily", "2026-02-03")
    assert [left for _, left in day] == [30_000] * 12 + [20_000] * 3 + [5_000] * 10
    assert (day[0][0], day[11][0]) == ("2026-02-03T00:00:00.000Z", "2026-02-03T11:00:00.000Z")
    assert [left for _, left in course("weekly", "2026-02-03")] == [150_000] * 2 + [125_000] * 6


def test_tasks_by_model_and_agent(project):
    """Seed 003, "Ongoing KPIs": what a task costs by agent, and how many succeed by model."""
    load(
        project,
        {"output": 900, "written": "haiku", "agent": "DOCMON", "task": "a", "success": 0, "nano": 10},
        {"output": 100, "written": "opus", "agent": "SECURITY", "task": "a", "success": 1, "nano": 2_000_000_000},
        {"output": 100, "written": "haiku", "agent": "DOCMON", "task": "b", "success": 0, "nano": 1_000_000_000},
        {"output": 100, "written": "opus", "agent": "DOCMON", "task": "c", "client_nano": 500_000_000},
    )
    found = answer(project, "report", "weekly", "--date", "2026-02-03")["records"]
    haiku = {"name": "haiku", "tasks": 2, "judged": 2, "succeeded": 1}
    assert [{key: row[key] for key in haiku} for row in found["model"]] == [
        haiku,
        {"name": "opus", "tasks": 1, "judged": 0, "succeeded": 0},
    ]
    assert [(row["name"], row["tasks"]) for row in found["agent"]] == [("DOCMON", 3)]
    text = run(project, "report", "weekly", "--date", "2026-02-03").output
    assert "| haiku | 2 | 1 of 2 |" in text


def test_the_mean_of_estimates_and_its_interval(project):
    """Ratios 1/2, 1 and 2: geometric mean 1, deviation of logarithms ln 2; exp(1.2816 * ln 2 * sqrt(4/3)) = 2.789."""
    load(project, *({"task": str(n), "estimated": 1000, "unsplit": took} for n, took in enumerate((500, 1000, 2000))))
    found = answer(project, "report", "weekly", "--date", "2026-02-03")["accuracy"]
    assert found["ratio"] == pytest.approx(1)
    assert found["interval"] == pytest.approx([1 / 2.789, 2.789], rel=1e-3)


def test_a_report_on_nothing_says_what_to_do(project):
    for period in ("daily", "weekly"):
        text = run(project, "report", period).output
        assert "Nothing was logged: run `gsdc tokens import`" in text
    assert not (project / ".gsdc").exists()


def test_a_day_that_is_none(project):
    assert '"yesterday" is not a day' in run(project, "report", "daily", "--date", "yesterday", code=2).stderr


class Page(HTMLParser):
    """Collects what a page would load or run, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.loads, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.loads += [value for name, value in attributes if name in ("src", "href", "xlink:href", "action", "onload")]

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_loads_nothing_and_runs_nothing(project):
    nasty = "<script>alert(1)</script>\"'&"
    names = ("agent", "phase", "client", "task", "reason", "origin", "written")
    load(
        project,
        *(
            {"unsplit": 5000 * n, "type": kind} | dict.fromkeys(names, nasty)
            for n, kind in enumerate(("escalation", "usage"))
        ),
    )
    run(project, "report", "weekly", "--date", "2026-02-03", "--html", str(project / "week.html"))
    text = (project / "week.html").read_text()
    page = Page(text)
    assert page.loads == ["data:,"]
    assert not {"script", "iframe", "object", "embed", "form", "img", "image", "use"} & set(page.tags)
    assert "<script" not in text
    assert not re.search(r"@import|url\((?!#p\d)", text)
    assert "default-src 'none'" in text
    assert nasty in "".join(page.words)


@pytest.mark.parametrize("models", [0, 1, 6, 9])
def test_the_page_has_a_pattern_for_each_series(project, models):
    load(
        project,
        *({"unsplit": 1000, "written": f"m{n}", "client_nano": 10**9 * (n + 1)} for n in range(models)),
        {"unsplit": 0},
    )
    run(project, "report", "weekly", "--date", "2026-02-03", "--html", str(project / "week.html"))
    text = (project / "week.html").read_text()
    assert set(re.findall(r"url\(#p(\d)\)", text)) == {str(n) for n in range(min(models, 6))}
    assert ("other" in text) == (models > 6)


@pytest.mark.parametrize(
    ("limit", "labels"),
    [
        (20_000_000, ["0", "5M", "10M", "15M", "20M"]),
        (150, ["0", "50", "100", "150"]),
        (0.35, ["0", "0.1", "0.2", "0.3", "0.4"]),
        (1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (999_999, ["0", "200k", "400k", "600k", "800k", "1M"]),
        (0, ["0", "0.5", "1"]),
    ],
)
def test_an_axis_has_round_numbers(limit, labels):
    chart = burn_down([(0, limit)], limit, None, "left", [])
    assert re.findall(r'text-anchor="end">([^<]*)<', chart) == labels
