"""The troubleshooting guide with its test matrix (seed 003, "Controlled Testing" and "Documentation Updates")."""

from typing import Final

from gsdc.targets.declaration import Declaration

PATH: Final = "docs/MODEL-TROUBLESHOOTING.md"

DECLARATION: Final = Declaration(
    name="troubleshooting",
    label="the troubleshooting guide",
    options={
        "description": "A guide for when a model fails, with a test matrix: what each agent runs on, what it fails "
        "over to, what that costs, and the command that shows it.",
        "properties": {"path": {"description": "The file.", "type": "string", "minLength": 1, "default": PATH}},
    },
    shown_by=(PATH,),
    emit="gsdc.targets.troubleshooting.emit",
)
