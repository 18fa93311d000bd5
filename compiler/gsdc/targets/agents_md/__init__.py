"""The section on models in AGENTS.md, which most clients read (seed 003, "Documentation Updates")."""

from typing import Final

from gsdc.targets.declaration import Declaration

PATH: Final = "AGENTS.md"

DECLARATION: Final = Declaration(
    name="agents-md",
    label="AGENTS.md",
    client="opencode",
    ids="opencode",
    files=(PATH,),
    signs=(PATH,),
    marks=(PATH,),
    options={
        "description": "A section of AGENTS.md: the model of each agent, failover, alerts, and what to do when a model "
        "fails.",
        "properties": {"path": {"description": "The file.", "type": "string", "minLength": 1, "default": PATH}},
    },
    shown_by=None,
    emit="gsdc.targets.agents_md.emit",
    view="gsdc.targets.agents_md.view",
    tells_temperatures=True,
    is_written_whole=True,
    is_document=True,
)
