"""Override tables of a sub-agent executor."""

from typing import Final

from gsdc.targets.declaration import Declaration

# The tables in the form of LEO's loader, those that gsdc writes for each budget zone, and the older constants.
TABLES: Final = ("config/phase-model-config.json", "config/phase-model-config.*.json")
OVERRIDES: Final = ("config/phase-model-overrides.json", "config/phase-model-overrides.mjs")
EXECUTOR: Final = "lib/sub-agent-executor.js"

DECLARATION: Final = Declaration(
    name="overrides",
    label="sub-agent executor",
    client="overrides",
    ids="claude",
    files=(*TABLES, *OVERRIDES, EXECUTOR),
    signs=("config", "lib"),
    options={
        "description": "Override tables for sub-agent executors.",
        "properties": {
            "dir": {"description": "Their folder.", "type": "string", "minLength": 1, "default": "config"},
        },
    },
    shown_by=(EXECUTOR, TABLES[0]),
    families={"OV": "Override tables"},
    emit="gsdc.targets.overrides.emit",
    view="gsdc.targets.overrides.view",
    initial="gsdc.targets.overrides.initial",
    gate="node",
    ask="gsdc.targets.overrides.ask",
    knows_its_agents=True,
    uses_fleet_names=True,
    tells_phases=True,
    is_written_whole=True,
)
