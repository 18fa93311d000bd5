"""Qwen Code, offline: its main session starts agents with ``agent``, up to 0.12.0 with ``task``."""

from collections.abc import Callable
from pathlib import Path

from tests.conformance import chat, wire


def _agent(name: str) -> tuple[str, str]:
    return f".qwen/agents/{name}.md", f"---\nname: {name}\ndescription: It works\n---\n{wire.MARK}{name}!\n"


def _environment(home: Path, _folder: Path, url: str) -> dict[str, str]:
    (home / ".qwen").mkdir(exist_ok=True)
    (home / ".qwen/settings.json").write_text('{"security": {"auth": {"selectedType": "openai"}}}')
    return {
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_MODEL": wire.SESSION,
        "CI": "1",
    }


def _call(name: str, tool: str = "agent") -> chat.Call:
    arguments = {"subagent_type": name, "prompt": "say hi", "description": "greet", "run_in_background": False}
    return tool, arguments


CLIENT = wire.Client(
    target="qwen-code",
    agent=_agent,
    script=lambda names: chat.script(names, _call),
    command=lambda program, _folder, _url: ["node", program, "-y", "-o", "json", "-p", "go"],
    environment=_environment,
    wish=lambda asked: (f"openai:{asked.body['model']}", None),
    has_efforts=False,
    roles="{planning: gpt-5.2-pro, implementation: codex, research: gpt-5.2, verification: qwen3-coder}",
)


def _program(path: str) -> Callable[[Path], Path | None]:
    return lambda modules: found if (found := modules / path).is_file() else None


RELEASES = (
    wire.Release("0.24.4", CLIENT, _program("@qwen-code/qwen-code/cli.js")),
    wire.Release(  # up to 0.15.5 it ignores the model of an agent's file
        "0.12.0",
        CLIENT._replace(script=lambda names: chat.script(names, lambda name: _call(name, "task"))),
        _program("qwen-code-previous/cli.js"),
        says_version=True,
        measured=wire.measure_ignored,
    ),
)
