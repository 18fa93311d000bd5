"""oh-my-openagent runs its agents on the policy's models and efforts, and fails over along its chains: on loopback.

The plugin is 480 MB with what it needs, so it is not among the pinned clients: $GSDC_OMO is a ``node_modules`` with
oh-my-openagent 4.19.4, as ``npm install --ignore-scripts oh-my-openagent@4.19.4`` makes it.
"""

import json
import os
import time
from pathlib import Path

import pytest
from tests.conformance.test_opencode_effort_wire import KEYS, listener, thinking
from tests.conformance.wire import gsdc

from gsdc.source.jsonc import Jsonc

POLICY = {
    "fleets": [],
    "targets": {"oh-my-openagent": True},
    "profile": "own",
    "models": {  # which the pinned OpenCode knows
        "opus": {"release": "claude-opus-4-6"},
        "haiku": {"release": "claude-haiku-4-5"},
    },
    "profiles": {
        "own": {
            "extends": "balanced",
            "agents": {
                "oracle": {"model": "opus", "effort": "high"},
                "librarian": {"model": "haiku", "effort": "max"},
            },
            "failover": {"models": {"opus": ["gpt-5.2-pro"]}},
        }
    },
    "agents": {
        "oracle": {"role": "research", "description": "Advises"},
        "librarian": {"role": "docs", "description": "Reads"},
    },
}


@pytest.fixture(scope="session")
def plugin() -> Path:
    """Return the folder of the plugin."""
    place = Path(os.environ.get("GSDC_OMO", "nowhere"), "oh-my-openagent")
    if not place.is_dir():
        pytest.skip("GSDC_OMO names no node_modules with oh-my-openagent")
    return place


def project(folder: Path, plugin: Path, address: str) -> Path:
    """Write a project of OpenCode with the plugin, and apply the policy."""
    (folder / ".git").mkdir(parents=True)
    (folder / ".omo").mkdir()
    provider = {name: {"options": {"baseURL": address, "apiKey": "none"}} for name in KEYS}
    (folder / "opencode.json").write_text(json.dumps({"plugin": [str(plugin)], "provider": provider}))
    (folder / ".omo/omo.jsonc").write_text("// ours\n{}\n")
    (folder / "gsdc.yaml").write_text(json.dumps(POLICY))
    gsdc(folder, "apply", "--yes")
    return folder


def test_agents_run_on_the_models_and_efforts_of_the_policy(opencode_server, plugin, tmp_path):
    with listener() as (address, bodies):
        folder = project(tmp_path / "project", plugin, address)
        written = (folder / ".omo/omo.jsonc").read_bytes()
        asked = {}
        for agent in ("oracle", "librarian"):
            opencode_server.run(folder, agent)
            asked[agent] = (bodies[-1]["model"], thinking(bodies[-1]))
    assert asked == {"oracle": ("claude-opus-4-6", "high"), "librarian": ("claude-haiku-4-5", 31999)}
    assert (folder / ".omo/omo.jsonc").read_bytes() == written  # no migration destroys the chain
    gsdc(folder, "rollback", "--yes")
    assert (folder / ".omo/omo.jsonc").read_bytes() == b"// ours\n{}\n"


def test_a_model_that_does_not_answer_is_followed_by_the_next(opencode_server, plugin, tmp_path):
    with listener(429) as (address, bodies):
        folder = project(tmp_path / "project", plugin, address)
        chain = Jsonc("", (folder / ".omo/omo.jsonc").read_text()).data["[opencode]"]["agents"]["oracle"]
        assert [one["model"] for one in chain["fallback_models"]] == ["openai/gpt-5.2-pro"]
        opencode_server.run(folder, "oracle")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and "gpt-5.2-pro" not in [body["model"] for body in bodies]:
            time.sleep(0.2)
        models = list(dict.fromkeys(body["model"] for body in bodies))
    assert models[:2] == ["claude-opus-4-6", "gpt-5.2-pro"]
