"""What Qwen Code itself asks for after ``gsdc apply``: on the wire, the model of each agent."""

import subprocess
from pathlib import Path

import pytest
from tests.conformance import chat, wire

OLDEST_NODE = 20


def _agent(name: str) -> tuple[str, str]:
    return f".qwen/agents/{name}.md", f"---\nname: {name}\ndescription: It works\n---\n{wire.MARK}{name}!\n"


def _environment(home: Path, _folder: Path, url: str) -> dict[str, str]:
    (home / ".qwen").mkdir(exist_ok=True)
    (home / ".qwen/settings.json").write_text('{"security": {"auth": {"selectedType": "openai"}}}')
    return {
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_MODEL": "the-model-of-the-session",
        "CI": "1",
    }


def _call(name: str, tool: str = "agent") -> chat.Call:
    arguments = {"subagent_type": name, "prompt": "say hi", "description": "greet", "run_in_background": False}
    return tool, arguments


QWEN = wire.Client(
    target="qwen-code",
    agent=_agent,
    script=lambda names: chat.script(names, _call),
    command=lambda program, _folder, _url: ["node", program, "-y", "-o", "json", "-p", "go"],
    environment=_environment,
    wish=lambda asked: (f"openai:{asked.body['model']}", None),
    roles="{planning: gpt-5.2-pro, implementation: codex, research: gpt-5.2, verification: qwen3-coder}",
)


@pytest.fixture(scope="session")
def qwen(clients: Path, node: str) -> Path:
    """Return Qwen Code's program."""
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"qwen-code needs node {OLDEST_NODE}")
    return clients / "@qwen-code/qwen-code/cli.js"


def test_every_agent_asks_for_the_model_of_the_policy(qwen, tmp_path):
    own = wire.project(QWEN, tmp_path / "project", "gsd", "balanced", most=4, efforts=False)
    wire.check(QWEN, qwen, own, tmp_path / "home")


def test_the_previous_version_ignores_the_model_of_a_file_as_gsdc_says(qwen, clients, tmp_path):
    """Qwen Code 0.12.0, whose tool that starts an agent has another name."""
    older = QWEN._replace(script=lambda names: chat.script(names, lambda name: _call(name, "task")))
    own = wire.project(older, tmp_path / "project", "gsd", "balanced", most=4, efforts=False)
    program = clients / "qwen-code-previous/cli.js"
    if not program.is_file():
        pytest.skip("the previous version is not installed")
    wire.check_ignored(older, program, own, tmp_path / "home", ("0.12.0", "openai:the-model-of-the-session"))
