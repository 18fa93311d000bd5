"""Aider: a model for each of its roles, in ``.aider.conf.yml`` (documented by Aider; not measured)."""

from typing import Final

from gsdc.targets.declaration import FAILOVER, PHASES, TEMPERATURE, WAITING, Declaration

CONFIG: Final = ".aider.conf.yml"

DECLARATION: Final = Declaration(
    name="aider",
    label="Aider",
    client="aider",
    ids="litellm",
    files=(CONFIG,),
    writes=(CONFIG,),
    lacks=(PHASES, WAITING, FAILOVER, TEMPERATURE, "agents, and the effort of the weak and the editor model"),
    escapes=("`--model` on the command line, and AIDER_MODEL",),
    signs=(CONFIG,),
    options={
        "description": "The models of Aider's roles that `.aider.conf.yml` names. An agent of the policy takes one by "
        "its name there: `names: {aider: model}`, `weak-model` or `editor-model`."
    },
    shown_by=(CONFIG,),
    program="aider",
    emit="gsdc.targets.aider.client",
    view="gsdc.targets.aider.client",
    describe="gsdc.targets.aider.client",
)
