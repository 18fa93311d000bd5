"""The proxy's configuration by LiteLLM itself, with a model server on loopback: what fails over, and what never does.

LiteLLM takes 740 MB: it is that of $GSDC_LITELLM, or installed into .cache/litellm by ``make test-slow``.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import run
from tests.conformance.clients import opencode_environment
from tests.conformance.debian import libraries, program
from tests.conformance.model_server import ModelServer, model_server
from tests.conformance.ports import free_port, wait_for

from gsdc.policy.load import load

pytestmark = pytest.mark.xdist_group("litellm")  # one worker installs it, once
PIN = "litellm[proxy]==1.106.0"
FOLDER = Path(__file__).parents[2] / ".cache" / "litellm"
COOLDOWN = 4
AGENTS = ("limited", "failing", "slow", "spent", "shared")
PROJECT = """fleets: []
profile: team
targets: {litellm: {cooldown: %d%s}}
profiles:
  team:
    extends: balanced
    failover: {triggers: {failures: 3, rate-limit: true, latency-seconds: 1, daily-usd: 1}}
    budgets: {weekly: {usd: 300}}
    roles: {security: opus, implementation: a, analysis: wa}
providers: {house: {base-url: "http://127.0.0.1:%d/v1"}, other: {base-url: "http://127.0.0.1:%d/v1"}}
models:
  opus: {provider: house}
  a: {rank: 25, provider: house, ids: {litellm: house/a}, price: {input: 1, output: 2}, context: 100000}
  b: {rank: 24, provider: other, ids: {litellm: other/b}, price: {input: 1, output: 2}, context: 100000}
  c: {rank: 23, provider: house, ids: {litellm: house/c}, price: {input: 1, output: 2}, context: 100000}
  wa: {rank: 25, provider: openai, ids: {litellm: openai/wa}, price: {input: 1, output: 2}, context: 100000}
  wb: {rank: 24, provider: vllm, ids: {litellm: hosted_vllm/wb}, price: {input: 1, output: 2}, context: 100000}
agents:
  auditor: {role: security, criticality: critical}
  monday: {role: analysis, failover: [wb]}
  tuesday: {role: analysis, failover: [wb]}
"""


@pytest.fixture(scope="session")
def litellm() -> str:
    """Return LiteLLM's program, in a virtual environment of its own."""
    if given := os.environ.get("GSDC_LITELLM"):
        return given
    found = FOLDER / "bin" / "litellm"
    if not found.exists():
        if "GSDC_ALL" not in os.environ:
            pytest.skip("LiteLLM is not in .cache/litellm: make test-slow installs it")
        venv.create(FOLDER)
        pip = [sys.executable, "-m", "pip", "--python", FOLDER / "bin/python", "--quiet", "--disable-pip-version-check"]
        command = [*pip, "install", "--no-compile", PIN, "prometheus-client"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        if done.returncode:
            pytest.skip(f"LiteLLM cannot be installed: {done.stderr.strip().splitlines()[-1][:200]}")
    return str(found)


def compiled(folder: Path, port: int, more: str = "") -> Path:
    """Return the folder with the configurations of a project with an agent for each test."""
    agents = "".join(f"  {name}: {{role: implementation, failover: [b, c]}}\n" for name in AGENTS)
    folder.mkdir(parents=True)
    (folder / "gsdc.yaml").write_text(PROJECT % (COOLDOWN, more, port, port) + agents)
    run(folder, "build")
    return next(folder.glob("build/*/litellm"))


class Proxy:
    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, agent: str, **more: Any) -> tuple[int, str]:
        """Return the status and the answer's text."""
        body = {"model": agent, "messages": [{"role": "user", "content": "hi"}], **more}
        headers = {"content-type": "application/json", "authorization": "Bearer sk-test"}
        url = f"http://127.0.0.1:{self.port}/v1/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.load(response)["choices"][0]["message"]["content"]
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/readiness", timeout=2) as response:
                return bool(response.status == 200)
        except OSError:
            return False


@contextmanager
def proxies(litellm: str, configs: Sequence[Path], models: int, *ports: int) -> Iterator[list[Proxy]]:
    """Start a proxy for each configuration, all at once, and end them.

    ``models`` is the port of the model server; ``ports`` are those of the proxies, free ones by default.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(configs[0].parent),
        "LITELLM_MASTER_KEY": "sk-test",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
        "ANTHROPIC_API_KEY": "none",
        "ANTHROPIC_API_BASE": f"http://127.0.0.1:{models}",
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{models}/v1",
        "HOSTED_VLLM_API_BASE": f"http://127.0.0.1:{models}/v1",
    }
    with ExitStack() as stack:
        running = []
        for config, port in zip(configs, ports or [free_port() for _ in configs], strict=True):
            log = stack.enter_context((config.parent / f"{port}.log").open("w"))
            command = [litellm, "--config", config, "--port", str(port), "--host", "127.0.0.1"]
            process = subprocess.Popen(
                command, env=environment, cwd=config.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            running.append((Proxy(port), process, log.name))
        deadline = time.monotonic() + 120
        for proxy, process, log_name in running:
            while not proxy.is_ready():
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(Path(log_name).read_text()[-2000:])
                time.sleep(0.5)
        yield [proxy for proxy, _, _ in running]


@pytest.fixture(scope="module")
def served(litellm, tmp_path_factory) -> Iterator[tuple[ModelServer, Proxy, Proxy]]:
    """Return the model server, the proxy for most agents, and that for pinned ones."""
    with model_server() as server:
        folder = compiled(tmp_path_factory.mktemp("litellm") / "project", server.port)
        with proxies(litellm, [folder / "config.yaml", folder / "pinned.yaml"], server.port) as (main, pinned):
            yield server, main, pinned


@pytest.fixture
def server(served) -> ModelServer:
    found: ModelServer = served[0]
    found.script.clear()
    found.asked.clear()
    return found


def test_a_rate_limit_moves_on_at_once_and_back_after_the_cooldown(server, served):
    proxy = served[1]
    assert proxy.ask("limited") == (200, "I am a")
    server.script["a"] = 429
    answers = [proxy.ask("limited")[1] for _ in range(3)]
    assert answers[-1] == "I am b"
    assert server.asked.count("a") == 2  # once well, once limited: then it is left alone
    server.script["b"] = 429
    answers = [proxy.ask("limited")[1] for _ in range(2)]
    assert answers[-1] == "I am c"
    server.script.clear()
    time.sleep(COOLDOWN + 1)
    assert proxy.ask("limited") == (200, "I am a")


def test_the_third_failure_moves_on(server, served):
    proxy = served[1]
    server.script["a"] = 500
    answers = [proxy.ask("failing") for _ in range(6)]
    assert server.asked.count("a") == 3
    assert answers[-1] == (200, "I am b")


def test_a_slow_answer_moves_on(server, served):
    proxy = served[1]
    server.script["a"] = "slow"
    answers = [proxy.ask("slow")[1] for _ in range(2)]
    assert answers[-1] == "I am b"
    assert server.asked.count("a") == 1


def test_a_spent_budget_moves_on(server, served):
    proxy = served[1]
    server.script["a"] = 2_000_000  # tokens: $2, of a budget of $1
    assert proxy.ask("spent") == (200, "I am a")
    for _ in range(20):
        found = proxy.ask("spent")
        if found == (200, "I am b"):
            break
        time.sleep(0.5)
    assert found == (200, "I am b")


def test_a_week_that_is_spent_on_a_provider_moves_every_agent_on(server, served):
    proxy = served[1]
    server.script["wa"] = 400_000_000  # tokens: $400, of a week's $300
    assert proxy.ask("monday") == (200, "I am wa")
    for _ in range(20):
        found = proxy.ask("tuesday")  # its own day has $1, of which nothing is spent
        if found == (200, "I am wb"):
            break
        server.script["wa"] = 10
        time.sleep(0.5)
    assert found == (200, "I am wb")


def test_a_pinned_agent_reaches_no_other_model(server, served):
    _, main, pinned = served
    assert pinned.ask("auditor")[0] == 200
    [opus] = server.asked
    assert "claude-opus" in opus
    server.script[opus] = 500
    server.asked.clear()
    for more in ({}, {"fallbacks": ["limited"]}, {"fallbacks": ["auditor", "limited"]}, {"model_group": "limited"}):
        status, _ = pinned.ask("auditor", **more)
        assert status >= 400
    assert set(server.asked) == {opus}
    server.script.clear()
    assert pinned.ask("auditor") == (200, f"I am {opus}")  # it is never left alone
    assert main.ask("auditor")[0] >= 400
    assert pinned.ask("limited")[0] >= 400


def test_two_proxies_on_one_redis_share_a_cooldown(litellm, tmp_path):
    redis = program("redis-server", "redis-server", "redis-tools", "libjemalloc2", "liblzf1")
    port = free_port()
    command = [redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    environment = os.environ | {"LD_LIBRARY_PATH": libraries("redis-server")}
    store = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        with model_server() as server:
            more = f", redis: {{host: 127.0.0.1, port: {port}}}"
            config = compiled(tmp_path / "project", server.port, more) / "config.yaml"
            with proxies(litellm, [config, config], server.port) as (one, other):
                assert other.ask("shared") == (200, "I am a")
                server.script["a"] = 429
                one.ask("shared")
                server.asked.clear()
                assert other.ask("shared") == (200, "I am b")
                assert server.asked == ["b"]
    finally:
        store.terminate()
        store.wait(20)


CLIENTS = """fleets: []
profile: team
profiles: {team: {extends: balanced, roles: {implementation: codex}}}
targets:
  opencode: {create: true, via: litellm}
  claude-code: {create: true, via: litellm}
  codex: {create: true, via: litellm}
  litellm: {url: "http://127.0.0.1:%d", cooldown: 600}
providers: {house: {base-url: "http://127.0.0.1:%d/v1"}}
models:
  b:
    {rank: 24, provider: house, ids: {litellm: house/b, opencode: house/b}, price: {input: 1, output: 2}, context: 1000}
agents:
  auditor: {role: security, criticality: critical, description: Looks for holes, mode: primary}
  writer: {role: analysis, description: Writes, mode: primary}
  coder: {role: implementation, description: Writes code, failover: [b]}
"""


def sent(folder: Path, alias: str) -> str:
    """Return what the proxy asks a provider for, by the catalog of the project in ``folder``."""
    policy = load(folder).policy
    assert policy is not None
    return policy.models[alias].ids["litellm"].rpartition("/")[2]


@pytest.fixture(scope="module")
def behind(litellm, tmp_path_factory) -> Iterator[tuple[ModelServer, Path, Proxy]]:
    """Return the model server, a project whose clients are pointed at a proxy, and the proxy."""
    folder = tmp_path_factory.mktemp("behind") / "project"
    (folder / ".claude/agents").mkdir(parents=True)
    port = free_port()
    with model_server() as server:
        (folder / "gsdc.yaml").write_text(CLIENTS % (port, server.port))
        run(folder, "apply", "--yes")
        subprocess.run(["git", "init", "-q", folder], check=True)
        with proxies(litellm, [folder / "litellm/config.yaml"], server.port, port) as [proxy]:
            yield server, folder, proxy


def test_opencode_fails_over_behind_the_proxy(behind, opencode, tmp_path):
    server, folder, _ = behind
    server.script[sent(folder, "sonnet")] = 429
    done = subprocess.run(
        [opencode, "run", "--agent", "writer", "hello"],
        cwd=folder,
        env=opencode_environment(tmp_path) | {"LITELLM_API_KEY": "sk-test"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert f"I am {sent(folder, 'gpt-5.2')}" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("status", [429, 500])
def test_the_model_of_a_pinned_agent_fails_over_to_nothing(behind, status):
    server, folder, proxy = behind
    opus = sent(folder, "opus")
    server.script[opus] = status
    server.asked.clear()
    assert proxy.ask(opus)[0] >= 400
    assert set(server.asked) == {opus}


def test_claude_code_fails_over_behind_the_proxy(behind, claude, tmp_path):
    server, folder, _ = behind
    server.script[sent(folder, "sonnet")] = 429
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "ANTHROPIC_API_KEY": "sk-test",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
    }
    done = subprocess.run(
        [claude, "-p", "hello", "--model", "sonnet"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert f"I am {sent(folder, 'gpt-5.2')}" in done.stdout, done.stdout + done.stderr


def test_codex_fails_over_behind_the_proxy(behind, codex, tmp_path):
    server, folder, _ = behind
    model = sent(folder, "codex")
    server.script[model] = 429
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/codex").symlink_to(codex)
    done = subprocess.run(
        ["sh", ".codex/litellm.sh", "exec", "--skip-git-repo-check", "-m", model, "hello"],
        cwd=folder,
        env={
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LITELLM_API_KEY": "sk-test",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert "I am b" in done.stdout, done.stdout + done.stderr
