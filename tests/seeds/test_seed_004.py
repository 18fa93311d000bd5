"""Seed 004: the decision matrix, escalation, security guardrails and token budgets."""

import pytest

from gsdc.policy.decide import decide
from gsdc.policy.model import State

YES, MAYBE, NO = "route", "alternative", "no"
WORKERS = {"haiku": "haiku-worker", "sonnet": "sonnet-worker", "gemini-pro": "gemini-reviewer"}
MATRIX = {
    "boilerplate": ("low", YES, NO, NO),
    "config": ("low", YES, NO, NO),
    "docs": ("low", YES, NO, NO),
    "database": ("high", NO, YES, NO),
    "auth": ("critical", NO, YES, NO),
    "implementation": ("medium", MAYBE, YES, NO),
    "review": ("medium", NO, MAYBE, YES),
    "performance": ("medium", NO, MAYBE, YES),
    "testing": ("medium", MAYBE, YES, NO),
    "debugging": ("high", NO, YES, NO),
}
SPRINTS = {
    "setup": (24000, 18000, 4000, 2000),
    "auth": (47500, 3000, 42000, 2500),
    "features": (35000, 8000, 22000, 5000),
    "data": (30000, 5000, 18000, 7000),
    "go-live": (20000, 3000, 8000, 9000),
}
PROJECT = """
profile: granter
fleets: [granter]
profiles:
  granter:
    extends: balanced
    escalation: {after: 3, ladder: [haiku, sonnet, opus, human]}
    budgets:
      daily: {tokens: 30000, usd: 0.35, models: {haiku: 15000, sonnet: 10000, gemini-pro: 5000}}
      sprint: {tokens: 150000, usd: 1.75}
      sprints:
""" + "".join(
    f"        {name}: {{tokens: {total}, models: {{haiku: {haiku}, sonnet: {sonnet}, gemini-pro: {gemini}}}}}\n"
    for name, (total, haiku, sonnet, gemini) in SPRINTS.items()
)


@pytest.mark.parametrize("kind", MATRIX)
def test_decision_matrix(compiled, kind):
    policy = compiled(fleets=["granter"])
    route = next(route for route in policy.fleets["granter"].routes if route.kind == kind)
    cells = []
    for model, worker in WORKERS.items():
        assert decide(policy, State(worker)).model == model
        cells.append(YES if route.agent == worker else MAYBE if worker in route.alternatives else NO)
    assert (route.complexity, *cells) == MATRIX[kind]


def test_the_orchestrator_is_haiku(compiled):
    assert decide(compiled(fleets=["granter"]), State("orchestrator")).model == "haiku"


def test_three_failures_escalate_and_a_person_comes_last(compiled):
    policy = compiled(PROJECT)
    climb = [decide(policy, State("haiku-worker", attempt=attempt)).model for attempt in range(0, 12, 3)]
    assert climb == ["haiku", "sonnet", "opus", None]
    assert decide(policy, State("haiku-worker", attempt=2)).model == "haiku"


@pytest.mark.parametrize("zone", ["green", "yellow", "orange", "red"])
def test_no_haiku_on_security_critical_code(compiled, zone):
    policy = compiled(fleets=["granter"])
    for agent in policy.agents:
        model = decide(policy, State(agent, zone=zone, task_class="security")).model
        assert model is None or policy.models[model].tier != "light"


def test_budgets(compiled):
    budgets = compiled(PROJECT).budgets
    daily = budgets["daily"]
    assert sum(daily["models"].values()) == daily["tokens"] == 30000
    assert budgets["sprint"] == {"tokens": 150000, "usd": 1.75}
    for name, (total, haiku, sonnet, gemini) in SPRINTS.items():
        assert budgets["sprints"][name] == {
            "tokens": total,
            "models": {"haiku": haiku, "sonnet": sonnet, "gemini-pro": gemini},
        }
        assert haiku + sonnet + gemini == total


def test_alert_thresholds(compiled):
    used = {alert["above"]: alert["do"] for alert in compiled().alerts if alert["metric"] == "budget-used"}
    assert used == {0.80: "alert", 0.95: "stop"}
