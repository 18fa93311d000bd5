"""The plugin in the real OpenCode, with a model server on loopback: forbidden models are stopped, failing ones left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import run
from tests.conformance.model_server import ModelServer, model_server

import gsdc

PROJECT = """fleets: []
profile: team
targets: {opencode-plugin: {guard: %s, cooldown: 600}}
profiles:
  team:
    extends: balanced
    failover: {triggers: {failures: 3, rate-limit: true, latency-seconds: 2}}
    roles: {implementation: a}
models:
  opus: {ids: {opencode: mock/claude-opus-4-6, litellm: mock/claude-opus-4-6, claude: opus, gsd: opus}}
  a: {rank: 25, provider: mock, ids: {opencode: mock/a}, price: {input: 1, output: 2}, context: 100000}
  b: {rank: 24, provider: mock, ids: {opencode: mock/b}, price: {input: 1, output: 2}, context: 100000}
  c: {rank: 23, provider: other, ids: {opencode: other/c}, price: {input: 1, output: 2}, context: 100000}
agents:
  auditor: {role: security, criticality: critical}
  coder: {role: implementation, failover: [b, c]}
"""
OPUS = "claude-opus-4-6"


@pytest.fixture
def server():
    with model_server() as found:
        yield found


@pytest.fixture
def project(tmp_path, server, monkeypatch):
    """Return ``project(mode, **models)``: a folder with the plugin, in which agents have these models."""
    program = tmp_path / "bin/gsdc"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={Path(gsdc.__file__).parents[1]} exec {sys.executable} -m gsdc "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")

    def make(mode: str = "deny", **models: str) -> Path:
        folder = tmp_path / "project"
        folder.mkdir()
        (folder / "gsdc.yaml").write_text(PROJECT % mode)
        run(folder, "apply", "--yes")
        limit = {"limit": {"context": 100000, "output": 8000}, "tool_call": True}
        provider = {"npm": "@ai-sdk/openai-compatible", "options": {"baseURL": f"http://127.0.0.1:{server.port}/v1"}}
        names = {"mock": ("a", "b", "haiku", OPUS), "other": ("c",)}
        config = {
            "provider": {name: {**provider, "models": dict.fromkeys(known, limit)} for name, known in names.items()},
            "agent": {
                name: {"model": model, "mode": "all", "description": name, "prompt": f"You are {name}"}
                for name, model in {"auditor": f"mock/{OPUS}", "coder": "mock/a", **models}.items()
            },
        }
        (folder / "opencode.json").write_text(json.dumps(config, indent=2))
        subprocess.run(["git", "init", "-q", folder], check=True)
        return folder

    return make


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """Return a home for all of them: the first run in a home takes long."""
    found: Path = tmp_path_factory.mktemp("home")
    return found


@pytest.fixture
def ask(run_opencode, home):
    def run_agent(folder: Path, agent: str) -> subprocess.CompletedProcess[str]:
        return run_opencode(["run", "--agent", agent, "--title", "t", "go"], folder, home)

    return run_agent


def test_a_forbidden_model_is_stopped_before_the_wire_and_others_run(project, ask, server: ModelServer):
    folder = project("deny", auditor="mock/haiku")
    done = ask(folder, "auditor")
    assert "must not run on" in done.stdout + done.stderr
    assert "security-downgrade" in done.stdout + done.stderr
    assert server.asked == []
    assert "I am a" in ask(folder, "coder").stdout
    assert server.asked == ["a"]


@pytest.mark.usefixtures("exhaustive")
def test_it_is_rewritten_to_the_policy_s_model(project, ask, server: ModelServer):
    assert f"I am {OPUS}" in ask(project("rewrite", auditor="mock/haiku"), "auditor").stdout
    assert server.asked == [OPUS]


def test_a_rate_limit_moves_on_within_the_request_and_the_next_run_remembers(project, ask, server: ModelServer):
    folder = project()
    server.script["a"] = 429
    assert "I am b" in ask(folder, "coder").stdout
    assert server.asked == ["a", "b"]
    assert "I am b" in ask(folder, "coder").stdout
    assert server.asked == ["a", "b", "b"]


@pytest.mark.usefixtures("exhaustive")
def test_another_provider_takes_the_next_prompt(project, ask, server: ModelServer):
    folder = project()
    server.script.update(a=429, b=429)
    first = ask(folder, "coder")
    assert "the next prompt of this agent runs on other/c" in first.stdout + first.stderr
    assert "I am c" in ask(folder, "coder").stdout
    assert server.asked == ["a", "b", "c"]


@pytest.mark.usefixtures("exhaustive")
def test_a_slow_model_is_left(project, ask, server: ModelServer):
    folder = project()
    server.script["a"] = "slow"
    assert "I am b" in ask(folder, "coder").stdout


def test_a_sub_agent_is_stopped_too(project, ask, server: ModelServer):
    folder = project("deny", auditor="mock/haiku")
    server.calls["a"] = [{"subagent_type": "auditor", "description": "audit", "prompt": "look"}]
    ask(folder, "coder")
    assert "haiku" not in server.asked
    assert any("must not run on" in json.dumps(body["messages"]) for body in server.bodies)


@pytest.mark.usefixtures("exhaustive")
def test_a_sub_agent_moves_on_too(project, ask, server: ModelServer):
    folder = project(auditor=f"mock/{OPUS}", caller="mock/haiku")
    server.calls["haiku"] = [{"subagent_type": "coder", "description": "code", "prompt": "write"}]
    server.script["a"] = 429
    ask(folder, "caller")
    assert [model for model in server.asked if model in "ab"] == ["a", "b"]
