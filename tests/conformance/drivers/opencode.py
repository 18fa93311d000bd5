"""OpenCode, offline: its main session starts agents with ``task``.

Each provider has an address of its own on loopback, and its own wire format. A sub-agent's request is noted and refused
with status 400, which no format tries again.
"""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.conformance import chat, wire
from tests.conformance.clients import opencode_environment
from tests.conformance.recorder import Answer, Asked, Script

PROVIDERS: Final = ("anthropic", "openai", "google", "opencode")
BUDGETS: Final = {16000: "high", 31999: "max"}  # tokens, of Claude up to 4.5 and Gemini 2.5
_OWN: Final = "loopback"
_LIMITS: Final = {"limit": {"context": 200_000, "output": 8_000}}


def config(url: str) -> dict[str, Any]:
    """Return a configuration in which every provider is the server at ``url``, and the session has its own."""
    own = {"npm": "@ai-sdk/openai-compatible", "models": {wire.SESSION: _LIMITS}}
    provider = {
        name: {**(own if name == _OWN else {}), "options": {"baseURL": f"{url}/{name}/v1", "apiKey": "none"}}
        for name in (*PROVIDERS, _OWN)
    }
    session = f"{_OWN}/{wire.SESSION}"
    # Without `snapshot: false` parallel agents wait for one another: Kilo gives up after two minutes.
    return {"provider": provider, "model": session, "small_model": session, "snapshot": False}


def script(names: Sequence[str]) -> Script:
    """Return the script: the main session starts every agent, and no agent gets an answer."""
    main = chat.script(names, _call)

    def answer(asked: Asked) -> Answer:
        return main(asked) if wire.marked(asked) is None else 400

    return answer


def _call(name: str) -> chat.Call:
    return "task", {"subagent_type": name, "prompt": "say hi", "description": "greet"}


def thinking(body: dict[str, Any]) -> Any:
    """Return what a request says of effort, None where it says nothing."""
    google = body.get("generationConfig", {}).get("thinkingConfig", {})
    said = (
        body.get("output_config", {}).get("effort"),
        body.get("reasoning", {}).get("effort"),
        body.get("reasoning_effort"),
        google.get("thinkingLevel"),
        google.get("thinkingBudget"),
        body.get("thinking", {}).get("budget_tokens"),
    )
    return next((each for each in said if each is not None), None)


def wish(asked: Asked) -> wire.Wish:
    """Return the provider and the model that a request asks for, and gsdc's word for its effort."""
    _, provider, *_, last = asked.path.split("/")
    model = asked.body.get("model") or last.partition(":")[0]
    said = thinking(asked.body)
    return f"{provider}/{model}", BUDGETS.get(said, said) if isinstance(said, int) else said


def _sent(wish: wire.Wish) -> wire.Wish:
    """Return what is sent for a wish: an agent without an effort gets the client's own default for its provider."""
    provider, effort = wish[0].partition("/")[0], wish[1]
    return wish[0], effort or {"openai": "medium", "google": "high"}.get(provider)


def _agent(name: str) -> tuple[str, str]:
    head = f"---\ndescription: It works # so\nmode: subagent\nmodel: anthropic/none\n---\n{wire.MARK}{name}!\n"
    return f".opencode/agent/{name}.md", head


def _environment(home: Path, _folder: Path, url: str) -> dict[str, str]:
    place = home / ".config/opencode/opencode.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(config(url)))
    return {**opencode_environment(home), "PATH": os.environ["PATH"]}


CLIENT = wire.Client(
    target="opencode",
    agent=_agent,
    script=script,
    command=lambda program, _folder, _url: [program, "run", "--format", "json", "--title", "t"],
    environment=_environment,
    wish=wish,
    sent=_sent,
    prompt="go",
)


def program(modules: Path) -> Path | None:
    """Return OpenCode's binary for this platform."""
    system = platform.system().lower()
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine())
    binary = modules / f"opencode-{system}-{machine}" / "bin" / "opencode"
    return binary if binary.is_file() else None


RELEASES = (wire.Release("1.18.33", CLIENT, program),)
