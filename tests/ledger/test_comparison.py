"""``gsdc compare`` and ``gsdc assign``, by hand and on groups whose difference is known."""

import math
import random
import time

import pytest
from tests.cli.running import answer, run

from gsdc.ledger.database import open_sqlite
from gsdc.ledger.event import Event
from gsdc.ledger.experiment import LEAST, ExperimentGroup, Unit, fisher, group_of, result
from gsdc.ledger.ledger import Ledger
from gsdc.transaction.store import Store


def log(project, tokens, model, agent, *more):
    run(project, "tokens", "log", "--tokens", str(tokens), "--model", model, "--agent", agent, *more)


def add(project, events):
    with open_sqlite(Store(project), create=True) as database:
        ledger = Ledger(database)
        with ledger.transaction():
            ledger.add(events)


def outcomes(project, *profiles):
    found = answer(project, "compare", *profiles)
    return found, {one["profile"]: one for one in found["outcomes"]}


def test_work_that_stays_on_its_model_costs_what_it_did(project):
    log(project, 1_000_000, "opus", "SECURITY")
    found, by = outcomes(project, "quality", "budget")
    assert found["usd"] > 0
    for one in by.values():
        assert one["usd"] == one["low"] == one["high"] == pytest.approx(found["usd"])
        assert one["floors"] == []


def test_another_model_needs_other_tokens_and_has_an_interval(project):
    """Half of 1,000,000 tokens is output: $ 6 on sonnet, at $ 2 and 10. Haiku, at $ 0.1 and 0.5, takes 1.2 as many."""
    log(project, 1_000_000, "sonnet", "DOCMON")
    found, by = outcomes(project, "balanced")
    one = by["balanced"]
    assert (found["usd"], list(one["models"])) == (6.0, ["haiku"])
    assert one["models"]["haiku"] == 1_200_000
    assert one["usd"] == pytest.approx(0.36)
    assert (one["low"], one["high"]) == (pytest.approx(0.36 / 1.3), pytest.approx(0.36 * 1.3))


def test_the_ledger_s_own_factor_counts_from_ten_tasks_on(project):
    now, events = round(time.time() * 1000), []
    for n in range(12):
        for model, tokens in (("sonnet", 10_000), ("haiku", 25_000)):
            noise = round(tokens * math.exp(random.Random(n).gauss(0, 0.1)))
            events.append(Event(f"{model}{n}", now, model=model, unsplit=noise, kind="docs", complexity=3, nano=noise))
    add(project, events)
    log(project, 1_000_000, "sonnet", "DOCMON", "--kind", "docs", "--complexity", "3")
    one = outcomes(project, "balanced")[1]["balanced"]
    assert one["models"]["haiku"] == pytest.approx(1_000_000 * 2.5 + 12 * 25_000 + 12 * 25_000, rel=0.05)
    assert one["high"] / one["low"] < 1.3


def test_floors_are_named_where_they_are_touched(project):
    log(project, 1_000, "haiku", "SECURITY")
    log(project, 1_000, "haiku", "VALIDATION", "--phase", "EXEC")
    log(project, 1_000, "haiku", "VALIDATION", "--phase", "LEAD")
    floors = outcomes(project, "budget")[1]["budget"]["floors"]
    assert {(one["agent"], one["phase"], one["model"]) for one in floors} == {
        ("SECURITY", "", "haiku"),
        ("VALIDATION", "EXEC", "haiku"),
    }
    assert {one["now"] for one in floors} == {"opus", "sonnet"}
    assert "security-downgrade" in run(project, "compare", "budget").output


def test_what_no_agent_did_is_left_out_and_counted(project):
    log(project, 700, "haiku", "nobody we know")
    log(project, 40, "gpt-9-gigantic", "DOCMON")
    log(project, 2, "haiku", "", "--kind", "docs")
    found = answer(project, "compare", "balanced")
    assert (found["tokens"], found["unplaced"]) == (2, 740)


def test_an_empty_ledger_has_nothing_to_compare(project):
    assert "nothing to compare" in run(project, "compare", "balanced", "budget").output
    assert not (project / ".gsdc").exists()
    run(project, "compare", "no-such-profile", code=2)


def test_groups_are_stable_and_even():
    names = ("a", "b")
    found = [group_of("x", f"plan-{n}", names) for n in range(4000)]
    assert 1900 < found.count("a") < 2100
    assert [group_of("y", f"plan-{n}", names) for n in range(4000)] != found
    # Known ones: another release of gsdc, or of Python, must not draw others.
    assert [group_of("", unit, names) for unit in ("SECURITY", "01-02-PLAN.md", "ü", "\udcff")] == list("abab")


def test_assign(project):
    one = run(project, "assign", "--groups", "balanced,budget", "SECURITY").stdout
    found = answer(project, "assign", "--groups", "balanced, budget", "SECURITY", "API")["groups"]
    assert found["SECURITY"] == one.strip()
    for words in (["--groups", "a", "x"], ["--groups", "a,b"], ["--groups", "a,b,c", "--results"]):
        run(project, "assign", *words, code=2)


def simulated(ratio: float, units: int, seed: int, spread: float = 0.5) -> list[Unit]:
    chance, found = random.Random(seed), []
    for n in range(units):
        name = f"plan-{seed}-{n}"
        factor = ratio if group_of("x", name, ("a", "b")) == "b" else 1
        found.append(Unit(name, factor * math.exp(chance.gauss(0, spread)), 1000, int(chance.random() < 0.8)))
    return found


@pytest.mark.parametrize("units", [0, 1, 3, 2 * LEAST - 3])
def test_too_few_units_are_told(units):
    found = result("x", ("a", "b"), simulated(50, units, 1))
    assert found.chance is None
    assert found.verdict.startswith("too few")


def test_a_difference_is_seen_and_chance_is_not():
    differing = [result("x", ("a", "b"), simulated(2.0, 60, seed)) for seed in range(20)]
    alike = [result("x", ("a", "b"), simulated(1.0, 60, seed)) for seed in range(60)]
    assert sum("which is significant" in one.verdict for one in differing) >= 19
    assert sum("which is significant" in one.verdict for one in alike) <= 7  # 5% of 60 are 3
    assert sum(one.low < 2.0 < one.high for one in differing) >= 17
    assert sum(one.low < 1.0 < one.high for one in alike) >= 54
    assert all(1.1 < one.visible < 2 for one in alike)


def test_success_by_hand():
    """Fisher's tea: 3 of 4 against 1 of 4 is no evidence, p = 34/70."""
    assert fisher((ExperimentGroup("a", 4, 1, 4, 3), ExperimentGroup("b", 4, 1, 4, 1))) == pytest.approx(34 / 70)
    assert fisher((ExperimentGroup("a", 8, 1, 8, 8), ExperimentGroup("b", 8, 1, 8, 1))) == pytest.approx(
        2 * 8 / math.comb(16, 9), rel=1e-9
    )


def test_results_of_the_ledger(project):
    events = [
        Event(
            f"{unit.name}:{part}", 1_790_000_000_000, plan=unit.name, nano=round(unit.usd * 5e8), success=unit.success
        )
        for unit in simulated(3.0, 60, 7)
        for part in range(2)
    ]
    add(project, events)
    found = answer(project, "assign", "--groups", "a,b", "--experiment", "x", "--results")
    assert sum(one["units"] for one in found["groups"]) == 60
    assert found["low"] < 3.0 < found["high"]
    output = run(project, "assign", "--groups", "a,b", "--experiment", "x", "--results").output
    assert "which is significant" in output
    assert "too few" in run(project, "assign", "--groups", "a,b", "--results", "--by", "agent").output
