"""Claude Code: agents in Markdown files, and the settings that override them."""

from typing import Final

from gsdc.targets.declaration import CREATE, FAILOVER, PHASES, PROXY, TEMPERATURE, WAITING, Declaration

AGENTS: Final = ".claude/agents/**/*.md"
COMMANDS: Final = ".claude/commands/**/*.md"
SKILLS: Final = ".claude/skills/*/SKILL.md"
SETTINGS: Final = (".claude/settings.json", ".claude/settings.local.json")
GUARD_TABLE: Final = ".claude/gsdc-guard.json"

DECLARATION: Final = Declaration(
    name="claude-code",
    label="Claude Code",
    client="claude",
    ids="claude",
    files=(AGENTS, COMMANDS, SKILLS, *SETTINGS),
    writes=(AGENTS, COMMANDS, SKILLS),
    lacks=(PHASES, WAITING, FAILOVER, TEMPERATURE, "models not made by Anthropic"),
    escapes=(
        "the `model` of a call of the agent tool overrides the agent's file, unless `guard: deny` forbids it",
        "`fallbackModel` and `--fallback-model` move agents too when their model does not answer",
        "CLAUDE_CODE_SUBAGENT_MODEL_FORCE in a person's environment, and managed settings",
    ),
    signs=(".claude/agents", ".claude/commands", ".claude/skills", *SETTINGS),
    options={
        "description": "The models in the frontmatter of Claude Code's agents, commands and skills.",
        "properties": {
            **CREATE,
            **PROXY,
            "guard": {
                "description": "What the hook does with an agent on a forbidden model: "
                "deny it, rewrite it to the policy's model, or warn.",
                "enum": ["deny", "rewrite", "warn"],
            },
        },
    },
    shown_by=(".claude/agents/",),
    home=".claude",
    provider="anthropic",
    program="claude",
    measured=("2.1.141", "2.1.332"),
    families={"CA": "Claude Code"},
    variables={
        "ANTHROPIC_MODEL": "Claude Code's model",
        "CLAUDE_CODE_SUBAGENT_MODEL": "the model of Claude Code's agents without one",
    },
    emit="gsdc.targets.claude_code.emit",
    view="gsdc.targets.claude_code.view",
    describe="gsdc.targets.claude_code.view",
)
