"""Codex: agents in TOML files, and the project's configuration (measured on Codex CLI 0.171.0)."""

from typing import Final

from gsdc.targets.declaration import CREATE, FAILOVER, PHASES, PROXY, TEMPERATURE, WAITING, Declaration

AGENTS: Final = ".codex/agents/**/*.toml"
CONFIG: Final = ".codex/config.toml"
LAUNCHER: Final = ".codex/litellm.sh"

DECLARATION: Final = Declaration(
    name="codex",
    label="Codex",
    client="codex",
    ids="codex",
    files=(AGENTS, CONFIG),
    writes=(AGENTS,),
    lacks=(PHASES, WAITING, FAILOVER, TEMPERATURE, "models not made by OpenAI"),
    escapes=("a project that the user does not trust: its agents are not loaded",),
    signs=(".codex/agents", CONFIG),
    options={
        "description": "`model` and `model_reasoning_effort` of Codex's agents, `.codex/agents/**/*.toml`; with `via`, "
        f"`{LAUNCHER}`, which starts Codex behind the proxy.",
        "properties": {**CREATE, **PROXY},
    },
    shown_by=(".codex/agents/",),
    home=".codex",
    program="codex",
    measured=("0.144.6", "0.152.0", "0.171.0"),
    families={"CX": "Codex"},
    emit="gsdc.targets.codex.client",
    view="gsdc.targets.codex.client",
    describe="gsdc.targets.codex.client",
)
