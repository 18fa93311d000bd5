"""Copilot CLI: agents in Markdown files (measured on Copilot CLI 1.0.102)."""

from typing import Final

from gsdc.targets.declaration import CREATE, EFFORT, FAILOVER, PHASES, TEMPERATURE, WAITING, Declaration

AGENTS: Final = ".github/agents/**/*.md"
OF_CLAUDE_CODE: Final = ".claude/agents/*.md"
SETTINGS: Final = (".github/copilot/settings.json", ".github/copilot/settings.local.json")

DECLARATION: Final = Declaration(
    name="copilot",
    label="Copilot",
    client="copilot",
    ids="copilot",
    files=(AGENTS, *SETTINGS),
    writes=(AGENTS,),
    lacks=(EFFORT, TEMPERATURE, PHASES, WAITING, FAILOVER),
    escapes=("the `model` of a call, the user's settings, and a user's agent of the same name override the file",),
    signs=(".github/agents",),
    options={
        "description": "`model` of the agents of Copilot, `.github/agents/**/*.md`.",
        "properties": CREATE,
    },
    shown_by=(".github/agents/",),
    program="copilot",
    families={"CO": "Copilot CLI"},
    measured=("1.0.64", "1.0.65", "1.0.102"),
    models_since="1.0.65",
    measured_with="with an API key of one's own; with GitHub's own models it may differ",
    emit="gsdc.targets.copilot.client",
    view="gsdc.targets.copilot.client",
    describe="gsdc.targets.copilot.client",
)
