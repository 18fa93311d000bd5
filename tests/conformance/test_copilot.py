"""What Copilot CLI itself asks for after ``gsdc apply``: on the wire, the model of each agent."""

from pathlib import Path

import pytest
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
        "COPILOT_MODEL": "the-model-of-the-session",
    }


def _call(name: str) -> chat.Call:
    arguments = {"agent_type": name, "prompt": "say hi", "description": "greet", "name": f"one-{name}", "mode": "sync"}
    return "task", arguments


COPILOT = wire.Client(
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
)


def binary(modules: Path) -> Path:
    """Return Copilot CLI's program for this platform, below the folder that its package is installed in."""
    program = next((modules / "@github").glob("copilot-*/copilot"), None)
    if program is None:
        pytest.skip("copilot has no package for this platform")
    return program


@pytest.fixture(scope="session")
def copilot(clients: Path) -> Path:
    """Return the program of the newest version."""
    return binary(clients)


@pytest.fixture(scope="session")
def previous(clients: Path) -> Path:
    """Return the program of the last version that ignores the model of an agent's file."""
    return binary(clients / "copilot-previous/node_modules")


def test_every_agent_asks_for_the_model_of_the_policy(copilot, tmp_path):
    own = wire.project(COPILOT, tmp_path / "project", "gsd", "balanced", most=4, efforts=False)
    wire.check(COPILOT, copilot, own, tmp_path / "home")


def test_the_previous_version_ignores_the_model_of_a_file_as_gsdc_says(previous, tmp_path):
    own = wire.project(COPILOT, tmp_path / "project", "gsd", "balanced", most=4, efforts=False)
    wire.check_ignored(COPILOT, previous, own, tmp_path / "home", ("1.0.64", "the-model-of-the-session"))
