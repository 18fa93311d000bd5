"""Efforts and other keys of get-shit-done's configuration that decide nothing."""

import re
from collections.abc import Collection, Container, Iterator
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.models.effort import EFFORTS
from gsdc.source.javascript import text, truthy
from gsdc.targets.api import INHERIT
from gsdc.targets.fixes import rename
from gsdc.targets.gsd.resolve import EFFORT_OVERRIDES, Key, section
from gsdc.targets.gsd.settings import GsdSettings
from gsdc.targets.model_names import names_choice, near, suggestion

IGNORED_EFFORT = Diagnostic(
    "GS012",
    "ignored-gsd-effort",
    Severity.WARNING,
    """The configuration has an effort, or a fast mode, that GSD does not apply.

    ## Why is this bad?
    GSD silently ignores a word that is no effort, and an agent or a tier that it does not have. No runtime has its fast
    mode, and get-shit-done 1.42 has no efforts (measured on gsd-core 1.14.0 and get-shit-done 1.42.3).

    ## Fix (unsafe)
    Renames the entry to the agent that is nearest.

    ## Example (.planning/config.json)
    {"model_profile": "quality", "effort": {"agent_overrides": {"gsd-planer": "high"}}}

    ## Use instead (.planning/config.json)
    {"model_profile": "quality", "effort": {"agent_overrides": {"gsd-planner": "high"}}}
    """,
)
UNKNOWN_KEY = Diagnostic(
    "GS013",
    "gsd-key-not-known",
    Severity.NOTE,
    """A key looks as if it chose a model, and gsdc does not know it.

    ## Why is this bad?
    It decides nothing, as GSD ignores keys that it does not know; or a newer version reads it, and gsdc judges the
    agents without it (measured on gsd-core 1.14.0 and get-shit-done 1.42.3).

    ## Example (.planning/config.json)
    {"model_profile": "quality", "agent_models": {"gsd-planner": "haiku"}}

    ## Use instead (.planning/config.json)
    {"model_profile": "quality", "model_overrides": {"gsd-planner": "haiku"}}
    """,
)
_LOOKS: Final = re.compile("model|effort", re.IGNORECASE)
_WORDS: Final = (*EFFORTS[1:], INHERIT)
_TIERS: Final = ("light", "standard", "heavy")
_TIER_DEFAULTS: Final = ("effort", "routing_tier_defaults")
_NEAR: Final = 0.6


def unread(settings: GsdSettings, ours: Collection[str]) -> Iterator[Finding]:
    """Yield the efforts that GSD does not apply, and a fast mode that is on; ``ours`` are the agents of the policy."""
    if truthy(section(settings.data, "fast_mode").get("enabled")):
        at = settings.span(("fast_mode", "enabled"))
        yield IGNORED_EFFORT.at(at, "no runtime of GSD has a fast mode: `fast_mode` has no effect", "remove it")
    if "effort" not in settings.data:
        return
    if not settings.known.is_core:
        message = f"{settings.known} does not know the key `effort`, and ignores it; gsd-core reads it"
        yield IGNORED_EFFORT.at(settings.span(("effort",), of_key=True), message, "remove it, or install gsd-core")
        return
    yield from _entries(settings, EFFORT_OVERRIDES, (*settings.known.agents, *ours), "agent")
    yield from _entries(settings, _TIER_DEFAULTS, _TIERS, "tier")


def _entries(settings: GsdSettings, block: Key, names: tuple[str, ...], what: str) -> Iterator[Finding]:
    for name, value in section(settings.data, *block).items():
        key = (*block, name)
        if name not in names:
            message = f'GSD has no {what} "{name}": its effort has no effect'
            help_ = suggestion(name, names) + "remove it"
            finding = IGNORED_EFFORT.at(settings.span(key, of_key=True), message, help_)
            meant = near(name, names, _NEAR)
            yield finding._replace(fix=rename(settings.document(key), key, meant)) if meant else finding
        elif value not in _WORDS:
            message = f'GSD ignores "{text(value)}" as the effort of "{name}"'
            yield IGNORED_EFFORT.at(settings.span(key), message, f"allowed: {', '.join(_WORDS)}")


def is_unknown(name: str, value: Any, known: Container[str]) -> bool:
    """Tell whether a key at the top seems to choose a model, and is none that GSD has."""
    return name not in known and _LOOKS.search(name) is not None and names_choice("gsd", value)


def unknown_key(settings: GsdSettings, name: str) -> Finding:
    """Return the note about such a key."""
    message = f'"{name}" is not known to gsdc for {settings.known}: it chooses no model'
    return UNKNOWN_KEY.at(settings.span((name,), of_key=True), message, "remove it")
