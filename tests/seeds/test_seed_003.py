"""Seed 003: thirteen agents with model, temperature and failover; alerts and triggers."""

import pytest

from gsdc.policy.decide import decide
from gsdc.policy.model import State

AGENTS = {
    "OpenAgent": ("big-pickle", 0.2),
    "OpenCoder": ("gpt-5.2", 0.1),
    "CoderAgent": ("big-pickle", 0.0),
    "TestEngineer": ("gpt-mini", 0.1),
    "CodeReviewer": ("gpt-5.2", 0.0),
    "BuildAgent": ("gpt-mini", 0.1),
    "ContextScout": ("gemini-flash-lite", 0.0),
    "ExternalScout": ("gemini-flash", 0.2),
    "TaskManager": ("gpt-5.2", 0.0),
    "DocWriter": ("gpt-mini", 0.2),
    "OpenFrontendSpecialist": ("sonnet", 0.3),
    "OpenDevopsSpecialist": ("gpt-5.2", 0.0),
    "ContextOrganizer": ("gemini-flash", 0.1),
}
# Section 1.3, and the failover column of the test matrix (section 3.1).
FAILOVER = {
    "CoderAgent": (["gpt-mini", "qwen3-coder"], ("cost-limit", "rate-limit", "error-rate>5%")),
    "TaskManager": (["sonnet", "gemini-pro"], ("cost-threshold", "complexity-score<8")),
}
ALERTS = {("daily-usd", 50, "alert"), ("weekly-usd", 300, "review"), ("failover-rate", 0.15, "investigate")}
TRIGGERS = {"failures": 3, "rate-limit": True, "daily-usd": 100, "error-rate": 0.05, "latency-seconds": 10}


@pytest.fixture
def policy(compiled):
    return compiled(profile="balanced", fleets=["openagents"])


def test_thirteen_agents(policy):
    assert set(policy.agents) == set(AGENTS)


@pytest.mark.parametrize("agent", AGENTS)
def test_model_and_temperature(policy, agent):
    decision = decide(policy, State(agent))
    assert (decision.model, policy.agents[agent].temperature) == AGENTS[agent]
    takes_one = policy.models[decision.model].temperature  # gpt-5 and later take none, whatever the seed says
    assert decision.temperature == (AGENTS[agent][1] if takes_one else None)


@pytest.mark.parametrize("agent", FAILOVER)
def test_failover_chain_and_triggers(policy, agent):
    chain, triggers = FAILOVER[agent]
    hops = [decide(policy, State(agent, hop=hop)).model for hop in range(1, len(chain) + 2)]
    assert hops == [*chain, None]
    assert policy.agents[agent].triggers == triggers


def test_context_scout_can_fail_over_to_big_pickle(policy):
    assert decide(policy, State("ContextScout", hop=1)).model == "big-pickle"


@pytest.mark.parametrize("agent", AGENTS)
def test_every_agent_has_a_chain_that_spans_two_providers_and_ends(policy, agent):
    models, hop = [], 0
    while (model := decide(policy, State(agent, hop=hop)).model) is not None:
        models.append(model)
        hop += 1
    assert len({policy.models[model].provider for model in models}) >= 2
    assert len(models) == len(set(models))


def test_alert_thresholds(policy):
    assert {(alert["metric"], alert["above"], alert["do"]) for alert in policy.alerts} >= ALERTS


def test_switching_triggers(policy):
    assert policy.failover.triggers == TRIGGERS
