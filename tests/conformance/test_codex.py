"""What Codex itself asks for after ``gsdc apply``: on the wire, each agent's model and effort."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.conformance import wire
from tests.conformance.conftest import codex_in
from tests.conformance.recorder import Asked, Events, Script

VIA = "{codex: {via: litellm}, litellm: {url: '%s'}}"
SESSION = "the-model-of-the-session"
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


def _environment(home: Path, folder: Path, url: str) -> dict[str, str]:
    (home / ".codex").mkdir(exist_ok=True)
    (home / ".codex/config.toml").write_text(CONFIG.format(session=SESSION, url=url, folder=folder))
    return {"CODEX_HOME": str(home / ".codex"), "MOCK_KEY": "none"}


CODEX = wire.Client(
    target="codex",
    agent=_agent,
    script=_script,
    command=lambda program, _folder, _url: [program, "exec", "--json", "--skip-git-repo-check", "go"],
    environment=_environment,
    wish=lambda asked: (asked.body["model"], (asked.body.get("reasoning") or {}).get("effort")),
    roles="{planning: gpt-5.2-pro, implementation: codex, research: gpt-5.2, verification: gpt-mini}",
)


@pytest.fixture(scope="session")
def previous(clients: Path) -> Path:
    """Return the binary of an older version, whose own table of models is another one."""
    return codex_in(clients / "codex-previous/node_modules")


def test_the_script_starts_it_behind_the_proxy(codex, tmp_path):
    """Sub-agents ask there too; the user's own configuration names another provider."""

    def environment(home: Path, folder: Path, url: str) -> dict[str, str]:
        own = (folder / "gsdc.yaml").read_text().replace(f"{{{CODEX.target}: true}}", VIA % url)
        (folder / "gsdc.yaml").write_text(own)
        wire.gsdc(folder, "apply", "--yes")
        program = home / "bin/codex"
        program.parent.mkdir()
        program.symlink_to(codex)
        path = f"{program.parent}:{os.environ['PATH']}"
        return {**_environment(home, folder, "http://127.0.0.1:9"), "PATH": path, "LITELLM_API_KEY": "sk-test"}

    behind = CODEX._replace(
        command=lambda _program, _folder, _url: ["sh", ".codex/litellm.sh", "exec", "--skip-git-repo-check", "go"],
        environment=environment,
    )
    own = wire.project(behind, tmp_path / "project", "gsd", "balanced", most=3)
    assert wire.ask(behind, codex, own, tmp_path / "home") == own.wanted


@pytest.mark.parametrize("profile", ["quality", "balanced", "budget", "research"])
def test_every_agent_asks_for_what_the_policy_decides(profile, codex, tmp_path):
    own = wire.project(CODEX, tmp_path / "project", "gsd", profile)
    wire.check(CODEX, codex, own, tmp_path / "home")


def test_the_previous_version_asks_for_the_same_and_fills_in_the_effort_that_nothing_decides(previous, tmp_path):
    """Codex 0.144.6 sends the default of its own table where a file names no effort; 0.171.0 sends none."""
    own = wire.project(CODEX, tmp_path / "project", "gsd", "balanced")
    defaults = {"gpt-5.2": "medium", "gpt-5.4-mini": "medium"}
    wanted = {name: (model, effort or defaults.get(model)) for name, (model, effort) in own.wanted.items()}
    wire.check(CODEX, previous, own._replace(wanted=wanted), tmp_path / "home")
