"""get-shit-done: its `.planning/config.json`."""

from typing import Final

from gsdc.targets.declaration import Declaration

ROOT: Final = ".planning/config.json"
WORKSTREAMS: Final = ".planning/workstreams/*/config.json"

DECLARATION: Final = Declaration(
    name="gsd",
    label="get-shit-done",
    client="gsd",
    ids="gsd",
    files=(ROOT, WORKSTREAMS),
    signs=(ROOT, ".planning/workstreams"),
    view="gsdc.targets.gsd.view",
    knows_its_agents=True,
    passes_model_with_call=True,
)
