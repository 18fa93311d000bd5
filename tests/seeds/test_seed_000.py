"""Seed 000: four configurations, four workflows, and the degradation quality -> balanced -> budget."""

import itertools

import pytest

from gsdc.policy.decide import decide
from gsdc.policy.model import TIER_INDEX, State

# "Configuration Templates": what each configuration is for, as the model of the agents that it is about.
CONFIGURATIONS = {
    "balanced": {"gsd-planner": "opus", "gsd-executor": "sonnet", "gsd-phase-researcher": "sonnet"},
    "budget": {"gsd-planner": "sonnet", "gsd-executor": "sonnet", "gsd-phase-researcher": "haiku"},
    "quality": {"gsd-planner": "opus", "gsd-executor": "opus", "gsd-phase-researcher": "opus"},
    "research": {"gsd-planner": "opus", "gsd-executor": "sonnet", "gsd-phase-researcher": "gemini-pro"},
}
# "Per-Workflow Optimization Profiles" and "Workflow-Specific Rules".
WORKFLOWS = {
    "planning-heavy": {"planning": "opus", "design": "opus"},
    "implementation-heavy": {"implementation": "codex", "debugging": "codex"},
    "research-heavy": {"research": "gemini-pro"},
    "mixed": {"planning": "opus", "research": "gemini-pro"},
}


@pytest.mark.parametrize("profile", CONFIGURATIONS)
def test_configuration(compiled, profile):
    policy = compiled(profile=profile, fleets=["gsd"])
    assert {name: decide(policy, State(name)).model for name in CONFIGURATIONS[profile]} == CONFIGURATIONS[profile]


@pytest.mark.parametrize("workflow", WORKFLOWS)
@pytest.mark.parametrize("profile", CONFIGURATIONS)
def test_workflow(compiled, profile, workflow):
    agents = "".join(f"  {role}-agent: {{role: {role}}}\n" for role in WORKFLOWS[workflow])
    policy = compiled(f"profile: {profile}\nworkflow: {workflow}\nfleets: []\nagents:\n{agents}")
    found = {role: decide(policy, State(f"{role}-agent")).model for role in WORKFLOWS[workflow]}
    assert found == WORKFLOWS[workflow]


def test_large_context_goes_to_gemini(compiled):
    policy = compiled(profile="research", fleets=["gsd"])
    assert decide(policy, State("gsd-doc-writer", task_class="large-context")).model == "gemini-pro"
    assert decide(policy, State("gsd-security-auditor", task_class="large-context")).model == "opus"


@pytest.mark.parametrize("fleet", ["gsd", "leo", "openagents", "granter"])
def test_degradation_never_raises(compiled, fleet):
    tiers = []
    for profile in ("quality", "balanced", "budget"):
        policy = compiled(profile=profile, fleets=[fleet])
        models = [policy.models[decide(policy, State(name)).model] for name in policy.agents]
        tiers.append([TIER_INDEX[model.tier] for model in models])
    for better, worse in itertools.pairwise(tiers):
        assert all(a >= b for a, b in zip(better, worse, strict=True))


def test_emergency_conservation_defers_rather_than_downgrades_critical_work(compiled):
    policy = compiled(profile="balanced", fleets=["gsd"])
    assert decide(policy, State("gsd-security-auditor", zone="red")).model == "opus"
    assert decide(policy, State("gsd-planner", zone="red")).model is None
