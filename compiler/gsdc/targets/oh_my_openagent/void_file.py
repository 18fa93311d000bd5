"""A configuration that oh-my-openagent ignores as a whole."""

from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.source.jsonc import Jsonc
from gsdc.targets.oh_my_openagent.entries import BLOCK

VOID = Diagnostic(
    "OM004",
    "omo-file-void",
    Severity.WARNING,
    """A key at the top of the plugin's configuration makes it ignore the whole file.

    ## Why is this bad?
    With ``telemetry`` at the top, whatever its value, every agent runs on the plugin's own default, and nothing says
    so; gsdc writes nothing into such a file. In ``[opencode]`` the key does no harm (measured on oh-my-openagent
    4.19.4).

    ## Example (.omo/omo.jsonc)
    {"telemetry": false, "[opencode]": {"agents": {"oracle": {"model": "openai/gpt-5.2"}}}}

    ## Use instead (.omo/omo.jsonc)
    {"[opencode]": {"telemetry": false, "agents": {"oracle": {"model": "openai/gpt-5.2"}}}}
    """,
)

_KEY: Final = "telemetry"


def void(document: Jsonc) -> Finding | None:
    """Return the finding for a key that makes the plugin ignore the file, None if there is none."""
    if _KEY not in document.data:
        return None
    message = f'the plugin ignores this file for its "{_KEY}": every agent runs on the plugin\'s default'
    return VOID.at(document.span((_KEY,), key=True), message, f'move it to "{BLOCK}", or remove it')
