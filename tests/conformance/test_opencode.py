"""OpenCode itself reads what gsdc compiles: the same models, temperatures and deferrals; and it has the models."""

import json

import pytest
from tests.targets import test_opencode_places as places
from tests.targets.reading import write

from gsdc.policy.load import load
from gsdc.source.jsonc import Jsonc
from gsdc.source.tree import Tree
from gsdc.targets.api import Request
from gsdc.targets.compile import compile_target

pytestmark = pytest.mark.xdist_group("opencode-server")

FLEETS = ("gsd", "leo", "openagents", "granter")
PROFILES = ("quality", "balanced", "budget", "research")
# Not for this client, which reads another folder then, or another name only through a variable; nor one without agents.
PLACES = [case for case in places.CASES if "options" not in case and case["name"] != "no agent of the policy"]
KEYS = ("model", "variant", "temperature", "disable", "description", "mode")

PERSONAL = """\ufeff{
  "$schema": "https://opencode.ai/config.json", // the client would add it
  "agent": {
    /* mine */
    "coder-agent": {"model": "openai/gpt-4o", "prompt": "Be brief",},
    "mine": {"model": "house/small", "temperature": 0.7},
  },
}
"""


def compiled(root, *, profile="balanced", zone="green", fleets=FLEETS) -> str:
    loaded = load(root, profile=profile, fleets=fleets)
    assert loaded.policy is not None, loaded.findings
    emission = compile_target("opencode", Request(loaded.policy, zone, Tree(root), {"create": True}))
    [artifact] = emission.artifacts
    (root / artifact.path).write_bytes(artifact.content)
    return artifact.content.decode()


def ours(entry):
    return {key: entry[key] for key in KEYS if key in entry}


@pytest.mark.parametrize(
    ("profile", "zone"), [*((profile, "green") for profile in PROFILES), ("balanced", "orange"), ("budget", "red")]
)
def test_the_client_sees_every_agent_as_it_is_compiled(opencode_server, tmp_path, profile, zone):
    root = tmp_path / "project"
    root.mkdir()
    text = compiled(root, profile=profile, zone=zone)
    wanted = Jsonc("opencode.json", text).data["agent"]
    seen = opencode_server.get("config", root)["agent"]
    assert len(wanted) > 60
    assert {name: ours(entry) for name, entry in seen.items()} == {name: ours(entry) for name, entry in wanted.items()}
    assert (root / "opencode.json").read_text() == text, "the client rewrote the file"


def test_the_client_reads_the_edited_file_of_a_person(opencode_server, tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    (root / "opencode.jsonc").write_text(PERSONAL)
    (root / "fleet.yaml").write_text(
        "agents:\n  odd: {role: research, description: 'asks {env:HOME} and {file:x.md}'}\n"
    )
    (root / "gsdc.yaml").write_text(
        "profile: balanced\nfleets: [openagents, ./fleet.yaml]\n"
        "providers:\n  house: {base-url: 'http://127.0.0.1:8000/v1', key-variable: HOUSE_KEY}\n"
        "models:\n  house-model: {rank: 34, provider: house, ids: {opencode: house/large}, "
        "price: {input: 1, output: 2}, context: 128000}\n"
        "overrides:\n  - {agent: TaskManager, model: house-model, reason: We host it}\n"
    )
    text = compiled(root, fleets=())
    seen = opencode_server.get("config", root)
    wanted = Jsonc("opencode.jsonc", text).data
    assert {name: ours(entry) for name, entry in seen["agent"].items()} == {
        name: ours(entry) for name, entry in wanted["agent"].items()
    }
    assert seen["agent"]["odd"]["description"] == "asks {env:HOME} and {file:x.md}"
    assert seen["agent"]["coder-agent"]["prompt"] == "Be brief"
    assert seen["agent"]["task-manager"]["model"] == "house/large"
    assert seen["provider"]["house"]["models"] == {"large": {"temperature": True}}
    assert "/* mine */" in text


def test_the_client_has_or_is_told_every_model(run_opencode, tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    used, providers = set(), {}
    for profile in PROFILES:
        data = json.loads(compiled(root, profile=profile))
        (root / "opencode.json").unlink()
        used |= {entry["model"] for entry in data["agent"].values()}
        providers |= data.get("provider", {})
    loaded = load(root, profile="balanced", fleets=FLEETS)
    assert loaded.policy is not None
    catalog = {model.ids["opencode"]: model for model in loaded.policy.models.values() if "opencode" in model.ids}
    for name in {model_id.partition("/")[0] for model_id in catalog}:
        providers.setdefault(name, {}).setdefault("options", {})["apiKey"] = "dummy"
    config = {"$schema": "https://opencode.ai/config.json", "provider": providers}
    (root / "opencode.json").write_text(json.dumps(config))
    done = run_opencode(["models"], cwd=root, home=tmp_path / "home")
    known = set(done.stdout.split())
    assert len(known) > 100, done.stderr
    assert used - known == set()
    undeclared = {model_id for model_id, model in catalog.items() if "opencode" not in model.declare}
    assert undeclared - known == set(), "the catalog names models that the client does not have"


@pytest.mark.parametrize("case", PLACES, ids=[case["name"] for case in PLACES])
def test_what_is_written_is_what_the_client_runs(opencode_server, tmp_path, case):
    root = tmp_path / "project"
    write(root, {"opencode.json": "{}", **case["files"]})
    write(root, places.compiled(root, case))
    seen = opencode_server.get("config", root)["agent"]
    decided = {
        "scribe": {"model": "anthropic/claude-opus-4-6", "variant": "high"},
        "warm": {"model": "anthropic/claude-haiku-4-5", "temperature": 0.3},
        "general": {"model": "anthropic/claude-haiku-4-5"},
    }
    assert any(name in seen for name in decided)
    for name in decided.keys() & seen.keys():
        assert {key: seen[name].get(key) for key in decided[name]} == decided[name]


def test_unknown_keys_of_an_agent_become_request_options(opencode_server, tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    known = {"steps": 3, "top_p": 0.5, "hidden": True, "variant": "high", "color": "#112233"}
    entry = {"failover": ["x/z"], "temprature": 1, **known}
    (root / "opencode.json").write_text(json.dumps({"agent": {"mine": entry}}))
    loaded = load(root, profile="balanced", fleets=("openagents",))
    assert loaded.policy is not None, loaded.findings
    emission = compile_target("opencode", Request(loaded.policy, "green", Tree(root), {"create": True}))
    (root / "opencode.json").write_bytes(emission.artifacts[0].content)
    seen = opencode_server.get("config", root)["agent"]
    warned = {f.message.split("`")[1] for f in emission.findings if f.code == "OC010"}
    assert warned == set(seen["mine"]["options"]) == {"failover", "temprature"}
