"""Scripts for clients that speak OpenAI's chat completions: the main session calls a tool for every agent."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.conformance import wire
from tests.conformance.recorder import Asked, Events, Script

Call = tuple[str, dict[str, Any]]
"""A tool and its arguments."""


def script(names: Sequence[str], call: Callable[[str], Call]) -> Script:
    """Return the script: the first answer calls a tool for each agent, every other one is a word."""

    def answer(asked: Asked) -> Events | dict[str, Any]:
        is_main = wire.marked(asked) is None and bool(asked.body.get("tools"))
        is_answered = any(each.get("role") == "tool" for each in asked.body.get("messages", ()))
        calls = list(map(call, names)) if is_main and not is_answered else []
        return _events(asked.body, calls) if asked.body.get("stream") else _whole(asked.body, calls)

    return answer


def _message(calls: Sequence[Call]) -> dict[str, Any]:
    if not calls:
        return {"role": "assistant", "content": "hi"}
    tools = [
        {
            "index": index,
            "id": f"call_{index}",
            "type": "function",
            "function": {"name": tool, "arguments": json.dumps(arguments)},
        }
        for index, (tool, arguments) in enumerate(calls)
    ]
    return {"role": "assistant", "content": None, "tool_calls": tools}


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chat-1", "object": kind, "created": 1, "model": body.get("model", "")}


def _whole(body: dict[str, Any], calls: Sequence[Call]) -> dict[str, Any]:
    choice = {"index": 0, "message": _message(calls), "finish_reason": "tool_calls" if calls else "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {**_head(body, "chat.completion"), "choices": [choice], "usage": usage}


def _events(body: dict[str, Any], calls: Sequence[Call]) -> Events:
    head = _head(body, "chat.completion.chunk")
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    end = {"index": 0, "delta": {}, "finish_reason": "tool_calls" if calls else "stop"}
    return [
        {**head, "choices": [{"index": 0, "delta": _message(calls), "finish_reason": None}]},
        {**head, "choices": [end], "usage": usage},
        "[DONE]",
    ]


def wish(asked: Asked) -> wire.Wish:
    """Return the model and the effort that a request asks for."""
    return asked.body["model"], asked.body.get("reasoning_effort")
