"""Blocks in CLAUDE.md and AGENTS.md."""

from typing import Final

from gsdc.targets.declaration import Declaration

DECLARATION: Final = Declaration(
    name="claude-md",
    label="CLAUDE.md",
    client="claude",
    ids="claude",
    files=("CLAUDE.md", "AGENTS.md", ".claude/CLAUDE.md"),
    marks=("CLAUDE.md", "AGENTS.md"),
    signs=("CLAUDE.md", "AGENTS.md", ".claude/CLAUDE.md"),
    options={
        "description": 'The section "Model Assignment Strategy" of CLAUDE.md and AGENTS.md.',
        "properties": {
            "paths": {
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "minItems": 1,
                "uniqueItems": True,
            },
        },
    },
    families={"CM": "Managed blocks of CLAUDE.md and AGENTS.md"},
    emit="gsdc.targets.claude_md.emit",
    view="gsdc.targets.claude_md.view",
    initial="gsdc.targets.claude_md.initial",
    tells_temperatures=True,
    is_written_whole=True,
    is_document=True,
)
