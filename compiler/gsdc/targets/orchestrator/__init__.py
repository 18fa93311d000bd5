"""An orchestrator (seed 004): its configuration, and for each plan a dispatch file with the tasks to assign."""

from typing import Final

from gsdc.targets.declaration import Declaration

FOLDER: Final = "orchestrator"
CONFIG: Final = "orchestrator_config.json"

DECLARATION: Final = Declaration(
    name="orchestrator",
    label="an orchestrator",
    options={
        "description": "The configuration of an orchestrator, and for each plan its tasks, ready to be dispatched.",
        "properties": {
            "dir": {"description": "Their folder.", "type": "string", "minLength": 1, "default": FOLDER},
            "name": {
                "description": "The name of the orchestrator.",
                "type": "string",
                "minLength": 1,
                "maxLength": 100,
            },
            "client": {
                "description": "The client that runs the tasks, by the name of its target.",
                "type": "string",
                "minLength": 1,
                "default": "claude-code",
            },
            "paths": {
                "description": "Glob patterns of plans.",
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "minItems": 1,
                "uniqueItems": True,
            },
        },
    },
    shown_by=(f"{FOLDER}/{CONFIG}",),
    emit="gsdc.targets.orchestrator.emit",
)
