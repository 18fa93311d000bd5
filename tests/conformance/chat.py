"""Scripts for clients that speak OpenAI's chat completions: the main session calls a tool for every agent."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.conformance import wire
from tests.conformance.recorder import Asked, Events, Script

AT_ONCE = 20  # Copilot CLI 1.0.102 starts no more than 32 agents
Call = tuple[str, dict[str, Any]]
"""A tool and its arguments."""


def script(names: Sequence[str], call: Callable[[str], Call]) -> Script:
    """Return the script: the main session calls a tool for each agent, some at once; any other answer is a word."""

    def answer(asked: Asked) -> Events | dict[str, Any]:
        is_main = wire.marked(asked) is None and bool(asked.body.get("tools"))
        started = sum(each.get("role") == "tool" for each in asked.body.get("messages", ()))
        message = _message(list(map(call, names[started : started + AT_ONCE])) if is_main else [], started)
        return _events(asked.body, message) if asked.body.get("stream") else _whole(asked.body, message)

    return answer


def _message(calls: Sequence[Call], first: int) -> dict[str, Any]:
    """Return a message with ``calls``, numbered from ``first``, or with a word."""
    if not calls:
        return {"role": "assistant", "content": "hi"}
    tools = [
        {
            "index": index,
            "id": f"call_{first + index}",
            "type": "function",
            "function": {"name": tool, "arguments": json.dumps(arguments)},
        }
        for index, (tool, arguments) in enumerate(calls)
    ]
    return {"role": "assistant", "content": None, "tool_calls": tools}


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chat-1", "object": kind, "created": 1, "model": body.get("model", "")}


def _whole(body: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": _reason(message)}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {**_head(body, "chat.completion"), "choices": [choice], "usage": usage}


def _reason(message: dict[str, Any]) -> str:
    return "tool_calls" if "tool_calls" in message else "stop"


def _events(body: dict[str, Any], message: dict[str, Any]) -> Events:
    head = _head(body, "chat.completion.chunk")
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    end = {"index": 0, "delta": {}, "finish_reason": _reason(message)}
    return [
        {**head, "choices": [{"index": 0, "delta": message, "finish_reason": None}]},
        {**head, "choices": [end], "usage": usage},
        "[DONE]",
    ]


def wish(asked: Asked) -> wire.Wish:
    """Return the model and the effort that a request asks for."""
    return asked.body["model"], asked.body.get("reasoning_effort")
