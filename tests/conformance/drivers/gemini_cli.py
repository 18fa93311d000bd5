"""Gemini CLI, offline: its main session starts agents with ``invoke_agent``."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conformance import wire
from tests.conformance.recorder import Asked, Events, Script

SETTINGS = {"security": {"auth": {"selectedType": "gemini-api-key"}}, "privacy": {"usageStatisticsEnabled": False}}


def _agent(name: str) -> tuple[str, str]:
    return f".gemini/agents/{name}.md", f"---\nname: {name} # so\ndescription: It works\n---\n{wire.MARK}{name}!\n"


def _script(names: Sequence[str]) -> Script:
    def answer(asked: Asked) -> Events:
        if wire.marked(asked) is not None:
            return _events([_call("complete_task", {"result": "hi"})])
        is_answered = "functionResponse" in json.dumps(asked.body.get("contents", ""))
        calls = [_call("invoke_agent", {"agent_name": name, "prompt": "hi"}) for name in names]
        return _events([{"text": "done"}] if is_answered else calls)

    return answer


def _call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"functionCall": {"name": tool, "args": arguments}}


def _events(parts: list[dict[str, Any]]) -> Events:
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    return [{"candidates": [candidate], "usageMetadata": usage}]


def _environment(home: Path, folder: Path, url: str) -> dict[str, str]:
    """Return the environment; the agents have been acknowledged as they are."""
    hashes = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob(".gemini/agents/*.md")}
    place = home / ".gemini/acknowledgments/agents.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps({str(folder): hashes}))
    (home / ".gemini/settings.json").write_text(json.dumps(SETTINGS))
    return {
        "GEMINI_API_KEY": "none",
        "GOOGLE_GEMINI_BASE_URL": url,
        "GEMINI_MODEL": wire.SESSION,
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
        "CI": "1",
    }


def _level(asked: Asked) -> str:
    """Return how hard the model is asked to think, in gsdc's word."""
    thinking = asked.body.get("generationConfig", {}).get("thinkingConfig", {})
    return str(thinking.get("thinkingLevel", thinking)).lower()


CLIENT = wire.Client(
    target="gemini-cli",
    agent=_agent,
    script=_script,
    command=lambda program, _folder, _url: ["node", program, "-o", "json", "-y", "-p", "go"],
    environment=_environment,
    named=str.lower,
    sent=lambda wish: (wish[0], wish[1] or "high"),  # which the client sends by default
    wish=lambda asked: (asked.path.partition("models/")[2].partition(":")[0], _level(asked)),
    own={"opus": "gemini-pro", "sonnet": "gemini-pro", "haiku": "gemini-flash"},
)


def program(modules: Path) -> Path | None:
    """Return Gemini CLI's program."""
    found = modules / "@google/gemini-cli/bundle/gemini.js"
    return found if found.is_file() else None


RELEASES = (wire.Release("0.61.0", CLIENT, program),)
