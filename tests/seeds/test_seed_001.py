"""Seed 001: complexity ranges, cost-aware routing, fallback estimates, the graph."""

import pytest

from gsdc.policy.decide import decide
from gsdc.policy.model import State
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
