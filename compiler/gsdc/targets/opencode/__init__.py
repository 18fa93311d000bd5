"""OpenCode: its configuration, and agents in Markdown files."""

from typing import Final

from gsdc.targets.declaration import CREATE, FAILOVER, PHASES, PROXY, Declaration
from gsdc.targets.opencode.files import AGENT_FILES, COMMAND_FILES, PROJECT_FILES

DECLARATION: Final = Declaration(
    name="opencode",
    label="OpenCode",
    client="opencode",
    ids="opencode",
    files=(*PROJECT_FILES, *(folder + pattern for folder, pattern in (*AGENT_FILES, *COMMAND_FILES))),
    marks=("opencode.json", "opencode.jsonc", ".opencode"),
    writes=(*PROJECT_FILES, *(folder + pattern for folder, pattern in AGENT_FILES)),
    lacks=(PHASES, FAILOVER),
    escapes=(
        "`-m`, and the `model` of a command, override the agent's",
        "managed files, OPENCODE_CONFIG_CONTENT and ~/.opencode override the project's",
        "an agent's file in ~/.config/opencode overrides the project's opencode.json, but not its .opencode",
    ),
    signs=("opencode.json", "opencode.jsonc", ".opencode", "config.json"),
    options={
        "description": "OpenCode's configuration.",
        "properties": {
            "scope": {
                "description": "project: opencode.json(c). global: config.json, which OpenCode reads only from its "
                "global folder.",
                "enum": ["project", "global"],
                "default": "project",
            },
            "path": {
                "description": "The path of the file, relative to the project.",
                "type": "string",
                "minLength": 1,
            },
            **CREATE,
            **PROXY,
        },
    },
    shown_by=("opencode.json", "opencode.jsonc", ".opencode/"),
    home=".config/opencode",
    program="opencode",
    measured=("1.18.3", "1.18.33"),
    families={"OC": "OpenCode"},
    variables={
        "OPENCODE_CONFIG": "another OpenCode configuration",
        "OPENCODE_CONFIG_CONTENT": "another OpenCode configuration",
    },
    emit="gsdc.targets.opencode.emit",
    view="gsdc.targets.opencode.view",
    describe="gsdc.targets.opencode.describe",
    initial="gsdc.targets.opencode.initial",
    gate="opencode",
    ask="gsdc.targets.opencode.ask",
    reach="gsdc.targets.opencode.reach",
    tells_temperatures=True,
    ids_name_provider=True,
)
