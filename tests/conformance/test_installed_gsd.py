"""What ``gsdc`` says of GSD's configuration, against GSD itself: its own module, and its own command."""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from gsdc.cli import main
from gsdc.policy.load import load
from gsdc.source.gsd_version import GsdVersion
from gsdc.source.tree import Tree
from gsdc.targets.api import INHERIT
from gsdc.targets.choice import choose
from gsdc.targets.gsd import resolve as gsd_client
from gsdc.targets.gsd import view as gsd

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "gsd-config"

# One node for many folders: for each, what GSD answers for each agent. GSD rewrites old keys in the files it reads.
ASK = """
const lib = process.argv[2];
const resolver = lib + '/model-resolver.cjs';
const core = require(require('fs').existsSync(resolver) ? resolver : lib + '/core.cjs');
const { MODEL_PROFILES } = require(process.argv[2] + '/model-profiles.cjs');
const folders = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stderr.write = () => true;
console.log(JSON.stringify(folders.map(([folder, extra]) => Object.fromEntries(
  [...Object.keys(MODEL_PROFILES), ...extra].map(name => [name, core.resolveModelInternal(folder, name)])))));
"""
TABLE = """
const known = require(process.argv[2] + '/model-catalog.cjs');
console.log(JSON.stringify({profiles: known.VALID_PROFILES, phases: [...known.VALID_PHASE_TYPES],
  agents: known.MODEL_PROFILES, phaseOf: known.AGENT_TO_PHASE_TYPE, tierOf: known.AGENT_DEFAULT_TIERS,
  adaptive: known.catalog.adaptiveTierMap, runtimes: known.catalog.runtimeTierDefaults}));
"""

OVERRIDE = '"model_overrides": {"gsd-security-auditor": "opus", "gsd-executor": "haiku"}'
PHASE = '"models": {"verification": "opus", "execution": "haiku", "planning": "inherit"}'
CONFIGS = {
    "empty": "{}",
    "quality": '{"model_profile": "quality"}',
    "balanced": '{"model_profile": "balanced"}',
    "budget": '{"model_profile": "budget"}',
    "adaptive": '{"model_profile": "adaptive"}',
    "inherit": '{"model_profile": "inherit"}',
    "profile in capitals": '{"model_profile": "Budget"}',
    "profile with a blank": '{"model_profile": "budget "}',
    "profile misspelt": '{"model_profile": "qualty"}',
    "profile null": '{"model_profile": null}',
    "profile empty": '{"model_profile": ""}',
    "profile false": '{"model_profile": false}',
    "profile list": '{"model_profile": ["budget"]}',
    "profile object": '{"model_profile": {"budget": 1}}',
    "profile number": '{"model_profile": 1}',
    "override": f"{{{OVERRIDE}}}",
    "override over all": f'{{"model_profile": "budget", {OVERRIDE}, {PHASE}, "runtime": "codex"}}',
    "override of an unknown agent": '{"model_overrides": {"my-agent": "openai/o3", "gsd-planer": "opus"}}',
    "override empty": '{"model_overrides": {"gsd-planner": "", "gsd-executor": null, "gsd-verifier": false}}',
    "override inherit": '{"model_overrides": {"gsd-planner": "inherit"}}',
    "override misspelt": '{"model_overrides": {"gsd-planner": "opsu", "gsd-executor": "Opus "}}',
    "override no text": '{"model_overrides": {"gsd-planner": 5, "gsd-executor": ["opus"], "gsd-verifier": true}}',
    "overrides a list": '{"model_overrides": ["opus"]}',
    "overrides a text": '{"model_overrides": "opus"}',
    "override twice": '{"model_overrides": {"gsd-planner": "opus", "gsd-planner": "haiku"}}',
    "phase": f"{{{PHASE}}}",
    "phase in budget": f'{{"model_profile": "budget", {PHASE}}}',
    "phase over inherit": f'{{"model_profile": "inherit", {PHASE}}}',
    "phase not a tier": '{"models": {"execution": "openai/o3", "planning": "Opus", "verification": 1, "research": ""}}',
    "phase unknown": '{"models": {"verify": "haiku"}}',
    "phases a list": '{"models": ["opus"]}',
    "routing": '{"dynamic_routing": {"enabled": true, "tier_models": {"light": "haiku", "heavy": "haiku"}}}',
    "routing off": '{"dynamic_routing": {"enabled": false, "tier_models": {"heavy": "haiku"}}}',
    "omit": '{"resolve_model_ids": "omit"}',
    "omit with override": f'{{"resolve_model_ids": "omit", {OVERRIDE}, {PHASE}}}',
    "full ids": '{"resolve_model_ids": true}',
    "full ids by any value": f'{{"resolve_model_ids": [], {PHASE}}}',
    "full ids off": '{"resolve_model_ids": 0}',
    "codex": '{"runtime": "codex"}',
    "codex with omit": '{"runtime": "codex", "resolve_model_ids": "omit"}',
    "opencode with phase": f'{{"runtime": "opencode", {PHASE}}}',
    "opencode inherits": f'{{"runtime": "opencode", "model_profile": "inherit", {PHASE}}}',
    "cursor": '{"runtime": "cursor", "model_profile": "budget"}',
    "unknown runtime": '{"runtime": "codx"}',
    "unknown runtime with omit": '{"runtime": "codx", "resolve_model_ids": "omit"}',
    "runtime no text": '{"runtime": ["codex"]}',
    "claude is the default": '{"runtime": "claude", "model_profile_overrides": {"claude": {"sonnet": "haiku"}}}',
    "runtime overridden": '{"runtime": "codex", "model_profile_overrides": {"codex": {"opus": "gpt-5-pro"}}}',
    "runtime overridden by object": '{"runtime": "codex", "model_profile_overrides": {"codex": {"opus": {"model": "x"},'
    ' "sonnet": {"reasoning_effort": "low"}, "haiku": {"model": null}}}}',
    "runtime overridden oddly": '{"runtime": "codex", "model_profile_overrides": {"codex": {"opus": 5, "sonnet": [],'
    ' "haiku": ""}}}',
    "own runtime": '{"runtime": "mine", "model_profile_overrides": {"mine": {"sonnet": "qwen"}}}',
    "other runtime overridden": '{"runtime": "codex", "model_profile_overrides": {"gemini": {"opus": "x"}}}',
    "misspelt key": '{"model_profle": "quality", "Model_Profile": "quality"}',
    "comment": '{"model_profile": "quality" /* best */}',
    "trailing comma": '{"model_profile": "quality",}',
    "byte order mark": '\ufeff{"model_profile": "quality"}',
    "nothing": "",
    "not a number": '{"model_profile": "quality", "x": NaN}',
    "list": '["quality"]',
    "text": '"quality"',
    "null": "null",
    "policy generic": '{"model_policy": {"provider": "generic", "high": "x/y", "medium": 5}, "runtime": "opencode"}',
    "policy generic on claude": '{"model_policy": {"provider": "custom", "high": "fable", "medium": "gpt-5"}}',
    "policy preset": '{"model_profile": "quality", "model_policy": {"provider": "anthropic", "budget": "low"}}',
    "policy preset of fable": '{"model_policy": {"provider": "anthropic-fable", "budget": "high"}}',
    "policy preset elsewhere": '{"runtime": "codex", "model_policy": {"provider": "google", "budget": "cheap"}}',
    "policy tiers": '{"runtime": "pi", "model_policy": {"provider": "qwen", "runtime_tiers": {"pi": {"opus": "x/y"}}}}',
    "policy tiers of objects": '{"model_policy": {"runtime_tiers": {"claude": {"sonnet": {"model": "opus"}}}}}',
    "policy a list": '{"model_policy": ["generic"]}',
    "policy under inherit": '{"model_profile": "inherit", "model_policy": {"provider": "anthropic"}}',
    "overrides of claude": '{"model_profile_overrides": {"claude": {"opus": "haiku", "sonnet": {"model": ""}}}}',
    "ids that become aliases": '{"model_overrides": {"gsd-executor": "claude-fable-5"}}',
    "runtime zcode": '{"runtime": "zcode", "model_profile": "quality"}',
    "ids that are truthy": '{"resolve_model_ids": "yes"}',
    "key twice": '{"model_profile": "quality", "model_profile": "budget"}',
    "old keys": '{"depth": "quick", "branching_strategy": "none", "sub_repos": ["a"], "model_profile": "quality"}',
}


@pytest.fixture(params=["get-shit-done-cc/get-shit-done", "@opengsd/gsd-core/gsd-core"], ids=["1.42", "core"])
def gsd_tools(clients, request):
    """Return the path of the tools of each release of GSD."""
    return clients / request.param / "bin" / "gsd-tools.cjs"


@pytest.fixture
def release(gsd_tools):
    """Return the release that is asked."""
    return GsdVersion.CLASSIC if gsd_tools.parts[-3] == "get-shit-done" else GsdVersion.CORE


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    found = load(tmp_path_factory.mktemp("policy"), fleets=["gsd"]).policy
    assert found is not None
    return found


def node_answers(node, gsd_tools, script, data=""):
    command = [node, "-e", script, "-", gsd_tools.parent / "lib"]
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def folder_of(root, number, text, release=GsdVersion.CLASSIC):
    folder = root / str(number)
    version = folder / ".claude" / ("get-shit-done" if release is GsdVersion.CLASSIC else "gsd-core") / "VERSION"
    version.parent.mkdir(parents=True)
    version.write_text(release)
    (folder / ".planning").mkdir(parents=True)
    path = folder / ".planning" / "config.json"
    path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text, "utf-8")
    return folder


OWN_IDS = {
    "opus": ("claude-opus-4-7", "claude-opus-4-8"),
    "sonnet": ("claude-sonnet-4-6", "claude-sonnet-5"),
    "haiku": ("claude-haiku-4-5",),
}


def meant(answer, policy):
    """What an answer of GSD means in the words of the policy; written apart from what is tested."""
    if not isinstance(answer, str):
        return json.dumps(answer)
    for alias, ids in OWN_IDS.items():
        if answer.endswith(ids):
            return alias
    aliases = {model.ids["gsd"]: model.alias for model in policy.models.values() if "gsd" in model.ids}
    by_name = {name.split("/")[-1]: alias for name, alias in aliases.items()}
    return INHERIT if answer in ("", "inherit") else aliases.get(answer, by_name.get(answer, answer))


def compare(texts, tmp_path, node, gsd_tools, policy, release):
    """Return what differs: (configuration, agent, what gsdc says, what GSD says); and how many answers agree."""
    folders = [folder_of(tmp_path, number, text, release) for number, text in enumerate(texts.values())]
    ours = [{s.claim.agent: s.claim.model for s in gsd.view(Tree(folder), policy).statements} for folder in folders]
    asked = [[str(folder), list(answers)] for folder, answers in zip(folders, ours, strict=True)]
    theirs = node_answers(node, gsd_tools, ASK, json.dumps(asked))
    triples = [
        (name, agent, said.get(agent), meant(answer, policy))
        for name, said, answers in zip(texts, ours, theirs, strict=True)
        for agent, answer in answers.items()
    ]
    return [triple for triple in triples if triple[2] != triple[3]], len(triples)


def test_every_agent_of_every_way_to_decide(tmp_path, node, gsd_tools, policy, release):
    differing, count = compare(CONFIGS, tmp_path, node, gsd_tools, policy, release)
    assert differing == []
    assert count >= 33 * len(CONFIGS)


def random_config(chance):
    """Return settings that decide models, some of them odd: values of every kind for every key."""
    words = ["opus", "sonnet", "haiku", "inherit", "fable", "claude-opus-4-8", "claude-opus-4-6", "openai/o3", ""]
    values = [*words, 5, True, None, ["opus"], {}, {"model": "x"}, {"model": "claude-sonnet-5"}]
    tiers = ["opus", "sonnet", "haiku"]

    def one(names):
        return {chance.choice(names): chance.choice(values) for _ in range(2)}

    profiles = ["quality", "balanced", "Budget", "adaptive", "inherit", "qualty", 5, ""]
    runtimes = ["claude", "opencode", "codex", "cursor", "codx", "kilo", "pi", "kimi", "zcode", "", None]
    providers = ["anthropic", "anthropic-fable", "openai", "google", "qwen", "generic", "custom", "no", 5]
    policy = {
        "provider": chance.choice(providers),
        "budget": chance.choice(["low", "medium", "high", "x", 5, ""]),
        **{level: chance.choice(values) for level in ("high", "medium", "low")},
        "runtime_tiers": {chance.choice(["claude", "opencode", "codex"]): one(tiers)},
    }
    config = {
        "model_profile": chance.choice(profiles),
        "runtime": chance.choice(runtimes),
        "models": one(["planning", "verification", "execution", "research"]),
        "model_overrides": one(["gsd-planner", "gsd-executor", "gsd-security-auditor"]),
        "model_policy": {key: value for key, value in policy.items() if chance.random() < 0.7},
        "model_profile_overrides": {chance.choice(["claude", "opencode", "codex", "codx"]): one(tiers)},
        "resolve_model_ids": chance.choice(["omit", True, False, 1, "x"]),
    }
    return {key: value for key, value in config.items() if chance.random() < 0.5}


def test_every_agent_of_odd_settings(tmp_path, node, gsd_tools, release):
    """What the resolver answers, word for word; the view of it is compared above."""
    chance = random.Random(15)
    configs = [random_config(chance) for _ in range(300)]
    folders = [folder_of(tmp_path, number, json.dumps(config)) for number, config in enumerate(configs)]
    theirs = node_answers(node, gsd_tools, ASK, json.dumps([[str(folder), []] for folder in folders]))
    known = gsd_client.client(release)
    for config, answers in zip(configs, theirs, strict=True):
        assert (config, answers) == (
            config,
            {name: gsd_client.resolve(config, name, known).model for name in known.agents},
        )


def test_every_agent_of_real_configurations(tmp_path, node, gsd_tools, policy, release):
    if not CORPUS.is_dir():
        pytest.skip("../shared/corpus/gsd-config is not here")
    texts = {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}
    differing, count = compare(texts, tmp_path, node, gsd_tools, policy, release)
    assert differing == []
    assert count >= 33 * len(texts) > 0


# The ways differ in one agent of these; a call takes about 0.1 s.
COMMANDS = {
    "override over all": "gsd-security-auditor",
    "phase": "gsd-executor",
    "routing": "gsd-planner",
    "codex": "gsd-planner",
    "omit": "gsd-planner",
    "full ids": "gsd-verifier",
    "trailing comma": "gsd-executor",
    "profile misspelt": "gsd-roadmapper",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_answers_as_the_module(name, tmp_path, run_gsd, policy, release):
    agent = COMMANDS[name]
    folder = folder_of(tmp_path, 0, CONFIGS[name], release)
    statements = {each.claim.agent: each.claim.model for each in gsd.view(Tree(folder), policy).statements}
    assert meant(run_gsd("resolve-model", agent, cwd=folder)["model"], policy) == statements[agent]


def test_a_workstream_lays_its_settings_over_the_projects(tmp_path, run_gsd, policy, release):
    folder = folder_of(
        tmp_path, 0, f'{{"model_profile": "quality", {OVERRIDE}, "models": {{"research": "haiku"}}}}', release
    )
    own = folder / ".planning" / "workstreams" / "fast"
    own.mkdir(parents=True)
    (own / "config.json").write_text('{"model_profile": "budget", "models": {"planning": "haiku"}, "runtime": null}')
    found = gsd.view(Tree(folder), policy)
    added = {each.claim.agent: each.claim.model for each in found.statements}
    for agent in ("gsd-planner", "gsd-security-auditor", "gsd-phase-researcher", "gsd-code-reviewer"):
        answer = run_gsd("resolve-model", agent, "--ws", "fast", cwd=folder)["model"]
        assert (agent, added[agent]) == (agent, meant(answer, policy))


def test_the_workflows_program_ignores_phase_types(tmp_path, clients, node, policy):
    """GS010 says so: the day that gsd-sdk takes them, this fails and the finding goes."""
    folder = folder_of(tmp_path, 0, '{"models": {"verification": "opus"}}')
    program = clients / "get-shit-done-cc/sdk/dist/cli.js"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [node, program, "query", "resolve-model", "gsd-security-auditor"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["model"] == "sonnet"
    assert "phase-model-ignored-by-sdk" in [each.name for each in gsd.view(Tree(folder), policy).findings]


def test_the_data_are_the_clients_own(node, gsd_tools, release):
    theirs = node_answers(node, gsd_tools, TABLE)
    ours = gsd_client.client(release)
    assert list(ours.profiles) == theirs["profiles"]
    assert list(ours.phases) == theirs["phases"]
    assert set(ours.agents) == set(theirs["agents"])
    for profile in ("quality", "balanced", "budget", "adaptive"):
        table = {name: ours.model(profile, name) for name in ours.agents}
        assert table == {name: models[profile] for name, models in theirs["agents"].items()}
    assert {name: agent.phase for name, agent in ours.agents.items()} == theirs["phaseOf"]
    assert {name: agent.tier for name, agent in ours.agents.items()} == theirs["tierOf"]
    assert ours.adaptive == theirs["adaptive"]
    assert ours.runtimes == {
        runtime: {alias: entry["model"] for alias, entry in tiers.items() if entry}
        for runtime, tiers in theirs["runtimes"].items()
    }


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
def test_after_apply_gsd_answers_the_policy(profile, tmp_path, monkeypatch, node, gsd_tools, release):
    project = tmp_path / "project"
    (project / ".planning").mkdir(parents=True)
    (project / ".planning/config.json").write_text('{"mode": "yolo", "models": {"research": "haiku"}}')
    (project / "gsdc.yaml").write_text(f"profile: {profile}\nfleets: [gsd]\ntargets: {{gsd: true}}\n")
    monkeypatch.chdir(project)
    assert CliRunner().invoke(main, ["apply", "--yes"]).exit_code == 0
    policy = load(project).policy
    assert policy is not None
    [answers] = node_answers(node, gsd_tools, ASK, json.dumps([[str(project), []]]))
    for name in gsd_client.client(release).agents:
        wanted = choose(policy, policy.agents[name], "green").model
        if "claude" in wanted.ids:  # for what its runtime cannot ask for there is a finding, and no override
            assert answers[name] == wanted.alias, name
