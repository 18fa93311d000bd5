"""get-shit-done: its `.planning/config.json`."""

from typing import Final

from gsdc.targets.declaration import FAILOVER, PHASES, TEMPERATURE, WAITING, Declaration

ROOT: Final = ".planning/config.json"
WORKSTREAMS: Final = ".planning/workstreams/*/config.json"

DECLARATION: Final = Declaration(
    name="gsd",
    label="get-shit-done",
    client="gsd",
    ids="gsd",
    files=(ROOT, WORKSTREAMS),
    writes=(ROOT, WORKSTREAMS),
    lacks=(PHASES, WAITING, FAILOVER, TEMPERATURE),
    escapes=(
        "a plan's `agent_hint` starts another agent on the executor's model",
        "a session that follows a plan itself runs it on its own model",
    ),
    signs=(ROOT, ".planning/workstreams"),
    options={"description": "The profile and the overrides of models in get-shit-done's `.planning/config.json`."},
    shown_by=(ROOT,),
    measured=("1.42.3", "gsd-core 1.14.0"),
    families={"GS": "get-shit-done"},
    emit="gsdc.targets.gsd.emit",
    view="gsdc.targets.gsd.view",
    initial="gsdc.targets.gsd.initial",
    knows_its_agents=True,
    passes_model_with_call=True,
)
