"""Annotated plans."""

from typing import Final

from gsdc.targets.declaration import Declaration

DECLARATION: Final = Declaration(
    name="plans",
    label="plans",
    options={
        "description": "Annotated PLAN.md files. Finished plans, with a SUMMARY.md beside them, stay as they are.",
        "properties": {
            "paths": {
                "description": "Glob patterns.",
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "minItems": 1,
                "uniqueItems": True,
            },
        },
    },
    shown_by=(".planning/",),
    emit="gsdc.targets.plans.emit",
    initial="gsdc.targets.plans.initial",
)
