"""Built, installed, imported: the decisions are those that were built; and whatever is written, it is imported."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.policy.test_generated import NASTY, names, project_of, projects

from gsdc.build import compile_project
from gsdc.importer.project import import_project
from gsdc.policy.decide import decide
from gsdc.policy.load import load
from gsdc.policy.model import Policy, State
from gsdc.targets.api import Request
from gsdc.targets.modules import emitter

# Two agents whose names differ by case alone are no project where one of them is guarded.
projects = projects.filter(lambda data: len({name.casefold() for name in data["agents"]}) == len(data["agents"]))
DEMO = Path(__file__).parents[1] / "projects" / "demo"


CREATE = {"create": True}  # there is nothing of OpenCode's that names an agent


def installed(root: Path, folder: Path, *targets: str, profile: str | None = None) -> Policy:
    """Build ``targets`` of the project in ``root``, all by default, install them in ``folder``; return the policy."""
    loaded = load(root, profile=profile)
    assert loaded.policy is not None, loaded.findings
    build = compile_project(loaded.project, loaded.policy, "green", targets)
    assert not build.broken, build.findings
    for _, artifact in build.artifacts:
        (folder / artifact.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / artifact.path).write_bytes(artifact.content)
    return loaded.policy


def imported(folder: Path) -> Policy:
    found = import_project(folder)
    assert found is not None
    (folder / "gsdc.yaml").write_text(found.text, "utf-8")
    loaded = load(folder)
    assert loaded.policy is not None, loaded.findings
    return loaded.policy


def decisions(policy: Policy, names, *, temperature: bool, like: Policy | None = None) -> dict:
    """Return what is decided; an effort only where ``like`` says one: of another one files say nothing."""
    places = [(name, phase) for name, phases in names.items() for phase in (None, *phases)]
    told = {place: decide(like or policy, State(*place)).effort for place in places}
    return {
        place: (each.model, each.temperature if temperature else None, each.effort if told[place] else None)
        for place in places
        for each in [decide(policy, State(*place))]
    }


@pytest.mark.sampled
@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
@pytest.mark.parametrize("fleet", ["gsd", "leo", "openagents", "granter"])
def test_every_shipped_profile_and_fleet(profile, fleet, tmp_path):
    (tmp_path / "gsdc.yaml").write_text(f"fleets: [{fleet}]\ntargets: {{opencode: {{create: true}}}}\n", "utf-8")
    targets = ("opencode", "claude-md", "overrides")
    built = installed(tmp_path, tmp_path / "there", *targets, profile=profile)
    text = import_project(tmp_path / "there").text
    again = imported(tmp_path / "there")
    names = {agent.name: agent.phases for agent in built.agents.values()}
    assert decisions(again, names, temperature=True, like=built) == decisions(built, names, temperature=True)
    # A shipped profile says in one word what was decided; that it is another one of equals does no harm.
    assert f"fleets: [{fleet}]" in text
    assert profile == "research" or "\nprofiles:" not in text


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
def test_the_demo(profile, tmp_path):
    there = Path(shutil.copytree(DEMO, tmp_path / "there"))
    (there / "gsdc.yaml").unlink()
    (there / ".planning/config.json").unlink()  # get-shit-done's own word on the models, in profile balanced
    built = installed(DEMO, there, profile=profile)
    again = imported(there)
    names = {agent.name: agent.phases for agent in built.agents.values()}
    assert decisions(again, names, temperature=True, like=built) == decisions(built, names, temperature=True)
    assert again.fleets.keys() == {"gsd", "own"}  # opencode.jsonc has an agent of the studio's own


@examples(40)
@given(projects, st.sampled_from([("overrides",), ("overrides", "opencode"), ("overrides", "opencode", "claude-md")]))
def test_generated_policies_by_phase(data, targets):
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as there:
        built = installed(project_of(data, root), Path(there), *targets)
        again = imported(Path(there))
    names = {agent.name: agent.phases for agent in built.agents.values()}
    wanted = decisions(built, names, temperature=False)
    assert decisions(again, names, temperature=False, like=built) == wanted


@examples(40)
@given(projects)
def test_generated_policies_for_opencode(data):
    """OpenCode has no phases: what is compiled of both policies is the same."""
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as there:
        described = {name: {"description": "Works"} | agent for name, agent in data["agents"].items()}
        file = project_of(data | {"agents": described}, root) / "gsdc.yaml"
        file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"targets": {"opencode": CREATE}}), "utf-8")
        installed(Path(root), Path(there), "opencode")
        built, again = load(Path(root)), imported(Path(there))
        opencode = emitter("opencode")
        claims = [
            {
                claim.agent: claim
                for claim in opencode.expected_claims(Request(policy, "green", built.project.tree, CREATE))
            }
            for policy in (built.policy, again)
        ]
    # Of an agent without an effort the files say nothing: it gets that of the profile.
    for agent, claim in claims[0].items():
        if claim.effort is None:
            claims[1][agent] = claims[1][agent]._replace(effort=None)
    assert claims[0] == claims[1]


entry = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["anthropic/claude-opus-4-1", "a/b", "light", "x/sonnet", "x/heavy", "house/5:q"])
        | NASTY,
        "temperature": st.floats() | st.integers(-1, 3),
        "description": NASTY,
        "mode": st.sampled_from(["primary", "subagent", "all"]) | NASTY,
        "disable": st.booleans(),
    },
)
agents = st.dictionaries(names | NASTY | st.sampled_from(["gsd-planner", "GSD-Planner", "null"]), entry, min_size=1)
settings_of_gsd = st.fixed_dictionaries(
    {"model_overrides": st.dictionaries(names | st.just("gsd-planner"), NASTY | st.integers() | st.just("opus"))}
)
provider = st.fixed_dictionaries(
    {"npm": NASTY, "options": st.dictionaries(st.sampled_from(["baseURL", "apiKey"]), NASTY)}
)


@examples(80)
@given(agents, agents, settings_of_gsd, st.dictionaries(st.sampled_from(["a", "x", "house"]), provider))
def test_whatever_people_write_a_valid_project_comes_of_it(ours, theirs, gsd, providers):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ".planning").mkdir()
        (folder / ".claude/agents").mkdir(parents=True)
        (folder / "opencode.json").write_text(json.dumps({"agent": ours, "provider": providers}), "utf-8")
        (folder / ".planning/config.json").write_text(json.dumps(gsd), "utf-8")
        for number, (agent, value) in enumerate(theirs.items()):
            front = "".join(f"{key}: {json.dumps(item)}\n" for key, item in {"name": agent, **value}.items())
            (folder / f".claude/agents/{number}.md").write_text(f"---\n{front}---\n", "utf-8")
        policy = imported(folder)
        assert set(policy.fleets) <= {"gsd", "own"}
        assert max(map(len, (folder / "gsdc.yaml").read_text("utf-8").splitlines())) < 1000
