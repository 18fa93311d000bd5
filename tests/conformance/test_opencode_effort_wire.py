"""OpenCode sends the effort that the policy decides: every effort of every family of models, read on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.conformance.drivers.opencode import BUDGETS, thinking

from gsdc.models.parameters import efforts_of, takes_temperature
from gsdc.models.words import identify_for
from gsdc.policy.load import load
from gsdc.source.tree import Tree
from gsdc.targets.api import Request
from gsdc.targets.compile import compile_target

pytestmark = pytest.mark.xdist_group("opencode-server")

MODELS = (
    "claude-opus-4-5",
    "claude-opus-4-6",
    "claude-opus-4-8",
    "claude-sonnet-4-5",
    "claude-sonnet-5",
    "claude-haiku-4-5",
    "claude-fable-5",
    "gpt-5",
    "gpt-5.1",
    "gpt-5.2",
    "gpt-5.2-pro",
    "gpt-5.3-codex",
    "gpt-5.6-luna",
    "gpt-6-astra",
    "gpt-6.1-sol",  # the newest client's own list has neither these nor mistral-medium-3-5
    "gpt-6.1-terra",
    "o3",
    "gemini-2.5-pro",
    "gemini-3-flash-preview",
    "gemini-3.1-pro-preview",
    "grok-4.3",
    "grok-4.6",
    "deepseek-v4-pro",
    "mistral-medium-3-5",
)
KEYS = ("anthropic", "openai", "google", "xai", "deepseek", "mistral")
CASES = [(model, effort) for model in MODELS for effort in (None, *efforts_of(identify_for("opencode", model)))]


@contextmanager
def listener(status: int = 400) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the address of a server that refuses every request, and the bodies that it got; 400 is not tried again."""
    bodies: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            bodies.append(body)
            answer = json.dumps({"error": {"type": "invalid_request_error", "message": "refused"}}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{served.server_port}/v1", bodies
    finally:
        served.shutdown()
        served.server_close()


def name_of(model: str, effort: str | None) -> str:
    return f"{model}-{effort}".replace(".", "_")


@pytest.fixture(scope="module")
def sent(opencode_server, tmp_path_factory) -> dict[str, dict[str, Any]]:
    """Return what OpenCode sends for an agent on each model at each effort, as gsdc compiles them."""
    root = tmp_path_factory.mktemp("efforts")
    agents = {name_of(*case): {"role": "research", "description": "Helps", "temperature": 0.3} for case in CASES}
    own = {name_of(model, effort): {"model": model} | ({"effort": effort} if effort else {}) for model, effort in CASES}
    profile = {"extends": "balanced", "default": {"model": "sonnet"}, "agents": own}
    text = {"fleets": [], "agents": agents, "profile": "own", "profiles": {"own": profile}}
    (root / "gsdc.yaml").write_text(json.dumps(text))
    loaded = load(root)
    assert loaded.policy is not None, loaded.findings
    found: dict[str, dict[str, Any]] = {}
    with listener() as (address, bodies):
        provider = {name: {"options": {"baseURL": address, "apiKey": "none"}} for name in KEYS}
        (root / "opencode.json").write_text(json.dumps({"provider": provider}))
        emission = compile_target("opencode", Request(loaded.policy, "green", Tree(root), {"create": True}))
        for artifact in emission.artifacts:
            (root / artifact.path).parent.mkdir(parents=True, exist_ok=True)
            (root / artifact.path).write_bytes(artifact.content)
        for case in CASES:
            opencode_server.run(root, name_of(*case))
            assert len(bodies) == 1, (case, len(bodies))
            found[name_of(*case)] = bodies.pop()
    return found


@pytest.mark.parametrize(("model", "effort"), [case for case in CASES if case[1]])
def test_the_effort_that_is_decided_is_sent(sent, model, effort):
    tokens = {word: budget for budget, word in BUDGETS.items()}
    by_budget = "none" in efforts_of(identify_for("opencode", model)) and model.startswith("claude")
    if by_budget or model.startswith("gemini-2.5"):
        assert thinking(sent[name_of(model, effort)]) == tokens.get(effort)
    else:
        assert thinking(sent[name_of(model, effort)]) == effort


@pytest.mark.parametrize("model", MODELS)
def test_a_temperature_is_sent_only_to_models_that_take_one(sent, model):
    body = sent[name_of(model, None)]
    heat = body.get("temperature", body.get("generationConfig", {}).get("temperature"))
    assert heat == (0.3 if takes_temperature(identify_for("opencode", model)) else None)


def test_the_server_heard_every_model(sent):
    assert len(sent) == len(CASES) > 90
