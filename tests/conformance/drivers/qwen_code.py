"""Qwen Code, offline: its main session starts agents with ``agent``, up to 0.12.0 with ``task``."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.conformance import chat, wire
from tests.conformance.recorder import Asked, Script


def _agent(name: str) -> tuple[str, str]:
    return f".qwen/agents/{name}.md", f"---\nname: {name}\ndescription: It works\n---\n{wire.MARK}{name}!\n"


def _environment(home: Path, _folder: Path, url: str) -> dict[str, str]:
    (home / ".qwen").mkdir(exist_ok=True)
    (home / ".qwen/settings.json").write_text('{"security": {"auth": {"selectedType": "openai"}}}')
    return {
        "OPENAI_API_KEY": "none",
        "ANTHROPIC_API_KEY": "none",
        "ANTHROPIC_BASE_URL": url,
        "GEMINI_API_KEY": "none",
        "GOOGLE_GEMINI_BASE_URL": url,
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_MODEL": wire.SESSION,
        "CI": "1",
    }


def _call(name: str, tool: str) -> chat.Call:
    arguments = {"subagent_type": name, "prompt": "say hi", "description": "greet", "run_in_background": False}
    return tool, arguments


def _script(names: Sequence[str], tool: str = "agent") -> Script:
    """Return the script; a sub-agent's request in another format than the session's is refused."""
    main = chat.script(names, lambda name: _call(name, tool))
    return lambda asked: main(asked) if asked.path.endswith("/chat/completions") else 400


def _wish(asked: Asked) -> wire.Wish:
    """Return the model that a request asks for, after the word for its wire format."""
    if "/models/" in asked.path:
        return f"gemini:{asked.path.partition('/models/')[2].partition(':')[0]}", None
    return f"{'anthropic' if '/messages' in asked.path else 'openai'}:{asked.body['model']}", None


CLIENT = wire.Client(
    target="qwen-code",
    agent=_agent,
    script=_script,
    command=lambda program, _folder, _url: ["node", program, "-y", "-o", "json", "-p", "go"],
    environment=_environment,
    wish=_wish,
    has_efforts=False,
)


def _program(path: str) -> Callable[[Path], Path | None]:
    return lambda modules: found if (found := modules / path).is_file() else None


RELEASES = (
    wire.Release("0.24.4", CLIENT, _program("@qwen-code/qwen-code/cli.js")),
    wire.Release(  # up to 0.15.5 it ignores the model of an agent's file
        "0.12.0",
        CLIENT._replace(script=lambda names: _script(names, "task")),
        _program("qwen-code-previous/cli.js"),
        says_version=True,
        measured=wire.measure_ignored,
    ),
)
