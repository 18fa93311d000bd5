"""Gradual cutover: who is cut over at a stage, and what everybody runs on at each of them."""

import subprocess
import sys
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from gsdc.build import compile_project
from gsdc.deploy.stage import STAGES, cohort, staged
from gsdc.finding import Severity
from gsdc.policy.decide import allocation, decide, entitled
from gsdc.policy.digest import digest
from gsdc.policy.load import load
from gsdc.policy.model import CRITICALITIES, TASK_CLASSES, ZONES, State
from gsdc.policy.space import states
from gsdc.policy.survey import survey
from gsdc.source.plan import parse
from gsdc.targets.registry import compiled_targets
from gsdc.tasks.annotation import analyse

PROFILES = ("quality", "balanced", "budget", "research")
PAIRS = tuple(permutations(PROFILES, 2))
FLEETS = (("gsd",), ("leo",), ("openagents",), ("granter",), ("gsd", "leo", "openagents", "granter"))


def loaded(root, profile, fleets=(), text=None):
    if text is not None:
        (root / "gsdc.yaml").write_text(text)
    found = load(root, profile=profile, fleets=fleets)
    assert found.policy is not None, found.findings
    return found


@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    return {(name, fleets): loaded(root, name, fleets) for name in PROFILES for fleets in FLEETS}


@pytest.mark.parametrize("fleets", FLEETS, ids="+".join)
def test_the_cautious_come_last_and_stay_cut_over(policies, fleets):
    policy = policies["balanced", fleets].policy
    order = {name: index for index, name in enumerate(CRITICALITIES)}
    seen = frozenset()
    for percent in range(101):
        over = cohort(policy, percent)
        assert seen <= over
        assert len(policy.agents) * percent <= 100 * len(over) < len(policy.agents) * percent + 100
        rest = [policy.agents[name] for name in policy.agents.keys() - over]
        moved = [policy.agents[name] for name in over]
        if any(agent.role == "security" for agent in moved):
            assert all(agent.role == "security" for agent in rest)
        others = [order[agent.criticality] for agent in rest if agent.role != "security"]
        if others:
            assert all(order[agent.criticality] <= min(others) for agent in moved)
        seen = over
    assert seen == policy.agents.keys()
    assert cohort(policy, 0) == frozenset()
    assert cohort(policy, 1)


def test_it_is_the_same_in_every_run(policies, tmp_path):
    code = (
        "import pathlib, sys; from gsdc.policy.load import load; from gsdc.deploy.stage import cohort\n"
        "policy = load(pathlib.Path(sys.argv[1]), profile='balanced', fleets=['gsd']).policy\n"
        "print(*sorted(cohort(policy, 25)))"
    )
    wanted = sorted(cohort(policies["balanced", ("gsd",)].policy, 25))
    for seed in ("0", "1"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        command = [sys.executable, "-c", code, str(tmp_path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.split() == wanted


@pytest.mark.sampled
@pytest.mark.parametrize("fleets", FLEETS, ids="+".join)
@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_agent_is_decided_by_the_policy_it_belongs_to(policies, before, after, fleets):
    old, new = policies[before, fleets], policies[after, fleets]
    for percent in STAGES:
        mixed = staged(old.policy, new.policy, percent)
        over = cohort(new.policy, percent)
        for agent in new.policy.agents.values():
            owner = new.policy if agent.name in over else old.policy
            assert mixed.agents[agent.name] == owner.agents[agent.name]
            assert allocation(mixed, agent) == allocation(owner, agent)
            for zone in ZONES:
                for task_class in TASK_CLASSES:
                    for phase in agent.phases or (None,):
                        for attempt, hop in ((0, 0), (1, 0), (2, 1), (0, 2)):
                            state = State(agent.name, phase, zone, task_class, 7, attempt, hop)
                            assert decide(mixed, state) == decide(owner, state)
                            assert entitled(mixed, state) == entitled(owner, state)


@pytest.mark.parametrize(("before", "after"), [("quality", "budget"), ("budget", "research")])
def test_the_whole_space_is_that_of_the_owners(policies, before, after):
    old, new = (policies[name, ("leo",)].policy for name in (before, after))
    mixed = staged(old, new, 50)
    over = cohort(new, 50)
    for name, agent in new.agents.items():
        owner = new if name in over else old
        assert list(states(mixed, agent)) == list(states(owner, agent))
    parts = [survey(part) for part in mixed.parts()]
    seen = survey(mixed)
    assert seen.states == sum(part.states for part in parts)
    assert seen.reachable == parts[0].reachable | parts[1].reachable


@pytest.mark.sampled
@pytest.mark.parametrize("zone", ["green", "red"])
@pytest.mark.parametrize("percent", STAGES)
@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_all_targets_compile_at_every_stage(policies, before, after, percent, zone):
    fleets = FLEETS[-1]
    old, new = policies[before, fleets], policies[after, fleets]
    mixed = staged(old.policy, new.policy, percent)
    build = compile_project(new.project, mixed, zone, compiled_targets())
    assert [f for f in build.findings if f.severity is Severity.ERROR] == []
    whole = compile_project(new.project, new.policy, zone, compiled_targets())
    assert (build.files == whole.files) == (percent == 100)
    section = build.files["CLAUDE.md"].decode()
    if percent == 100:
        assert mixed is new.policy
    else:
        assert f"Stage {percent}%: still on profile `{before}` are " in section
        held = section.split(f"still on profile `{before}` are ")[1].split(".\n")[0].split(", ")
        names = {agent.name_in("claude") for name, agent in new.policy.agents.items() if name in mixed.held}
        assert set(held) == names


def test_a_section_says_what_else_is_otherwise(tmp_path):
    text = (
        "fleets: [leo]\ntargets: {claude-md: true}\nprofiles:\n"
        "  tight: {extends: budget, tiers: {light: gemini-flash}, escalation: {after: 3, ladder: [heavy, human]},\n"
        "    zones: {orange: {normal: defer}}, failover: {models: {opus: [gpt-5.2-pro, gpt-5.2]}}}\n"
    )
    old, new = loaded(tmp_path, "tight", (), text), loaded(tmp_path, "quality")
    build = compile_project(new.project, staged(old.policy, new.policy, 25), "green")
    general, _, special = build.files["CLAUDE.md"].decode().partition("### Still on profile `tight`")
    assert "- light: haiku" in general
    assert "- light: gemini-flash" in special
    assert "After 1 failed attempt," in general
    assert "After 3 failed attempts, go one step up: heavy, human." in special
    assert "| orange | 85% | defer | defer |" in special
    assert "- opus: gpt-5.2-pro, then gpt-5.2" in special
    assert "never below" not in special, "what is the same is not said twice"


def test_tasks_follow_their_agent(tmp_path):
    text = (
        "agents:\n  builder: {role: implementation, criticality: low}\n  writer: {role: docs, criticality: high}\n"
        "profiles:\n  old: {extends: budget, agents: {builder: haiku, writer: haiku}}\n"
        "  new: {extends: quality, agents: {builder: opus, writer: opus}}\n"
    )
    old, new = loaded(tmp_path, "old", (), text), loaded(tmp_path, "new")
    plan = parse(
        "PLAN.md",
        '<task type="auto">\n  <name>Task 1: Write the README</name>\n  <files>README.md</files>\n</task>\n\n'
        '<task type="auto">\n  <name>Task 2: Add the route</name>\n  <files>src/route.ts</files>\n'
        "  <action>Implement the handler.</action>\n</task>\n",
    )
    found = {
        percent: [(item.agent.name, item.decision.model) for item in analyse(plan, policy, "green").tasks]
        for percent in STAGES
        for policy in [staged(old.policy, new.policy, percent)]
    }
    assert found[50] == [("writer", "haiku"), ("builder", "opus")]
    assert found[100] == [("writer", "opus"), ("builder", "opus")]


def test_agents_that_only_one_of_the_two_has(tmp_path):
    leo, both = loaded(tmp_path, "quality", ("leo",)), loaded(tmp_path, "budget", ("leo", "granter"))
    mixed = staged(leo.policy, both.policy, 25)
    assert mixed.agents.keys() == both.policy.agents.keys()
    assert not mixed.held.keys() & (both.policy.agents.keys() - leo.policy.agents.keys())
    back = staged(both.policy, leo.policy, 25)
    assert back.agents.keys() == both.policy.agents.keys()
    gone = both.policy.agents.keys() - leo.policy.agents.keys()
    assert gone <= back.held.keys()
    assert staged(both.policy, leo.policy, 100).agents.keys() == leo.policy.agents.keys()


def test_a_stage_upon_a_stage_holds_each_agent_where_it_was(policies):
    one, two, three = (policies[name, ("gsd",)].policy for name in ("quality", "balanced", "budget"))
    half = staged(one, two, 50)
    mixed = staged(half, three, 25)
    for name in mixed.held:
        owner = two if name in cohort(two, 50) else one
        for zone in ZONES:
            assert decide(mixed, State(name, None, zone)) == decide(owner, State(name, None, zone))
    assert {policy.profile for policy in mixed.held.values()} == {"quality", "balanced"}


def test_digests_and_titles_tell_stages_apart(policies):
    one, two, three = (policies[name, ("gsd",)].policy for name in ("quality", "balanced", "budget"))
    every = [one, two, *(staged(a, b, p) for a, b in ((one, two), (two, one), (three, two)) for p in (25, 50))]
    assert len({digest(policy) for policy in every}) == len(every)
    assert len({policy.title for policy in every}) == len(every)
    assert digest(staged(one, two, 100)) == digest(two)


agents = st.dictionaries(
    st.from_regex(r"[a-z][a-z-]{0,8}[a-z]", fullmatch=True).filter(lambda name: name != "any"),
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["security", "docs", "implementation"]),
            "criticality": st.sampled_from(CRITICALITIES),
        }
    ),
    min_size=1,
    max_size=12,
)


@examples(50)
@given(own=agents, data=st.data())
def test_one_agent_more_leaves_the_order_of_the_others(own, data, tmp_path_factory):
    import json

    root = tmp_path_factory.mktemp("own")
    policy = loaded(root, "balanced", (), json.dumps({"agents": own})).policy
    order = sorted(policy.agents, key=lambda name: [name not in cohort(policy, p) for p in range(101)])
    gone = data.draw(st.sampled_from(sorted(own)))
    rest = policy._replace(agents={name: agent for name, agent in policy.agents.items() if name != gone})
    for percent in STAGES:
        over = cohort(rest, percent)
        kept = [name for name in order if name != gone]
        assert over == set(kept[: len(over)])
