"""Qwen Code: agents in Markdown files, and its settings (measured on Qwen Code 0.24.4)."""

from typing import Final

from gsdc.targets.declaration import CREATE, EFFORT, FAILOVER, PHASES, TEMPERATURE, WAITING, Declaration

AGENTS: Final = ".qwen/agents/*.md"
SETTINGS: Final = ".qwen/settings.json"

DECLARATION: Final = Declaration(
    name="qwen-code",
    label="Qwen Code",
    client="qwen-code",
    ids="qwen-code",
    files=(AGENTS, SETTINGS),
    writes=(AGENTS,),
    lacks=(EFFORT, TEMPERATURE, PHASES, WAITING, FAILOVER),
    escapes=("`modelFallbacks` and `--fallback-model` move agents that name a model, too",),
    signs=(".qwen/agents", SETTINGS),
    options={
        "description": "`model` of the agents of Qwen Code, `.qwen/agents/*.md`.",
        "properties": CREATE,
    },
    shown_by=(".qwen/agents/",),
    program="qwen",
    measured=("0.12.0", "0.15.6", "0.24.4"),
    models_since="0.15.6",
    families={"QW": "Qwen Code"},
    emit="gsdc.targets.qwen_code.client",
    view="gsdc.targets.qwen_code.client",
    describe="gsdc.targets.qwen_code.client",
)
