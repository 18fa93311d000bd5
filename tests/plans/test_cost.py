"""``gsdc cost``: tokens and dollars by task, batch and model, under each profile."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gsdc.cli import main

CHECKPOINT = '<task type="checkpoint:human-verify">\n<what-built>The list</what-built>\n</task>\n'


def run(*arguments: str, code: int = 0) -> Result:
    """Run it with the formula of the seeds, whose results can be told by hand."""
    result = CliRunner().invoke(main, ["cost", *arguments, "--tokens", "seed"], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def data(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--format", "json").output)


def task(name: str, files: str, complexity: int, attributes: str = "") -> str:
    score = f' estimated-complexity="{complexity}"'
    return f'<task type="auto"{score}{attributes}>\n<name>{name}</name>\n<files>{files}</files>\n</task>\n'


PLAN = (
    task("Task 1: Scaffold the package", "package.json", 3)
    + task("Task 2: Add the list", "src/list.ts", 5)
    + task("Task 3: Add the 目次", "src/toc.ts", 2)
    + CHECKPOINT
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "PLAN.md").write_text(PLAN, encoding="utf-8")
    return tmp_path


def test_text(project):
    # Task 2, for one: 8,000 x 1.0 x 1.0 tokens on sonnet, at (2 + 10) / 2 $ a million: $0.048.
    assert run("PLAN.md").output == (
        "PLAN.md: profile balanced, zone green\n"
        "\n"
        "  task                     kind            complexity  model              tokens      $\n"
        "  1. Scaffold the package  setup                    3  haiku, effort low   2,500  0.001\n"
        "  2. Add the list          implementation           5  sonnet              8,000  0.048\n"
        "  3. Add the 目次          implementation           2  haiku, effort low   5,300  0.002\n"
        "  4. The list              checkpoint               2  a person                -      -\n"
        "\n"
        "           tasks  tokens      $\n"
        "  batch 1  1       2,500  0.001\n"
        "  batch 2  2, 3   13,300  0.050\n"
        "  batch 3  4           -      -\n"
        "  sonnet   2       8,000  0.048\n"
        "  haiku    1, 3    7,800  0.002\n"
        "  plan     all    15,800  0.050\n"
        "\n"
        "  get-shit-done itself runs all tasks of a plan on the model of gsd-executor: sonnet, for $0.087\n"
        "  about 5 minutes (2 to 16)\n"
        "\n"
        "  profile   tokens      $  $ in gsd     against all opus   against all sonnet\n"
        "  balanced  15,800  0.050     0.087  66% less than 0.148  42% less than 0.087\n"
        "  quality   13,300  0.121     0.148  18% less than 0.148  39% more than 0.087\n"
        "  budget    17,400  0.005     0.087  96% less than 0.148  94% less than 0.087\n"
        "  research  15,800  0.050     0.087  66% less than 0.148  42% less than 0.087\n"
        "  research gives every task the same model as balanced\n"
        "\n"
    )


def test_json_has_every_profile_and_its_parts_add_up(project):
    found = data("PLAN.md")
    assert (found["profile"], found["zone"]) == ("balanced", "green")
    profiles = found["plans"][0]["profiles"]
    assert [one["profile"] for one in profiles] == ["balanced", "quality", "budget", "research"]
    for one in profiles:
        for parts in ("tasks", "batches", "models"):
            assert sum(part["tokens"] for part in one[parts]) == one["tokens"]
            assert sum(part["usd"] for part in one[parts]) == pytest.approx(one["usd"], abs=1e-5)
    assert profiles[0]["tasks"][1] == {
        "number": 2,
        "name": "Add the list",
        "kind": "implementation",
        "complexity": 5,
        "model": "sonnet",
        "priced_as": "sonnet",
        "effort": None,
        "deferred": None,
        "tokens": 8000,
        "usd": 0.048,
    }
    assert profiles[0]["models"][0] == {"model": "sonnet", "tasks": [2], "tokens": 8000, "usd": 0.048}
    # Opus alone: 2,100 x 0.85, 8,000 x 0.85 and 4,400 x 0.85 tokens, rounded to hundreds, at $12 a million.
    assert profiles[0]["against"]["opus"] == {"tokens": 12300, "usd": 0.1476}
    assert found["total"][0]["against"] == profiles[0]["against"]


def test_one_model_throughout_costs_the_same_as_that_model_alone(project):
    text = task("a", "a.ts", 3, ' model="opus"') + task("b", "b.ts", 9, ' model="opus"')
    (project / "PLAN.md").write_text(text)
    for one in data("PLAN.md")["total"]:
        assert (one["tokens"], one["usd"]) == tuple(one["against"]["opus"].values())
    assert "the same as" in run("PLAN.md").output


def test_what_inherits_is_priced_as_the_policys_model(project):
    (project / "PLAN.md").write_text(task("a", "a.ts", 5, ' model="inherit"'))
    (found,) = data("PLAN.md")["plans"][0]["profiles"][0]["tasks"]
    assert (found["model"], found["priced_as"], found["usd"]) == ("inherit", "sonnet", 0.048)
    assert "inherit (priced as sonnet)" in run("PLAN.md").output


@pytest.mark.parametrize(
    ("written", "priced_as"),
    [
        ("anthropic/claude-opus-5-5", "opus"),
        ("openrouter/anthropic/claude-opus-5.5", "opus"),
        ("claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("anthropic/claude-opus-5-5-lite", None),
        ("house/rocket-7", None),
        ("sonet", None),
    ],
)
def test_an_id_is_priced_as_what_it_is_and_an_unknown_one_is_unpriced(project, written, priced_as):
    (project / "PLAN.md").write_text(task("a", "a.ts", 5, f' model="{written}"') + task("b", "b.ts", 5))
    profile = data("PLAN.md")["plans"][0]["profiles"][0]
    found, other = profile["tasks"]
    assert (found["model"], found["priced_as"]) == (written, priced_as)
    assert found["tokens"] > 0
    assert (found["usd"] > 0) == (priced_as is not None)
    assert found.get("unpriced", 0) == profile.get("unpriced", 0) == int(priced_as is None)
    assert profile["usd"] == pytest.approx(found["usd"] + other["usd"], abs=1e-6)
    output = run("PLAN.md").output
    assert (f"{written} (no price)" in output) == ("0.048 + 1 task unpriced" in output) == (priced_as is None)


def test_a_deferred_task_costs_nothing_and_says_why(project):
    (project / "PLAN.md").write_text(task("Add the list", "src/list.ts", 3))
    (found,) = data("PLAN.md", "--fleet", "granter", "--zone", "red")["plans"][0]["profiles"][0]["tasks"]
    assert (found["model"], found["tokens"], found["usd"]) == (None, 0, 0)
    assert "zone red defers" in found["deferred"]
    output = run("PLAN.md", "--fleet", "granter", "--zone", "red").output
    assert "  task 1 is deferred: zone red defers" in output
    assert "balanced       -  -" in output


def test_several_plans_have_a_total(project):
    (project / "b-PLAN.md").write_text(PLAN, encoding="utf-8")
    output = run(".").output
    assert output.count(": profile balanced, zone green") == 2
    assert "All 2 plans, zone green\n" in output
    assert "  balanced  31,600  0.101     0.174  66% less than 0.295  42% less than 0.174\n" in output
    assert data(".")["total"][0]["tokens"] == 31600


def test_the_projects_own_profile_comes_first(project):
    (project / "gsdc.yaml").write_text("profile: team\nprofiles:\n  team:\n    extends: budget\n    default: heavy\n")
    names = [one["profile"] for one in data("PLAN.md")["total"]]
    assert names == ["team", "quality", "balanced", "budget", "research"]
    assert data("PLAN.md", "--profile", "research")["total"][0]["profile"] == "research"


def test_a_plan_without_tasks(project):
    (project / "PLAN.md").write_text("# Nothing yet\n")
    assert run("PLAN.md").output == "PLAN.md: profile balanced, zone green\n\n  no tasks\n\n"
    assert data("PLAN.md")["total"][0]["usd"] == 0


def test_a_name_never_drives_the_terminal(project):
    (project / "PLAN.md").write_text(task("a \x1b[31mred\nline", "a.ts", 5))
    assert r"1. a \x1b[31mred line" in run("PLAN.md").output


def test_what_cannot_be_read_is_said(project):
    assert '"nope.md" does not exist' in run("nope.md", code=2).output
    (project / "empty").mkdir()
    assert 'no plan in "empty"' in run("empty", code=2).output
    assert "--profile" in run("PLAN.md", "--profile", "qualtiy", code=2).output


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("90000", 90000),
        ("10,000-30,000", 20000),
        ("30000 to 10000", 20000),
        ("~8k", None),
        ("0", None),
        ("9" * 15, None),
    ],
)
def test_the_tokens_that_a_person_expects_count(project, written, tokens):
    given = task("Task 1: Add the list", "src/list.ts", 5)
    (project / "PLAN.md").write_text(given)
    formula = data("PLAN.md")["plans"][0]["profiles"][0]["tasks"][0]["tokens"]
    stated = f"<metrics><estimated-tokens>{written}</estimated-tokens></metrics>\n</task>"
    (project / "PLAN.md").write_text(given.replace("</task>", stated))
    found = data("PLAN.md")["plans"][0]["profiles"][0]
    assert found["tasks"][0]["tokens"] == (tokens or formula)
    assert tokens is None or found["against"]["opus"]["tokens"] == tokens
