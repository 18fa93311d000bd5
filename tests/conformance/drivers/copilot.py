"""Copilot CLI, offline with a provider of its user's: its main session starts agents with ``task``."""

from pathlib import Path

from tests.conformance import chat, wire


def _agent(name: str) -> tuple[str, str]:
    return (
        f".github/agents/team/{name}.agent.md",
        f"---\nname: {name}\ndescription: It works\n---\n{wire.MARK}{name}!\n",
    )


def _environment(_home: Path, _folder: Path, url: str) -> dict[str, str]:
    return {
        "COPILOT_OFFLINE": "true",
        "COPILOT_PROVIDER_BASE_URL": f"{url}/v1",
        "COPILOT_PROVIDER_TYPE": "openai",
        "COPILOT_PROVIDER_API_KEY": "sk-loopback-test",
        "COPILOT_MODEL": wire.SESSION,
    }


def _call(name: str) -> chat.Call:
    arguments = {"agent_type": name, "prompt": "say hi", "description": "greet", "name": f"one-{name}", "mode": "sync"}
    return "task", arguments


CLIENT = wire.Client(
    target="copilot",
    agent=_agent,
    script=lambda names: chat.script(names, _call),
    command=lambda program, _folder, _url: [
        program,
        *("--allow-all", "--no-auto-update", "--disable-builtin-mcps", "--no-ask-user"),
        *("--output-format", "json", "-p", "go"),
    ],
    environment=_environment,
    wish=lambda asked: (asked.body["model"], None),
    has_efforts=False,
)


def program(modules: Path) -> Path | None:
    """Return Copilot CLI's program for this platform, below the folder that its package is installed in."""
    return next((modules / "@github").glob("copilot-*/copilot"), None)


RELEASES = (
    wire.Release("1.0.102", CLIENT, program),
    wire.Release(  # the last version that ignores the model of an agent's file
        "1.0.64",
        CLIENT,
        lambda modules: program(modules / "copilot-previous/node_modules"),
        says_version=True,
        measured=wire.measure_ignored,
    ),
)
