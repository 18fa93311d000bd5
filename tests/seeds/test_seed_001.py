"""Seed 001: complexity ranges, cost-aware routing, fallback estimates, the graph."""

import pytest

from gsdc.policy.decide import decide
from gsdc.policy.model import State
from gsdc.source.plan import parse
from gsdc.tasks.annotation import analyse
from gsdc.tasks.estimate import BASE_TOKENS, estimate

# Part 4.1, `model_for_score`.
RANGES = {**dict.fromkeys((1, 2, 3), "haiku"), **dict.fromkeys((4, 5, 6, 7, 8), "sonnet"), 9: "opus", 10: "opus"}


@pytest.mark.parametrize(("score", "model"), RANGES.items())
def test_complexity_ranges(compiled, score, model):
    policy = compiled(profile="balanced", fleets=["gsd"])
    assert decide(policy, State("gsd-executor", complexity=score)).model == model


# Part 6.2, `_fallback_estimate`: base costs, +15% a point over 5, multipliers by model.
@pytest.mark.parametrize(("kind", "base"), [("boilerplate", 3000), ("implementation", 8000), ("testing", 5000)])
@pytest.mark.parametrize(("tier", "multiplier"), [("light", 1.2), ("standard", 1.0), ("heavy", 0.85)])
def test_fallback_estimate(kind, base, tier, multiplier):
    assert BASE_TOKENS[kind] == base
    for complexity in range(1, 11):
        exact = base * (1 + (complexity - 5) * 0.15) * multiplier
        found = estimate(kind, complexity, tier)
        assert found.tokens == pytest.approx(exact, abs=51)
        assert found.low == pytest.approx(exact * 0.7, abs=51)
        assert found.high == pytest.approx(exact * 1.3, abs=51)
        assert found.budget > found.high


def test_attempts_climb_from_haiku_to_a_person(compiled):
    policy = compiled(profile="balanced", fleets=["gsd"])
    climb = [decide(policy, State("gsd-executor", complexity=2, attempt=n)).model for n in range(4)]
    assert climb == ["haiku", "sonnet", "opus", None]


def test_plan_settings(compiled):
    planning = compiled(profile="balanced", fleets=["gsd"]).planning
    assert (planning.max_parallel, planning.budget_share, planning.token_budget) == (5, 0.15, 200000)


# Part 7.1: three tasks one after the other, three in parallel, a test of all. The columns are complexity ("" where the
# example gives none), depends-on and parallel as written there; then model, context-mode and batch. Two cells of the
# example are not what its own rules give: task 7 is of complexity 4, which part 4.1 gives to sonnet (part 2.2 to
# haiku), and task 1 has nothing to inherit.
EXAMPLE = {
    "Create API routes structure": ("", "", "sequential", "sonnet", "fresh", 1),
    "Extend database schema": ("", "1", "sequential", "haiku", "inherited", 2),
    "Create shared API utilities": ("", "1,2", "sequential", "haiku", "inherited", 3),
    "Implement user profile API": ("3", "1,2,3", "can-parallelize", "haiku", "fresh", 4),
    "Implement notifications API": ("6", "1,2,3", "can-parallelize", "sonnet", "fresh", 4),
    "Implement analytics API": ("7", "1,2,3", "can-parallelize", "sonnet", "fresh", 4),
    "Create integration test for all three": ("4", "4,5,6", "sequential", "sonnet", "fresh", 5),
}
FILES = (
    "src/app/api/profile/route.ts, src/app/api/notifications/route.ts, src/app/api/analytics/route.ts",
    "prisma/schema.prisma",
    "src/lib/api-utils.ts",
    "src/app/api/profile/route.ts",
    "src/app/api/notifications/route.ts",
    "src/app/api/analytics/route.ts",
    "tests/integration/api.test.ts",
)


def test_the_complete_example(compiled):
    text = "".join(
        f'<task type="auto" parallel="{parallel}" depends-on="{waits}"'
        + (f' estimated-complexity="{score}"' if score else "")
        + f">\n<name>Task {number}: {name}</name>\n<files>{files}</files>\n<action>Do it.</action>\n</task>\n"
        for number, ((name, (score, waits, parallel, *_)), files) in enumerate(
            zip(EXAMPLE.items(), FILES, strict=True), 1
        )
    )
    found = analyse(parse("p", text), compiled(profile="balanced", fleets=["gsd"]), "green")
    batch = {number: one.number for one in found.batches for number in one.tasks}
    for item, (name, (score, waits, parallel, model, mode, number)) in zip(found.tasks, EXAMPLE.items(), strict=True):
        given = dict(item.attributes)
        assert (given["parallel"], given["depends-on"]) == (parallel, waits), name
        assert (given["subagent"], given["context-mode"]) == ("general-purpose", mode), name
        assert batch[item.task.number] == number, name
        if score:
            assert (given["model"], given["estimated-complexity"]) == (model, score), name


# Part 2.2, the table of subagents; the context of each is fresh but for bash.
@pytest.mark.parametrize(
    ("name", "files", "subagent", "mode"),
    [
        ("Implement the billing service", "src/billing.ts", "general-purpose", "fresh"),
        ("Map the codebase", "", "explore", "fresh"),
        ("Write the plan for the next phase", "", "plan", "fresh"),
        ("Decide on the architecture of the queue", "", "plan", "fresh"),
        ("Deploy to the cluster", "deploy/app.yaml", "bash", "inherited"),
    ],
)
def test_subagents(compiled, name, files, subagent, mode):
    (item,) = analyse(
        parse("p", f"<task>\n<name>{name}</name>\n<files>{files}</files>\n</task>\n"),
        compiled(profile="balanced", fleets=["gsd"]),
        "green",
    ).tasks
    given = dict(item.attributes)
    assert (given["subagent"], given["context-mode"]) == (subagent, mode)
