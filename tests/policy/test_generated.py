"""Properties over generated policies: what is compiled says what is decided, and decisions behave."""

import json
import tempfile
from datetime import date
from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.build import compile_project
from gsdc.policy.decide import allocation, decide
from gsdc.policy.load import load
from gsdc.policy.model import CRITICALITIES, TASK_CLASSES, TIER_INDEX, TIERS, ZONES, State
from gsdc.policy.space import groups
from gsdc.policy.validate import schema
from gsdc.proof import prove

DEMO = Path(__file__).parents[1] / "projects" / "demo"
ROLES = [role for role in schema("common")["$defs"]["shipped-role"]["enum"] if role != "security"]
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
override = st.fixed_dictionaries({"model": token, "reason": NASTY}, optional={"zones": st.just(["red", "yellow"])})
selector = st.fixed_dictionaries(
    {},
    optional={
        "role": st.lists(st.sampled_from(ROLES), min_size=1, max_size=9),
        "phase": st.just(["two"]),
        "zone": st.just(["orange", "red"]),
        "class": st.lists(st.sampled_from(TASK_CLASSES), min_size=1, max_size=3),
        "criticality": st.lists(st.sampled_from(CRITICALITIES), min_size=1, max_size=3),
    },
).filter(bool)
requirement = st.one_of(
    st.builds(lambda tier: {"min": tier}, st.sampled_from(TIERS)),
    st.builds(lambda alias: {"model": alias}, st.sampled_from(MODELS)),
    st.builds(lambda provider: {"provider": provider}, st.sampled_from(["anthropic", "openai"])),
    st.builds(lambda token: {"never": [token]}, token),
    st.sampled_from([{"keep": True}, {"defer": True}, {"review": "review"}]),
)
rule = st.fixed_dictionaries({"when": selector, "require": requirement, "why": NASTY})
rules = st.dictionaries(st.sampled_from(["first", "second"]), rule, max_size=2)
projects = st.fixed_dictionaries(
    {
        "agents": st.dictionaries(names, agent, min_size=1, max_size=4).filter(
            lambda agents: len({name.casefold() for name in agents}) == len(agents)
        ),
        "profiles": st.fixed_dictionaries(
            {
                "mine": st.fixed_dictionaries(
                    {"extends": st.sampled_from(["base", "quality", "balanced", "budget", "research"])},
                    optional={
                        "roles": st.dictionaries(st.sampled_from(ROLES), assignment, max_size=4),
                        "zones": st.dictionaries(st.sampled_from(ZONES), zone, max_size=3),
                        "escalation": st.just({"after": 2, "ladder": ["light", "standard", "heavy", "human"]}),
                        "tiers": st.fixed_dictionaries({}, optional=dict.fromkeys(TIERS, st.sampled_from(MODELS))),
                        "classes": st.just({"novel": {"model": "gemini-pro", "roles": ["docs", "review", "testing"]}}),
                    },
                )
            }
        ),
        "overrides": st.lists(override, max_size=1),
    }
)


def project_of(data: dict, folder: str) -> Path:
    mine = data["profiles"]["mine"] | {"never-break": data.get("rules", {})}
    overrides = [{"agent": min(data["agents"]), **one} for one in data["overrides"]]
    project = {"profile": "mine", "fleets": ["fleet.yaml"], "profiles": {"mine": mine}, "overrides": overrides}
    text = json.dumps(project, ensure_ascii=False)
    (Path(folder) / "gsdc.yaml").write_text(text, encoding="utf-8")
    fleet = json.dumps({"phases": PHASES, "agents": data["agents"]}, ensure_ascii=False)
    (Path(folder) / "fleet.yaml").write_text(fleet, encoding="utf-8")
    return Path(folder)


@examples(60)
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


@examples(60)
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


@examples(12)
@given(projects, rules)
def test_the_proof_says_what_brute_force_finds(data, own):
    """Every state is asked: each score, not one of each range; each agent, not one of each group."""
    with tempfile.TemporaryDirectory() as folder:
        root = project_of(data | {"rules": own}, folder)
        loaded = load(root)
        policy = loaded.policy
        proof = prove(policy, loaded.project.sources, date(2026, 1, 1))
    answers = {state: decide(policy, state) for name in policy.agents for state in brute(policy, name)}
    broken = set()
    for rule in policy.never_break.values():
        for state, answer in answers.items():
            if speaks(policy, rule, state) and not allowed(policy, rule, state, answer.model):
                broken.add(rule.name)
                break
    never_break = [verdict for verdict in proof.verdicts if verdict.name in policy.never_break]
    assert {verdict.name for verdict in never_break if not verdict.holds} == broken
    for verdict in never_break:
        if not verdict.holds:
            last = verdict.counterexample[-1]
            rule = policy.never_break[verdict.name]
            assert not allowed(policy, rule, last.state, last.model)
            assert [event.model for event in verdict.counterexample] == [
                answers[event.state].model for event in verdict.counterexample
            ]
    assert sorted(one.name for group in groups(policy) for one in group) == sorted(policy.agents)
    assert proof.states == sum(1 for state in answers if state.complexity in scores(policy, state.agent))


def brute(policy, name):
    """Yield every state of an agent, by loops alone."""
    lapses = (False, True) if any(override.agent == name for override in policy.overrides) else (False,)
    for plain in product([name], PHASES, ZONES, TASK_CLASSES, (None, *range(1, 11)), (False, True), lapses):
        agent, phase, zone_name, task_class, complexity, costly, lapsed = plain
        for attempt in range(0, 50, policy.escalation.after):
            for hop in range(50):
                state = State(agent, phase, zone_name, task_class, complexity, attempt, hop, costly, lapsed)
                yield state
                if decide(policy, state).model is None:
                    break
            if hop == 0:
                break


def scores(policy, name):
    """Return one score of each range that tells scores apart: as many states as the proof counts."""
    assigned, _ = allocation(policy, policy.agents[name])
    return (None, *(low for low, _, _ in assigned.complexity))


def speaks(policy, rule, state):
    one = policy.agents[state.agent]
    is_critical = one.criticality == "critical" or state.task_class == "security"
    seen = {
        "agent": state.agent,
        "role": one.role,
        "phase": state.phase,
        "zone": state.zone,
        "class": state.task_class,
        "criticality": "critical" if is_critical else one.criticality,
    }
    return "review" not in rule.require and all(seen[key] in values for key, values in rule.when.items())


def by_itself(policy, state):
    """Return what a policy without zones, overrides and never-break rules would give to the work of ``state``."""
    open_zone = policy.zones["green"]._replace(allows=dict.fromkeys(CRITICALITIES, "keep"), upgrades="all")
    plain = policy._replace(zones=dict.fromkeys(ZONES, open_zone), overrides=(), never_break={})
    alias = decide(plain, State(state.agent, state.phase, "green", state.task_class, state.complexity)).model
    return policy.models[alias]


def allowed(policy, rule, state, alias):
    if alias is None:
        return True
    model, (kind, value) = policy.models[alias], next(iter(rule.require.items()))
    if kind == "keep":
        return TIERS.index(model.tier) >= TIERS.index(by_itself(policy, state).tier)
    return {
        "model": alias == value,
        "min": kind == "min" and TIERS.index(model.tier) >= TIERS.index(value),
        "provider": model.provider == value,
        "never": kind == "never" and alias not in value and model.tier not in value,
        "defer": False,
    }[kind]
