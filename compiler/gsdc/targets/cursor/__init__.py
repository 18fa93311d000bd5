"""Cursor: agents in Markdown files (documented by Cursor, ``docs/agent/subagents``; not measured)."""

from typing import Final

from gsdc.targets.declaration import CREATE, EFFORT, FAILOVER, PHASES, TEMPERATURE, WAITING, Declaration

AGENTS: Final = ".cursor/agents/*.md"
OF_CLAUDE_CODE: Final = ".claude/agents/*.md"

DECLARATION: Final = Declaration(
    name="cursor",
    label="Cursor",
    client="cursor",
    ids="cursor",
    files=(AGENTS,),
    writes=(AGENTS,),
    lacks=(EFFORT, TEMPERATURE, PHASES, WAITING, FAILOVER),
    escapes=("limits of the plan and of the team override the file",),
    signs=(".cursor/agents",),
    home=".cursor",
    options={
        "description": "`model` of the agents of Cursor, `.cursor/agents/*.md`.",
        "properties": CREATE,
    },
    shown_by=(".cursor/agents/",),
    emit="gsdc.targets.cursor.client",
    view="gsdc.targets.cursor.client",
    describe="gsdc.targets.cursor.client",
)
