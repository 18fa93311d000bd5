"""Claude Code itself, offline: a provider of our own answers it, and notes which model each sub-agent asks for."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

SESSION = "the-model-of-the-session"
MARK = "THIS-IS-AGENT-"


class Answer(NamedTuple):
    """What Claude Code does: the agents that it loads, and the model that each one asked for, by its mark.

    ``output`` is what it printed, with the results of the calls; ``efforts`` are what the requests of each agent say
    of how hard the model is to think, None where they say nothing.
    """

    loaded: frozenset[str]
    models: Mapping[str, str]
    output: str
    efforts: Mapping[str, str | None] = MappingProxyType({})


class _Provider(BaseHTTPRequestHandler):
    """Answers the first request of a session with a call of every agent, any other with a word."""

    names: Sequence[str]
    inputs: Mapping[str, Mapping[str, str]]
    models: dict[str, str]
    efforts: dict[str, str | None]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        mark = re.search(rf"{MARK}([\w.-]+)", json.dumps(request.get("system", "")))
        tools = {tool["name"] for tool in request.get("tools", ())} & {"Agent", "Task"}
        # Since 2.1.332 agents work in the background: what they answer comes as a message of its own.
        is_answered = "tool_result" in json.dumps(request["messages"])
        if mark:
            self.models[mark[1]] = request["model"]
            self.efforts[mark[1]] = request.get("output_config", {}).get("effort")
        calls = [] if mark or is_answered or not tools else [(tools.copy().pop(), self.asked(n)) for n in self.names]
        self._send(list(_events(request["model"], calls)))

    def asked(self, name: str) -> dict[str, str]:
        return {"description": "greet", "prompt": "say hi", "subagent_type": name, **self.inputs.get(name, {})}

    def _send(self, events: list[dict[str, Any]]) -> None:
        body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def _events(model: str, calls: Sequence[tuple[str, Mapping[str, str]]]) -> Iterator[dict[str, Any]]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [], "usage": usage}
    yield {"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None}}
    for index, (tool, asked) in enumerate(calls):
        block = {"type": "tool_use", "id": f"toolu_{index:024d}", "name": tool, "input": {}}
        yield {"type": "content_block_start", "index": index, "content_block": block}
        yield {
            "type": "content_block_delta",
            "index": index,
            "delta": {"type": "input_json_delta", "partial_json": json.dumps(asked)},
        }
        yield {"type": "content_block_stop", "index": index}
    if not calls:
        yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}}
        yield {"type": "content_block_stop", "index": 0}
    reason = {"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None}
    yield {"type": "message_delta", "delta": reason, "usage": usage}
    yield {"type": "message_stop"}


@contextmanager
def _provider(
    names: Sequence[str], inputs: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, dict[str, str], dict[str, str | None]]]:
    models: dict[str, str] = {}
    efforts: dict[str, str | None] = {}
    handler = type("Provider", (_Provider,), {"names": names, "inputs": inputs, "models": models, "efforts": efforts})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", models, efforts
        finally:
            server.shutdown()
            thread.join()


def ask(
    binary: Path,
    folder: Path,
    home: Path,
    names: Sequence[str],
    inputs: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    session: str = SESSION,
) -> Answer:
    """Return what Claude Code makes of the project in ``folder`` when it starts the agents ``names``.

    ``inputs`` are what the calls of some agents say besides, such as a model; ``session`` is the session's model.
    """
    home.mkdir(parents=True, exist_ok=True)
    with _provider(names, inputs) as (url, models, efforts):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_API_KEY": "none",
            "ANTHROPIC_MODEL": session,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
        }
        command = [binary, "-p", "go", "--output-format", "stream-json", "--verbose"]
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
    assert done.returncode == 0, done.stderr
    begun = next(line for line in map(json.loads, done.stdout.splitlines()) if line.get("subtype") == "init")
    return Answer(frozenset(begun["agents"]), models, done.stdout, efforts)
