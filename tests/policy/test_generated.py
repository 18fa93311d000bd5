"""Properties over generated policies: what is compiled says what is decided, and decisions behave."""

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gsdc.build import compile_project
from gsdc.policy.decide import TIER_INDEX, decide
from gsdc.policy.load import load
from gsdc.policy.model import CRITICALITIES, TASK_CLASSES, TIERS, ZONES, State
from gsdc.policy.space import breaches, groups, states
from gsdc.policy.validate import schema

DEMO = Path(__file__).parents[1] / "projects" / "demo"
ROLES = [role for role in schema("common")["$defs"]["role"]["enum"] if role != "security"]
MODELS = ["opus", "sonnet", "haiku", "gpt-5.2", "gemini-pro", "gpt-5-mini", "codex"]
PHASES = ["one", "two"]
NASTY = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co"]), min_size=1, max_size=30).filter(
    lambda s: s.strip()
) | st.sampled_from(
    [
        "a | b",
        "`x`",
        "{{ 7*7 }}",
        "-->",
        "<!-- gsdc:end model-assignment -->",
        "\x1b[31m",
        "{env:HOME}",
        "*/",
        "</task>",
    ]
)
token = st.sampled_from([*MODELS, *TIERS])
assignment = st.one_of(
    token,
    st.fixed_dictionaries(
        {"model": token},
        optional={
            "phases": st.dictionaries(st.sampled_from(PHASES), token, min_size=1),
            "complexity": st.just({"1-3": "light", "4-8": "standard", "9-10": "heavy"}),
            "temperature": st.sampled_from([0, 0.25, 1.5]),
            "why": NASTY,
        },
    ),
)
agent = st.fixed_dictionaries(
    {"role": st.sampled_from(ROLES)},
    optional={
        "criticality": st.sampled_from(CRITICALITIES),
        "temperature": st.sampled_from([0.0, 0.1, 2]),
        "description": NASTY,
        "raises": st.dictionaries(st.sampled_from(TASK_CLASSES[1:]), token, min_size=1),
        "failover": st.lists(st.sampled_from(MODELS), min_size=1, max_size=3, unique=True),
        "mode": st.sampled_from(["primary", "subagent"]),
    },
)
zone = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(CRITICALITIES, st.sampled_from(["keep", "defer", *TIERS])),
        "upgrades": st.sampled_from(["all", "critical", "none"]),
        "escalate": st.booleans(),
    },
)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,12}", fullmatch=True)
projects = st.fixed_dictionaries(
    {
        "agents": st.dictionaries(names, agent, min_size=1, max_size=4),
        "profiles": st.fixed_dictionaries(
            {
                "mine": st.fixed_dictionaries(
                    {"extends": st.sampled_from(["base", "quality", "balanced", "budget", "research"])},
                    optional={
                        "roles": st.dictionaries(st.sampled_from(ROLES), assignment, max_size=4),
                        "zones": st.dictionaries(st.sampled_from(ZONES), zone, max_size=3),
                        "escalation": st.just({"after": 2, "ladder": ["light", "standard", "heavy", "human"]}),
                    },
                )
            }
        ),
    }
)


def project_of(data: dict, folder: str) -> Path:
    text = json.dumps({"profile": "mine", "fleets": ["fleet.yaml"], "profiles": data["profiles"]}, ensure_ascii=False)
    (Path(folder) / "gsdc.yaml").write_text(text, encoding="utf-8")
    fleet = json.dumps({"phases": PHASES, "agents": data["agents"]}, ensure_ascii=False)
    (Path(folder) / "fleet.yaml").write_text(fleet, encoding="utf-8")
    return Path(folder)


@settings(max_examples=60, deadline=None)
@given(projects, st.sampled_from(ZONES))
def test_every_target_says_what_the_policy_decides(data, zone_name):
    with tempfile.TemporaryDirectory() as folder:
        loaded = load(project_of(data, folder))
        assert loaded.policy is not None, loaded.findings
        only = ("opencode", "claude-md", "overrides", "plans")
        plan = Path(folder) / ".planning" / "01-PLAN.md"
        plan.parent.mkdir()
        plan.write_bytes((DEMO / ".planning/phases/03-billing/03-02-PLAN.md").read_bytes())
        build = compile_project(loaded.project, loaded.policy, zone_name, only)
        assert not build.broken, build.findings
        for path, content in build.files.items():
            (Path(folder) / path).parent.mkdir(exist_ok=True, parents=True)
            (Path(folder) / path).write_bytes(content)
        again = compile_project(load(Path(folder)).project, loaded.policy, zone_name, only)
        assert again.files == build.files


@settings(max_examples=60, deadline=None)
@given(projects)
def test_decisions_behave(data):
    with tempfile.TemporaryDirectory() as folder:
        policy = load(project_of(data, folder)).policy
    for name in policy.agents:
        for zone_name in ZONES:
            tier = -1
            for attempt in range(10):
                decision = decide(policy, State(name, "one", zone_name, attempt=attempt))
                assert (decision.model is None) == bool(decision.defer)
                assert decision.trail
                if decision.model is None:
                    break
                # Escalation never lowers a tier, and it ends.
                assert TIER_INDEX[policy.models[decision.model].tier] >= tier
                tier = TIER_INDEX[policy.models[decision.model].tier]
            else:
                raise AssertionError("escalation does not end")
            seen = []
            for hop in range(10):
                model = decide(policy, State(name, "one", zone_name, hop=hop)).model
                if model is None:
                    break
                seen.append(model)
            assert len(seen) == len(set(seen)) < 10


@settings(max_examples=40, deadline=None)
@given(projects)
def test_breaches_are_what_a_plain_walk_over_every_state_finds(data):
    with tempfile.TemporaryDirectory() as folder:
        policy = load(project_of(data, folder)).policy
    found = breaches(policy)
    broken = {breach.rule.name for breach in found}
    expected = set()
    for name, one in policy.agents.items():
        for state, decision in states(policy, one):
            if decision.model is None:
                continue
            tier = TIER_INDEX[policy.models[decision.model].tier]
            critical = one.criticality == "critical" or state.task_class == "security"
            if state.task_class == "security" and tier < 1:
                expected.add("light-on-security")
            first = decide(policy, State(name, state.phase, "green", state.task_class, state.complexity))
            if critical and first.model and tier < TIER_INDEX[policy.models[first.model].tier]:
                expected.add("critical-downgrade")
    assert broken == expected
    assert sorted(one.name for group in groups(policy) for one in group) == sorted(policy.agents)
