"""Claude Code, offline: its main session starts agents with ``Agent``, up to 2.1.141 ``Task``."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tests.conformance import wire
from tests.conformance.recorder import Asked, Events, Script

Inputs = Mapping[str, Mapping[str, Any]]
"""What the calls of some agents say besides, such as a model; by the agent's name."""

AT_ONCE: Final = 10  # 2.1.332 refuses to start more than 20


def script(names: Sequence[str], inputs: Inputs = MappingProxyType({}), most: int = 100) -> Script:
    """Return the script: the main session starts every agent, ``most`` of them at once; any other answer is a word."""

    def answer(asked: Asked) -> Events:
        body = asked.body
        tools = {tool["name"] for tool in body.get("tools", ())} & {"Agent", "Task"}
        # Since 2.1.332 agents work in the background: what they answer comes as a message of its own.
        started = json.dumps(body.get("messages", ())).count('"tool_result"')
        waiting = names[started : started + most] if tools and wire.marked(asked) is None else ()
        return list(events(body.get("model", ""), [(min(tools), _input(name, inputs)) for name in waiting], started))

    return answer


def _input(name: str, inputs: Inputs) -> dict[str, Any]:
    return {"description": "greet", "prompt": "say hi", "subagent_type": name, **inputs.get(name, {})}


def events(model: str, calls: Sequence[tuple[str, Mapping[str, Any]]], first: int = 0) -> Iterator[dict[str, Any]]:
    """Yield an answer of the API of messages: ``calls`` of tools, numbered from ``first``, or a word."""
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [], "usage": usage}
    yield {"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None}}
    for index, (tool, asked) in enumerate(calls):
        block = {"type": "tool_use", "id": f"toolu_{first + index:024d}", "name": tool, "input": {}}
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


def environment(_home: Path, _folder: Path, url: str) -> dict[str, str]:
    """Return the environment in which Claude Code is offline."""
    return {
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_API_KEY": "none",
        "ANTHROPIC_MODEL": wire.SESSION,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
    }


def command(program: Path, _folder: Path, _url: str) -> list[str | Path]:
    """Return the command line of a session that prints what happens."""
    return [program, "-p", "go", "--output-format", "stream-json", "--verbose"]


def _agent(name: str) -> tuple[str, str]:
    text = f"---\nname: {name}\ndescription: Use it: always # so\ntools: Read\n---\n{wire.MARK}{name}!\n"
    return f".claude/agents/{name}.md", text


def effort(asked: Asked) -> str | None:
    """Return what a request says of effort, None where it says nothing."""
    found: str | None = asked.body.get("output_config", {}).get("effort")
    return found


def _sent(
    ids: Mapping[str, str], efforts: Mapping[str, str], only: Mapping[str, str | None] = MappingProxyType({})
) -> Callable[[wire.Wish], wire.Wish]:
    """Return what a version makes of a wish.

    ``ids`` are those of the aliases, ``efforts`` those of models for which a file names none, ``only`` those of models
    that get them whatever a file names.
    """

    def sent(wish: wire.Wish) -> wire.Wish:
        id_ = ids.get(wish[0], wish[0])
        return id_, only[id_] if id_ in only else wish[1] or efforts.get(id_)

    return sent


CLIENT = wire.Client(
    target="claude-code",
    agent=_agent,
    script=lambda names: script(names, {name: {"run_in_background": False} for name in names}, AT_ONCE),
    command=command,
    environment=environment,
    wish=lambda asked: (asked.body["model"], effort(asked)),
)


def program(modules: Path) -> Path | None:
    """Return the path of Claude Code, in the package for this platform."""
    return next(iter(sorted(modules.glob("@anthropic-ai/claude-agent-sdk-*/claude"))), None)


def newest(modules: Path) -> Path | None:
    """Return the newest Claude Code: in the package for this platform."""
    return next(iter(sorted(modules.glob("@anthropic-ai/claude-code-*/claude"))), None)


_NEWEST: Final = {"opus": "claude-opus-5-5", "sonnet": "claude-sonnet-5-5", "haiku": "claude-haiku-5-5"}
_PINNED: Final = {"opus": "claude-opus-4-7", "sonnet": "claude-sonnet-4-6", "haiku": "claude-haiku-4-5-20251001"}
_DEFAULTS: Final = dict.fromkeys(_NEWEST.values(), "medium")
_ONLY: Final = {"claude-opus-4-7": "xhigh", "claude-haiku-4-5-20251001": None}
RELEASES = (
    wire.Release("2.1.332", CLIENT._replace(sent=_sent(_NEWEST, _DEFAULTS)), newest, says_version=True),
    wire.Release(
        "2.1.141",
        CLIENT._replace(sent=_sent(_PINNED, {"claude-sonnet-4-6": "high"}, _ONLY)),
        program,
        says_version=True,
    ),
)
