"""What the ledger teaches, on simulated histories whose truth is known."""

import json
import math
import random
import time
from statistics import median

import pytest
from tests.cli.running import answer, run

from gsdc.ledger.learning import Observation, Pooled, learn
from gsdc.tasks.work import FAMILIES

NOW = 1_780_000_000_000
DAY = 86_400_000
PLAN = """\
---
phase: 01-core
plan: 01
type: execute
wave: 1
depends_on: []
files_modified: [README.md]
autonomous: true
must_haves: {truths: []}
---
<task type="auto"><name>Task 1: Write the docs</name><files>README.md</files>
<action>Document the commands.</action><verify>true</verify><done>It is there</done></task>
"""


def history(chance, number, centre, spread):
    """Return observations whose logarithms are normal."""
    return [Observation(round(chance.lognormvariate(centre, spread)) + 1, NOW, None, None) for _ in range(number)]


@pytest.mark.parametrize("spread", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("number", [15, 50, 200])
def test_the_interval_holds_80_percent(number, spread):
    chance = random.Random(f"{number}-{spread}")
    covered = 0
    for _ in range(600):
        centre = chance.uniform(7, 11)
        found = learn(history(chance, number, centre, spread), 8000, NOW)
        covered += found.low <= chance.lognormvariate(centre, spread) <= found.high
    assert 0.75 <= covered / 600 <= 0.85


def test_after_50_tasks_the_error_is_much_below_the_defaults():
    chance = random.Random(19)
    errors = {"default": [], "learned": []}
    for _ in range(200):
        default = chance.choice([3000, 5000, 8000])
        centre = math.log(default) + chance.gauss(0, 0.8)  # projects differ from the formula by a factor of two
        found = learn(history(chance, 50, centre, 0.4), default, NOW)
        actual = chance.lognormvariate(centre, 0.4)
        for name, guess in (("default", default), ("learned", found.tokens)):
            errors[name].append(abs(math.log(guess / actual)))
    assert median(errors["learned"]) < 0.7 * median(errors["default"])


def test_without_observations_the_default_counts():
    found = learn([], 8000, NOW)
    assert found.tokens == pytest.approx(8000)
    assert (found.low, found.high) == (pytest.approx(8000 / 1.3), pytest.approx(8000 * 1.3))  # seed 001: 30% either way
    assert (found.observations, found.success) == (0, None)


def test_a_first_surprise_does_not_overturn_the_default():
    found = learn([Observation(80_000, NOW, 1, None)], 8000, NOW)
    assert 8000 < found.tokens < 8000 * 10**0.11  # one of ten


def test_outliers_do_not_move_it():
    calm = [Observation(5000 + n, NOW, None, None) for n in range(30)]
    wild = [Observation(5_000_000, NOW, None, None)] * 3
    before, after = (learn(found, 8000, NOW).tokens for found in (calm, calm + wild))
    assert after == pytest.approx(before, rel=0.01)


def test_what_is_old_counts_less():
    old = [Observation(2000, NOW - 720 * DAY, None, None)] * 12
    new = [Observation(9000, NOW, None, None)] * 12
    assert learn(old + new, 5000, NOW).tokens == pytest.approx(9000, rel=0.01)
    assert learn(old, 5000, NOW).tokens > 4500  # 0.4% of twelve is next to nothing


def test_a_pool_counts_as_its_observations():
    pooled = Pooled("other", "docs", 3, "haiku", 40, math.log(2000), 0.3, 30, 40, 0)
    found = learn([], 5000, NOW, [pooled])
    assert found.tokens == pytest.approx(2000)
    assert (found.observations, found.success) == (40, 0.75)


def tasks(project, number, *, kind="docs", complexity=1, model="haiku", tokens=9000, **more):
    """Import tasks of one kind."""
    at = int(time.time() * 1000) - 86_400_000  # yesterday: what is old is forgotten
    lines = [
        {"key": f"{kind}{complexity}{model}{n}", "at": at, "unsplit": tokens, "written": model, "task": str(n)}
        | {"kind": kind, "complexity": complexity}
        | {name: value(n) if callable(value) else value for name, value in more.items()}
        for n in range(number)
    ]
    (project / "in.jsonl").write_text("\n".join(map(json.dumps, lines)))
    run(project, "tokens", "import", str(project / "in.jsonl"))


def test_cost_reads_the_ledger(project):
    path = project / ".planning/phases/01-core/01-01-PLAN.md"
    path.parent.mkdir(parents=True)
    path.write_text(PLAN)

    def task():
        return answer(project, "cost", str(path))["plans"][0]["profiles"][0]["tasks"][0]

    before = task()
    tasks(project, 40, kind=before["kind"], complexity=before["complexity"], model=before["model"], tokens=123_456)
    assert before["tokens"] < 60_000
    assert task()["tokens"] == pytest.approx(123_456, rel=0.5)


def test_kinds_that_are_estimated_alike_teach_together(project):
    """A plan's task is of the family "implementation"; what was logged of "api" and "auth" is such work."""
    path = project / ".planning/phases/01-core/01-01-PLAN.md"
    path.parent.mkdir(parents=True)
    path.write_text(PLAN.replace("Write the docs", "Implement the parser").replace("README.md", "src/parser.py"))

    def task():
        return answer(project, "cost", str(path))["plans"][0]["profiles"][0]["tasks"][0]

    before = task()
    assert before["kind"] == "implementation"
    kinds = [kind for kind, family in FAMILIES.items() if family == before["kind"]]
    for kind in kinds:
        tasks(project, 8, kind=kind, complexity=before["complexity"], model=before["model"], tokens=123_456)
    assert task()["tokens"] == pytest.approx(123_456, rel=0.5)
    assert {lesson["kind"] for lesson in answer(project, "calibrate")["lessons"]} == set(kinds)


def test_aggregates_go_to_another_project_without_texts(project, tmp_path):
    tasks(project, 30, tokens=4000, agent="secret-agent", plan="secret-plan", reason="secret-reason")
    run(project, "tokens", "export", str(project / "pool.json"), "--as", "aggregates")
    text = (project / "pool.json").read_text()
    assert "secret" not in text
    assert str(project) not in text
    other = tmp_path / "other"
    other.mkdir()
    (other / "gsdc.yaml").write_text("fleets: [leo]\n")
    added = [answer(other, "tokens", "import", str(project / "pool.json"))["added"] for _ in range(2)]
    assert added == [1, 0]
    lesson = answer(other, "calibrate")["lessons"][0]
    assert (lesson["learned"]["observations"], round(lesson["learned"]["tokens"])) == (30, 4000)


def test_a_project_learns_nothing_from_its_own_aggregates(project):
    tasks(project, 30, tokens=4000)
    run(project, "tokens", "export", str(project / "pool.json"), "--as", "aggregates")
    (found,) = answer(project, "tokens", "import", str(project / "pool.json"), code=1)["findings"]
    assert (found["code"], "those of this project already" in found["message"]) == ("IN040", True)
    assert [lesson["learned"]["observations"] for lesson in answer(project, "calibrate")["lessons"]] == [30]


@pytest.mark.parametrize("order", [("token-stats", "aggregates"), ("aggregates", "token-stats"), ("token-stats",) * 2])
def test_one_project_counts_once_in_whatever_format_it_comes(project, tmp_path, order):
    tasks(project, 30, tokens=4000, success=1)
    tasks(project, 12, kind="docs", complexity=2, model="haiku", unsplit=lambda n: 1500 + 700 * n)
    other = tmp_path / "other"
    other.mkdir()
    (other / "gsdc.yaml").write_text("fleets: [leo]\n")
    for number, shape in enumerate(order):
        run(project, "tokens", "export", str(tmp_path / f"{number}.json"), "--as", shape)
    first = answer(other, "tokens", "import", str(tmp_path / "0.json"))
    assert first["added"] == 2
    second = answer(other, "tokens", "import", str(tmp_path / "1.json"), code=1)
    assert (second["added"], [one["code"] for one in second["findings"]]) == (0, ["IN040"])
    counts = [lesson["learned"]["observations"] for lesson in answer(other, "calibrate")["lessons"]]
    assert sorted(counts) == [12, 30]


def test_projects_with_the_same_number_of_tasks_both_count(project, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "gsdc.yaml").write_text("fleets: [leo]\n")
    tasks(project, 30, tokens=4000)
    run(project, "tokens", "export", str(tmp_path / "one.json"), "--as", "aggregates")
    row = {"count": 30, "total_tokens": 30 * 4100, "min_tokens": 4100, "max_tokens": 4100, "success_rate": 1.0}
    exported = json.loads((tmp_path / "one.json").read_text())["pooled"][0]
    key = f"{exported['kind']}|{exported['complexity']}|{exported['model']}"
    (tmp_path / "two.json").write_text(json.dumps({key: row}))
    for name in ("one.json", "two.json"):
        run(other, "tokens", "import", str(tmp_path / name))
    assert [lesson["learned"]["observations"] for lesson in answer(other, "calibrate")["lessons"]] == [60]


def test_statistics_count_once_however_their_file_is_named(project, monkeypatch):
    row = {"count": 20, "total_tokens": 160_000, "min_tokens": 6000, "max_tokens": 11_000, "success_rate": 0.9}
    (project / "stats.json").write_text(json.dumps({"api-impl|6|sonnet": row}))
    monkeypatch.chdir(project)
    for name in ("stats.json", "./stats.json", str(project / "stats.json")):
        run(project, "tokens", "import", name)
    [lesson] = answer(project, "calibrate")["lessons"]
    assert lesson["learned"]["observations"] == 20


def test_statistics_of_seed_001_come_in_and_go_out(project):
    row = {
        "count": 20,
        "total_tokens": 160_000,
        "min_tokens": 6000,
        "max_tokens": 11_000,
        "avg_duration": 60.0,
        "success_rate": 0.9,
    }
    (project / "stats.json").write_text(json.dumps({"api-impl|6|sonnet": row, "('test-write', 3, 'haiku')": row}))
    run(project, "tokens", "import", str(project / "stats.json"))
    found = {
        (one["kind"], one["complexity"], one["model"]): one["learned"]
        for one in answer(project, "calibrate")["lessons"]
    }
    assert found.keys() == {("implementation", 6, "sonnet"), ("testing", 3, "haiku")}
    assert found["implementation", 6, "sonnet"]["tokens"] == pytest.approx(8000)
    assert found["implementation", 6, "sonnet"]["success"] == 0.9
    tasks(project, 12, tokens=5000, success=1)
    run(project, "tokens", "export", str(project / "out.json"), "--as", "token-stats")
    assert json.loads((project / "out.json").read_text())["docs|1|haiku"]["total_tokens"] == 60_000


def test_rework_proposes_a_stronger_model_and_a_person_applies_it(project):
    (project / "gsdc.yaml").write_text("fleets: [leo]\n")
    tasks(project, 20, rework=lambda n: 50 if n % 3 == 0 else 0)
    found = answer(project, "calibrate", "--out", str(project / "calibrated.yaml"))
    (one,) = found["proposals"]
    assert (one["now"], one["to"], one["refused"]) == ("haiku", "sonnet", "")
    assert "35% of 20 tasks needed rework" in one["why"]
    text = (project / "gsdc.yaml").read_text()
    assert answer(project, "calibrate", "--out", str(project / "calibrated.yaml"))["proposals"] == [one]
    assert (project / "gsdc.yaml").read_text() == text  # nothing changes by itself
    (project / "gsdc.yaml").write_text(text + "profile: calibrated\nprofiles: {calibrated: calibrated.yaml}\n")
    run(project, "lint")
    run(project, "prove")


def test_a_profile_of_the_project_s_own_can_be_calibrated(project):
    """What gsdc.yaml says beside it holds for the proposal as well."""
    text = (
        "fleets: [leo]\nprofile: team\nprofiles:\n  team: {extends: balanced}\n  other: {extends: quality}\n"
        "overrides:\n  - {agent: SECURITY, model: opus, reason: A day that YAML knows, until: 2099-06-30}\n"
    )
    (project / "gsdc.yaml").write_text(text)
    tasks(project, 20, rework=50)
    found = answer(project, "calibrate", "--out", str(project / "calibrated.yaml"))
    assert [(one["to"], one["refused"]) for one in found["proposals"]] == [("sonnet", "")]
    own = text.replace("profile: team", "profile: calibrated").replace(
        "  other:", "  calibrated: calibrated.yaml\n  other:"
    )
    (project / "gsdc.yaml").write_text(own)
    run(project, "prove")


def test_success_proposes_a_weaker_model_unless_a_rule_forbids(project):
    tasks(project, 60, kind="testing", complexity=5, model="sonnet", success=1, rework=0)
    (one,) = answer(project, "calibrate")["proposals"]
    assert (one["now"], one["to"]) == ("sonnet", "haiku")


@pytest.mark.parametrize(
    "more",
    [
        {"rework": lambda n: 50 if n < 2 else 0},  # 2 of 10 are 20%, not above
        {"success": 1},  # ten of ten: the lower end is 79%
        {},
    ],
)
def test_too_little_proposes_nothing(project, more):
    tasks(project, 10, **more)
    assert answer(project, "calibrate")["proposals"] == []
    assert "nothing to change" in run(project, "calibrate").output
