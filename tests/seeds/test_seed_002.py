"""Seed 002: tiers, phases, the columns "Escalate to Opus?" and "Never Downgrade", budget zones."""

import pytest

from gsdc.policy.decide import decide
from gsdc.policy.model import State

PHASES = ("LEAD", "PLAN", "EXEC")
HAIKU, SONNET, OPUS = ("haiku",) * 3, ("sonnet",) * 3, ("opus",) * 3
TIERS = {
    "GITHUB": HAIKU,
    "DOCMON": HAIKU,
    "RETRO": HAIKU,
    "VALIDATION": ("haiku", "sonnet", "sonnet"),
    "QUICKFIX": HAIKU,
    "TESTING": SONNET,
    "DESIGN": SONNET,
    "DATABASE": SONNET,
    "API": SONNET,
    "STORIES": SONNET,
    "RISK": SONNET,
    "PERFORMANCE": SONNET,
    "DEPENDENCY": SONNET,
    "SECURITY_SUB": SONNET,
    "UAT": SONNET,
    "REGRESSION": SONNET,
    "RCA": SONNET,
    "ORCHESTRATOR_CHILD": SONNET,
    "SECURITY": OPUS,
}
# "Escalate to Opus?": the class of task that does it, None for "No (Sonnet sufficient)".
ESCALATES = {
    "TESTING": "security",
    "DESIGN": "novel",
    "DATABASE": "security",
    "API": "security",
    "STORIES": None,
    "RISK": "security",
    "PERFORMANCE": None,
    "DEPENDENCY": "novel",
    "SECURITY_SUB": "security",
}
ZONES = {"green": 0.0, "yellow": 0.70, "orange": 0.85, "red": 0.95}


@pytest.fixture
def policy(compiled):
    return compiled(profile="balanced", fleets=["leo"])


def test_every_agent_of_the_executor_is_there(policy):
    assert set(policy.agents) == set(TIERS)


@pytest.mark.parametrize("agent", TIERS)
def test_tier_and_phase(policy, agent):
    assert tuple(decide(policy, State(agent, phase)).model for phase in PHASES) == TIERS[agent]


@pytest.mark.parametrize("agent", ESCALATES)
def test_escalates_to_opus(policy, agent):
    raised = {
        name for name in ("security", "novel") if decide(policy, State(agent, "EXEC", task_class=name)).model == "opus"
    }
    wanted = ESCALATES[agent]
    assert (wanted in raised) if wanted else not raised


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
def test_security_is_never_downgraded(compiled, profile, phase, zone):
    policy = compiled(profile=profile, fleets=["leo"])
    for attempt in range(4):
        for hop in range(4):
            assert decide(policy, State("SECURITY", phase, zone, attempt=attempt, hop=hop)).model in {"opus", None}


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
@pytest.mark.parametrize("phase", ["PLAN", "EXEC"])
@pytest.mark.parametrize("zone", ZONES)
def test_validation_is_never_haiku_in_plan_and_exec(compiled, profile, phase, zone):
    policy = compiled(profile=profile, fleets=["leo"])
    for hop in range(4):
        model = decide(policy, State("VALIDATION", phase, zone, hop=hop)).model
        assert model is None or policy.models[model].tier != "light"


def test_zones_begin_where_the_seed_says(policy):
    assert {name: zone.start for name, zone in policy.zones.items()} == ZONES


def test_green_uses_assigned_models_freely(policy):
    assert set(policy.zones["green"].allows.values()) == {"keep"}


def test_yellow_upgrades_cautiously(policy):
    assert decide(policy, State("DESIGN", "PLAN", "yellow", "novel")).model == "sonnet"
    assert decide(policy, State("TESTING", "EXEC", "yellow", "security")).model == "opus"


def test_orange_is_haiku_first_and_defers_what_is_not_critical(policy):
    assert decide(policy, State("STORIES", "PLAN", "orange")).model == "haiku"
    assert decide(policy, State("RETRO", "EXEC", "orange")).model is None
    assert decide(policy, State("VALIDATION", "EXEC", "orange")).model == "sonnet"


def test_red_is_haiku_only_unless_security_critical(policy):
    for name in TIERS:
        model = decide(policy, State(name, "EXEC", "red")).model
        assert model in {"haiku", None} or name == "SECURITY"
    assert decide(policy, State("API", "EXEC", "red", "security")).model == "opus"


def test_every_never_and_always_rule_is_in_the_policy(policy):
    assert set(policy.never_break) == {
        "security-downgrade",
        "light-on-security",
        "validation-below-standard",
        "critical-downgrade",
        "low-effort-on-security",  # ours: effort is younger than the seed
    }
    assert any("20%" in line for line in policy.always)
    assert len(policy.hatches) == 4
