"""A plugin of OpenCode that enforces never-break rules while agents run, and moves work along its failover chain."""

from typing import Final

from gsdc.targets.declaration import Declaration

PLUGIN: Final = ".opencode/plugin/gsdc.js"
TABLE: Final = ".opencode/gsdc-guard.json"

DECLARATION: Final = Declaration(
    name="opencode-plugin",
    label="the plugin for OpenCode",
    client="opencode",
    ids="opencode",
    options={
        "description": "A plugin that stops agents on forbidden models, and fails over.",
        "properties": {
            "guard": {
                "description": "What it does with an agent on a model which the policy forbids: deny it, rewrite it to "
                "the policy's model, or warn.",
                "enum": ["deny", "rewrite", "warn"],
                "default": "deny",
            },
            "failover": {
                "description": "Whether work follows its failover chain when a model fails.",
                "type": "boolean",
                "default": True,
            },
            "cooldown": {
                "description": "Seconds for which a failed model is not used.",
                "type": "integer",
                "minimum": 1,
                "default": 60,
            },
        },
    },
    shown_by=(PLUGIN,),
    emit="gsdc.targets.opencode_plugin.emit",
    fails_over_for="opencode",
)
