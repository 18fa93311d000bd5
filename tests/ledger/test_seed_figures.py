"""The seeds' own worked figures against the ledger; where a seed's arithmetic does not hold, what does."""

import pytest
from tests.cli.running import answer, run
from tests.ledger.test_budget import policy_of

from gsdc.ledger.alerts import evaluate
from gsdc.ledger.budget import assess
from gsdc.ledger.database import open_sqlite
from gsdc.ledger.event import NANO, Event, milliseconds
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.window import DAY
from gsdc.policy.load import load
from gsdc.transaction.store import Store

NOON = milliseconds("2026-11-18T12:00:00Z")


def price(project, alias):
    """Return the $ of a token of which half are output."""
    model = load(project).policy.models[alias]
    return (model.input_price + model.output_price) / 2 / 1e6


def test_the_saving_of_seed_001(project):
    """Part 10.1: 48,000, 48,000 and 24,000 tokens and 30,000 in the main context are 150,000; it writes 102,000.

    It prices input alone and leaves the main context out: 0.04 + 0.14 + 0.36 are $ 0.54, where it writes 0.60, and 75%
    less than $ 2.40. Here half of all tokens are output, at today's prices, the main context on sonnet as before.
    """
    parts = {"haiku": 48_000, "sonnet": 48_000 + 30_000, "opus": 24_000}
    for alias, tokens in parts.items():
        run(project, "tokens", "log", "--model", alias, "--tokens", str(tokens), "--plan", "p")
    by = answer(project, "budget", "--window", "weekly")["by"]["model"]
    assert {alias: one["tokens"] for alias, one in by.items()} == parts
    spent = sum(one["usd"] for one in by.values())
    assert spent == pytest.approx(sum(tokens * price(project, alias) for alias, tokens in parts.items()))
    before = 200_000 * price(project, "sonnet")
    assert 0.2 < 1 - spent / before < 0.6  # and not 0.75


# Daily, monthly and annual $ of the table "Baseline vs Optimized Costs"; its year has 360 days, twelve months of 30.
SCENARIOS = {"current": (75, 2250, 27_000), "optimized": (25, 750, 9_000), "aggressive": (15, 450, 5_400)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_table_of_seed_003(project, name):
    daily, monthly, annual = SCENARIOS[name]
    profile = "extends: balanced, budgets: {monthly: {usd: 2250}, weekly: {usd: 1000}}"
    policy = policy_of(project, profile)
    with open_sqlite(Store(project), create=True) as database:
        ledger = Ledger(database)
        with ledger.transaction():
            ledger.add(Event(str(n), NOON - n * DAY - 1, nano=daily * NANO) for n in range(7))
        budget = assess(ledger, policy, NOON)
        rates = {one.window.name: one.limits[0].rate.per_day for one in budget.windows if one.limits[0].unit == "usd"}
        fired = {(alert.metric, alert.above): alert.fires for alert in evaluate(ledger, policy, budget)}
    assert (rates["monthly"], rates["monthly"] * 30, rates["monthly"] * 360) == (daily, monthly, annual)
    assert 1 - annual / 27_000 == pytest.approx({"current": 0, "optimized": 0.67, "aggressive": 0.80}[name], abs=0.005)
    # "Daily cost > $50: alert", "Weekly cost > $300: review": by Wednesday noon three days of the week have passed.
    assert fired["daily-usd", 50] == (daily > 50)
    assert fired["daily-usd", 100] is False
    assert fired["weekly-usd", 300] is False


def test_the_day_of_seed_004(project):
    """It has $ 0.35 a day for 15,000 tokens on haiku, 10,000 on sonnet and 5,000 on gemini, at prices that differ.

    $ 0.02, 0.30 and 0.03 are $ 1.33, 30 and 6 a million: sonnet's is twice its price for output. Here they are priced
    alike, and such a day stays within the budget; 80% of its tokens make the zone yellow, 95% red, as it says.
    """
    (project / "gsdc.yaml").write_text("fleets: [granter]\nprofile: granter\n")
    zones = []
    for alias, tokens in (("haiku", 15_000), ("sonnet", 8_999), ("gemini", 1), ("sonnet", 4_499), ("haiku", 1)):
        run(project, "tokens", "log", "--model", alias, "--tokens", str(tokens), "--agent", alias)
        found = answer(project, "budget", "--window", "daily")
        zones.append(
            (found["windows"][0]["limits"][0]["used"], found["windows"][0]["limits"][0]["share"], found["zone"])
        )
    assert [(used, zone) for used, _, zone in zones] == [
        (15_000, "green"),
        (23_999, "green"),
        (24_000, "yellow"),
        (28_499, "orange"),
        (28_500, "red"),
    ]
    limits = {one["unit"]: one for one in found["windows"][0]["limits"]}
    assert limits["usd"]["limit"] == 0.35
    assert limits["usd"]["used"] < 0.35
