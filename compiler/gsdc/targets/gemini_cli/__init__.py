"""Gemini CLI: agents in Markdown files, and settings that override them (measured on Gemini CLI 0.61.0)."""

from typing import Final

from gsdc.targets.declaration import CREATE, FAILOVER, PHASES, TEMPERATURE, WAITING, Declaration

AGENTS: Final = ".gemini/agents/*.md"
SETTINGS: Final = ".gemini/settings.json"

DECLARATION: Final = Declaration(
    name="gemini-cli",
    label="Gemini CLI",
    client="gemini-cli",
    ids="gemini-cli",
    files=(AGENTS, SETTINGS),
    writes=(AGENTS, SETTINGS),
    lacks=(TEMPERATURE, PHASES, WAITING, FAILOVER, "models not made by Google"),
    escapes=(
        "an agent that the user has not acknowledged since its file changed does not exist",
        "in a folder that the user does not trust the settings are not read, and with them the efforts",
    ),
    signs=(".gemini/agents", SETTINGS),
    options={
        "description": "`model` of the agents of Gemini CLI, in `.gemini/agents/`, and their efforts in its settings.",
        "properties": {**CREATE},
    },
    shown_by=(".gemini/agents/",),
    home=".gemini",
    program="gemini",
    measured=("0.36.0", "0.44.0", "0.61.0"),
    emit="gsdc.targets.gemini_cli.client",
    view="gsdc.targets.gemini_cli.client",
    describe="gsdc.targets.gemini_cli.client",
)
