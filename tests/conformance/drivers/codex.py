"""Codex, offline: its main session starts agents with ``spawn_agent`` over the API of responses."""

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conformance import wire
from tests.conformance.recorder import Asked, Events, Script

CONFIG = """\
model = "{session}"
model_provider = "mock"
[model_providers.mock]
name = "mock"
base_url = "{url}/v1"
env_key = "MOCK_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
[agents]
max_threads = 40
[projects."{folder}"]
trust_level = "trusted"
"""


def _agent(name: str) -> tuple[str, str]:
    head = f'# ours\nname = "{name}"\ndescription = "It works" # so\n'
    body = f'developer_instructions = """\n{wire.MARK}{name}!\n"""\n'
    return f".codex/agents/team/{name}.toml", head + body


def _script(names: Sequence[str]) -> Script:
    def answer(asked: Asked) -> Events:
        if wire.marked(asked) is not None:
            return _events([_message("hi")])
        outputs = [item["output"] for item in asked.body["input"] if item.get("type") == "function_call_output"]
        if not outputs:
            calls = [_call(name, "spawn_agent", {"agent_type": name, "message": "hi"}) for name in names]
            return _events(calls)
        started = [found["agent_id"] for found in map(_object, outputs) if "agent_id" in found]
        running = [one for one in started if not any(one in output for output in map(str, outputs[len(names) :]))]
        if running:
            targets = {"targets": running, "timeout_ms": 10_000}
            return _events([_call(f"wait-{len(outputs)}", "wait_agent", targets)])
        return _events([_message("done")])

    return answer


def _object(output: Any) -> dict[str, Any]:
    try:
        found = json.loads(output)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _call(id_: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    call = {"type": "function_call", "namespace": "multi_agent_v1", "name": tool, "call_id": f"call-{id_}"}
    return {**call, "arguments": json.dumps(arguments)}


def _message(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}


def _events(items: list[dict[str, Any]]) -> Events:
    usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    return [
        {"type": "response.created", "response": {"id": "r"}},
        *({"type": "response.output_item.done", "item": item} for item in items),
        {"type": "response.completed", "response": {"id": "r", "usage": usage}},
    ]


def environment(home: Path, folder: Path, url: str) -> dict[str, str]:
    (home / ".codex").mkdir(exist_ok=True)
    (home / ".codex/config.toml").write_text(CONFIG.format(session=wire.SESSION, url=url, folder=folder))
    return {"CODEX_HOME": str(home / ".codex"), "MOCK_KEY": "none"}


CLIENT = wire.Client(
    target="codex",
    agent=_agent,
    script=_script,
    command=lambda program, _folder, _url: [program, "exec", "--json", "--skip-git-repo-check", "go"],
    environment=environment,
    wish=lambda asked: (asked.body["model"], (asked.body.get("reasoning") or {}).get("effort")),
    own={"opus": "gpt-5.2-pro", "sonnet": "gpt-5.2", "haiku": "gpt-mini"},
)


def program(modules: Path) -> Path | None:
    """Return Codex's binary for this platform, below the folder that its package is installed in."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    package = modules / "@openai" / f"codex-{platform.system().lower()}-{machine}"
    return next(package.glob("vendor/*/bin/codex"), None)


def _filled_in(wish: wire.Wish) -> wire.Wish:
    """Return what 0.144.6 sends: where a file names no effort, the default of its own table; 0.171.0 sends none."""
    model, effort = wish
    return model, effort or {"gpt-5.2": "medium", "gpt-5.2-pro": "medium", "gpt-5.4-mini": "medium"}.get(model)


RELEASES = (
    wire.Release("0.171.0", CLIENT, program),
    wire.Release(
        "0.144.6",
        CLIENT._replace(sent=_filled_in),
        lambda modules: program(modules / "codex-previous/node_modules"),
    ),
)
