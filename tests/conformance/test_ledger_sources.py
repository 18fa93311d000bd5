"""What OpenCode, Codex and Gemini CLI write themselves is imported as the server on loopback has counted it.

The server says: 1,000 tokens in, 100 of them from a cache, 20 out, 7 of them (Gemini: besides 7) of reasoning.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.running import answer
from tests.conformance.clients import opencode_environment
from tests.conformance.drivers import codex as codex_driver
from tests.conformance.drivers import gemini_cli
from tests.conformance.recorder import Asked, Events, recorder
from tests.ledger.conftest import project
from tests.ledger.test_tokens import exported

__all__ = ["project"]
SECONDS = 120


def imported(project: Path, source: str, added: int) -> list[dict[str, Any]]:
    """Import what the client has written, twice; return the events, which count once."""
    assert answer(project, "tokens", "import", "--all", "--source", source)["added"] == added
    assert answer(project, "tokens", "import", "--all", "--source", source)["added"] == 0
    return exported(project)


def tokens(event: dict[str, Any]) -> tuple[int, int, int]:
    return event["input"], event["cache_read"], event["output"]


def run(command: list[str | Path], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]


def responses(asked: Asked) -> Events:
    usage = {"input_tokens": 1000, "input_tokens_details": {"cached_tokens": 100}, "output_tokens": 20}
    usage |= {"output_tokens_details": {"reasoning_tokens": 7}, "total_tokens": 1020}
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}
    id_ = f"resp_{len(json.dumps(asked.body))}"
    return [
        {"type": "response.created", "response": {"id": id_}},
        {"type": "response.output_item.done", "item": said},
        {"type": "response.completed", "response": {"id": id_, "usage": usage}},
    ]


def test_codex_with_a_session_that_is_resumed(codex, project, monkeypatch):
    home = project.parent / "home"
    with recorder(responses) as (url, asked):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            **codex_driver.CLIENT.environment(home, project, url),
        }
        first = [codex, "exec", "--json", "--skip-git-repo-check"]
        run([*first, "go"], project, environment)
        monkeypatch.setenv("CODEX_HOME", environment["CODEX_HOME"])
        assert tokens(imported(project, "codex", 1)[0]) == (900, 100, 20)
        run([*first, "resume", "--last", "and on"], project, environment)
        events = imported(project, "codex", 1)
    assert len(asked) == len(events) == 2
    assert {(event["written"], event["agent"], event["project"]) for event in events} == {
        (asked[0].body["model"], "main", str(project))
    }
    assert [tokens(event) for event in events] == [(900, 100, 20)] * 2


def generated(asked: Asked) -> Events | dict[str, Any]:
    usage = {"promptTokenCount": 1000, "cachedContentTokenCount": 100, "candidatesTokenCount": 20}
    usage |= {"thoughtsTokenCount": 7, "totalTokenCount": 1027}
    part = {"content": {"role": "model", "parts": [{"text": "hi"}]}, "finishReason": "STOP", "index": 0}
    whole = {"candidates": [part], "usageMetadata": usage, "modelVersion": "m"}
    return [whole] if "stream" in asked.path else whole


def test_gemini(gemini, node, project, monkeypatch):
    home = project.parent / "home"
    with recorder(generated) as (url, _):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            **gemini_cli.CLIENT.environment(home, project, url),
        }
        run([node, gemini, "-o", "json", "-m", "gemini-2.5-pro", "-p", "go"], project, environment)
    monkeypatch.setenv("GEMINI_CLI_HOME", str(home))
    events = imported(project, "gemini", 1)
    assert [(event["written"], event["agent"], tokens(event)) for event in events] == [
        ("gemini-2.5-pro", "main", (900, 100, 27))
    ]


def completions(asked: Asked) -> Events:
    head = {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": asked.body["model"]}
    usage = {"prompt_tokens": 1000, "prompt_tokens_details": {"cached_tokens": 100}, "completion_tokens": 20}
    usage |= {"completion_tokens_details": {"reasoning_tokens": 7}, "total_tokens": 1020}
    said = {"index": 0, "delta": {"role": "assistant", "content": "hi"}, "finish_reason": None}
    end = {"index": 0, "delta": {}, "finish_reason": "stop"}
    return [{**head, "choices": [said]}, {**head, "choices": [end], "usage": usage}, "[DONE]"]


def test_opencode(opencode, project, monkeypatch):
    home = project.parent / "home"
    price = {"input": 3, "output": 15, "cache_read": 0.3}
    with recorder(completions) as (url, _):
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "options": {"baseURL": f"{url}/v1", "apiKey": "none"},
            "models": {"m": {"name": "m", "cost": price, "limit": {"context": 100_000, "output": 1000}}},
        }
        config = {"model": "mock/m", "small_model": "mock/m", "provider": {"mock": provider}}
        (project / "opencode.json").write_text(json.dumps(config))
        run([opencode, "run", "--agent", "build", "go"], project, opencode_environment(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / ".local/share"))
    events = imported(project, "opencode", 1)
    event = events[0]
    assert (event["written"], event["agent"], event["project"]) == ("mock/m", "build", str(project))
    assert tokens(event) == (900, 100, 20)
    assert event["client_nano"] == 900 * 3000 + 100 * 300 + 20 * 15000
