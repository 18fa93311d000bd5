"""A model server on loopback that speaks OpenAI's chat completions and responses.

It notes requests, and fails when it is told to.
"""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ModelServer:
    """``script`` is what a model does: a status, "slow", or a number of tokens (more than 1000) to bill.

    ``calls`` are the calls of ``tool`` with which a model answers first. ``asked`` are the models that were
    asked, in order; ``bodies`` what they were asked.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.script: dict[str, Any] = defaultdict(lambda: 200)
        self.calls: dict[str, list[dict[str, str]]] = {}
        self.tool = "task"
        self.asked: list[str] = []
        self.bodies: list[dict[str, Any]] = []

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        model, does = body["model"], self.script[body["model"]]
        self.asked.append(model)
        self.bodies.append(body)
        if does == "slow":
            time.sleep(3)
        if isinstance(does, int) and 400 <= does < 600:
            return does, {"error": {"message": f"told to answer {does}", "type": "told", "code": str(does)}}
        tokens = does if isinstance(does, int) and does > 1000 else 10
        usage = {"prompt_tokens": tokens, "completion_tokens": 1, "total_tokens": tokens + 1}
        message: dict[str, Any] = {"role": "assistant", "content": f"I am {model}"}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        calls = self.calls.pop(model, [])
        if calls:
            choice["finish_reason"] = "tool_calls"
            message["tool_calls"] = [
                {"id": f"call_{n}", "type": "function", "function": {"name": self.tool, "arguments": json.dumps(call)}}
                for n, call in enumerate(calls)
            ]
        return 200, {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": model,
            "choices": [choice],
            "usage": usage,
        }


def _streamed(answer: dict[str, Any]) -> bytes:
    """Return an answer as the events in which OpenAI streams it."""
    head = {**{key: answer[key] for key in ("id", "created", "model")}, "object": "chat.completion.chunk"}
    message = answer["choices"][0]["message"]
    delta = {key: value for key, value in message.items() if key != "tool_calls"}
    if "tool_calls" in message:
        delta["tool_calls"] = [{"index": n, **call} for n, call in enumerate(message["tool_calls"])]
    reason = answer["choices"][0]["finish_reason"]
    chunks = (
        {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
        {**head, "choices": [], "usage": answer["usage"]},
    )
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"


def _as_response(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as OpenAI's API of responses has it."""
    text = answer["choices"][0]["message"]["content"]
    content = [{"type": "output_text", "text": text, "annotations": []}]
    usage = answer["usage"]
    counted = {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]}
    return {
        "id": "resp_x",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": answer["model"],
        "output": [{"type": "message", "id": "msg_x", "status": "completed", "role": "assistant", "content": content}],
        "usage": {**counted, "total_tokens": usage["total_tokens"]},
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }


def _streamed_response(response: dict[str, Any]) -> bytes:
    """Return a response as the events in which OpenAI streams it."""
    events: tuple[dict[str, Any], ...] = (
        {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}},
        {"type": "response.output_item.done", "output_index": 0, "item": response["output"][0]},
        {"type": "response.completed", "response": response},
    )
    return b"".join(
        f"event: {event['type']}\ndata: {json.dumps({**event, 'sequence_number': number})}\n\n".encode()
        for number, event in enumerate(events)
    )


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Give a server while it runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = server.answer(body)
            streams = bool(body.get("stream")) and status == 200
            is_response = self.path.endswith("/responses")
            answer = _as_response(answer) if is_response and status == 200 else answer
            written = _streamed_response if is_response else _streamed
            data = written(answer) if streams else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "text/event-stream" if streams else "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        server = ModelServer(listener.server_port)
        thread = threading.Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
