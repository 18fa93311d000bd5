"""What Kilo itself asks for after ``gsdc apply``: on the wire, each agent's model and effort."""

import json
import platform
from pathlib import Path

import pytest
from tests.conformance import chat, wire

from gsdc.policy.load import load

SESSION = "the-model-of-the-session"


def _agent(name: str) -> tuple[str, str]:
    head = f"---\ndescription: It works # so\nmode: subagent\nmodel: anthropic/none\n---\n{wire.MARK}{name}!\n"
    return f".kilo/agents/{name}.md", head


def _environment(home: Path, folder: Path, url: str) -> dict[str, str]:
    policy = load(folder).policy
    assert policy is not None
    ids = [model.ids.get("opencode", "").partition("/") for model in policy.models.values()]
    models = [SESSION, *(name for provider, _, name in ids if provider == "anthropic")]
    limits = {"reasoning": True, "temperature": True, "limit": {"context": 200_000, "output": 8_000}}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{url}/v1", "apiKey": "none"},
        "models": dict.fromkeys(models, limits),
    }
    config = {
        "provider": {"anthropic": provider},
        "model": f"anthropic/{SESSION}",
        "small_model": f"anthropic/{SESSION}",
    }
    place = home / ".config/kilo/kilo.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(config))
    return {
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "KILO_DISABLE_MODELS_FETCH": "1",
        "KILO_DISABLE_AUTOUPDATE": "1",
        "KILO_DISABLE_SESSION_INGEST": "1",
        "KILO_API_URL": "http://127.0.0.1:9",
        "npm_config_offline": "true",
    }


def _call(name: str) -> chat.Call:
    return "task", {"subagent_type": name, "prompt": "say hi", "description": "greet"}


KILO = wire.Client(
    target="kilo",
    agent=_agent,
    script=lambda names: chat.script(names, _call),
    command=lambda program, _folder, _url: [program, "run", "--format", "json", "--title", "t", "--auto"],
    environment=_environment,
    wish=lambda asked: (f"anthropic/{asked.body['model']}", asked.body.get("reasoning_effort")),
    prompt="go",
)


@pytest.fixture(scope="session")
def kilo(clients: Path) -> Path:
    """Return Kilo's binary for this platform."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    binary = clients / f"@kilocode/cli-{platform.system().lower()}-{machine}" / "bin" / "kilo"
    if not binary.is_file():
        pytest.skip("kilo has no package for this platform")
    return binary


def test_every_agent_asks_for_what_the_policy_decides(kilo, tmp_path):
    own = wire.project(KILO, tmp_path / "project", "gsd", "balanced", most=4)
    wire.check(KILO, kilo, own, tmp_path / "home")
