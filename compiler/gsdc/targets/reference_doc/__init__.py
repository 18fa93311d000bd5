"""The reference document for orchestrators (seed 000), written from the policy."""

from typing import Final

from gsdc.targets.declaration import Declaration

FOLDER: Final = ".config/opencode/get-shit-done/references"
NAME: Final = "gsd-orchestrator-balancing-rules.md"

DECLARATION: Final = Declaration(
    name="reference-doc",
    label="the reference document",
    options={
        "description": "The rules for orchestrators as a document, with every table and threshold of the policy.",
        "properties": {
            "dir": {"description": "The folder for it.", "type": "string", "minLength": 1, "default": FOLDER},
            "linked": {
                "description": "Whether the documents that it links to are written as well: model-profiles.md, "
                "model-routing-logic.md and model-profile-resolution.md.",
                "type": "boolean",
                "default": False,
            },
        },
    },
    shown_by=(f"{FOLDER}/{NAME}",),
    emit="gsdc.targets.reference_doc.emit",
)
