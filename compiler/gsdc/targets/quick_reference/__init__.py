"""The quick reference card (seed 002): one page, written from the policy."""

from typing import Final

from gsdc.targets.declaration import Declaration

PATH: Final = "docs/MODEL-QUICK-REFERENCE.md"

DECLARATION: Final = Declaration(
    name="quick-reference",
    label="the quick reference",
    options={
        "description": "A card of one page: who runs on what, zones, escalation, never-break rules, commands.",
        "properties": {"path": {"description": "Its path.", "type": "string", "minLength": 1, "default": PATH}},
    },
    shown_by=(PATH,),
    emit="gsdc.targets.quick_reference.emit",
)
