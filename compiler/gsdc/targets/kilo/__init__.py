"""Kilo: agents in Markdown files and in its JSON configuration (measured on Kilo CLI 7.7.9, a fork of OpenCode)."""

from typing import Final

from gsdc.targets.declaration import CREATE, FAILOVER, PHASES, WAITING, Declaration

AGENTS: Final = (".kilo/agent/**/*.md", ".kilo/agents/**/*.md", ".kilocode/agents/**/*.md")
# Weakest first; Kilo reads OpenCode's file, too, above its own of the project's root.
CONFIGS: Final = ("kilo.json", "kilo.jsonc", "opencode.json", ".kilo/kilo.json")
OF_OPENCODE: Final = "opencode.json"

DECLARATION: Final = Declaration(
    name="kilo",
    label="Kilo",
    client="kilo",
    ids="opencode",
    files=(*AGENTS, *(path for path in CONFIGS if path != OF_OPENCODE)),
    writes=(*AGENTS, *(path for path in CONFIGS if path != OF_OPENCODE)),
    lacks=(PHASES, WAITING, FAILOVER),
    escapes=("`-m`, and the `model` of a command, override the agent's",),
    signs=(".kilo", ".kilocode/agents", "kilo.json", "kilo.jsonc"),
    options={
        "description": "Model, effort (`variant`) and temperature of Kilo's agents, in their files or `kilo.json`.",
        "properties": {**CREATE},
    },
    shown_by=(".kilo/", ".kilocode/agents/", "kilo.json", "kilo.jsonc"),
    program="kilo",
    measured=("7.7.2", "7.7.9"),
    families={"KI": "Kilo"},
    emit="gsdc.targets.kilo.client",
    view="gsdc.targets.kilo.client",
    describe="gsdc.targets.kilo.client",
    tells_temperatures=True,
    ids_name_provider=True,
)
