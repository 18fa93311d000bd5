"""Kilo, offline: a fork of OpenCode, with a configuration and variables of its own."""

import json
import platform
from pathlib import Path
from typing import Final

from tests.conformance import wire
from tests.conformance.drivers import opencode

from gsdc.policy.load import load

_DECLARED: Final = {"reasoning": True, "temperature": True, "limit": {"context": 200_000, "output": 8_000}}


def _agent(name: str) -> tuple[str, str]:
    return f".kilo/agents/{name}.md", opencode.CLIENT.agent(name)[1]


def _environment(home: Path, folder: Path, url: str) -> dict[str, str]:
    """Return the environment. Offline, the client has only its own list of models: newer ones are declared."""
    policy = load(folder).policy
    assert policy is not None
    config = opencode.config(url)
    for model in policy.models.values():
        provider, _, name = model.ids.get("opencode", "").partition("/")
        if "opencode" in model.declare and provider in config["provider"]:
            config["provider"][provider].setdefault("models", {})[name] = _DECLARED
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
        "KILO_DISABLE_CODEBASE_INDEXING": "1",
        "KILO_TELEMETRY_LEVEL": "off",
        "KILO_API_URL": "http://127.0.0.1:9",
        "npm_config_offline": "true",
    }


CLIENT = opencode.CLIENT._replace(
    target="kilo",
    agent=_agent,
    command=lambda program, _folder, _url: [program, "run", "--format", "json", "--title", "t", "--auto"],
    environment=_environment,
)


def program(modules: Path) -> Path | None:
    """Return Kilo's binary for this platform."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    binary = modules / f"@kilocode/cli-{platform.system().lower()}-{machine}" / "bin" / "kilo"
    return binary if binary.is_file() else None


RELEASES = (wire.Release("7.7.9", CLIENT, program),)
