"""oh-my-openagent: a plugin of OpenCode with its own agents and failover.

Measured on oh-my-openagent 4.19.4 with OpenCode 1.18.34.
"""

from typing import Final

from gsdc.targets.declaration import PHASES, TEMPERATURE, WAITING, Declaration

FILES: Final = (".omo/omo.jsonc", ".omo/omo.json")  # strongest first
# What the plugin moves into .omo/ at its next start.
FORMER: Final = tuple(
    f".opencode/{name}.{ending}" for name in ("oh-my-openagent", "oh-my-opencode") for ending in ("jsonc", "json")
)

DECLARATION: Final = Declaration(
    name="oh-my-openagent",
    label="oh-my-openagent",
    client="oh-my-openagent",
    ids="opencode",
    files=(*FILES, *FORMER),
    writes=FILES,
    lacks=(PHASES, WAITING, TEMPERATURE, "agents of other names than the plugin's, but as categories"),
    escapes=("a profile in OMO_PROFILE overrides the rest of the file",),
    signs=(*FILES, *FORMER),
    options={
        "description": "Model, `variant` and `fallback_models` of the plugin's agents, and of categories, in "
        "`.omo/omo.jsonc`. An agent of the policy is the one of its name there, or that of `names: {oh-my-openagent: "
        "oracle}`."
    },
    shown_by=(*FILES, *FORMER),
    measured=("4.19.4",),
    families={"OM": "oh-my-openagent"},
    emit="gsdc.targets.oh_my_openagent.emit",
    view="gsdc.targets.oh_my_openagent.view",
    ids_name_provider=True,
    fails_over_for="opencode",
)
