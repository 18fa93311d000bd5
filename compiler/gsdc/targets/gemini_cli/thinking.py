"""The effort of an agent of Gemini CLI: ``thinkingConfig`` in ``modelConfigs.overrides`` of the settings.

No other place in a project sets it for one agent: a key in the agent's file drops the agent, and ``agents.overrides``
loses it (measured on Gemini CLI 0.36.0, 0.44.0 and 0.61.0). Of two entries for one agent the last one applies, key by
key. gsdc therefore appends its own entries, and leaves the user's unchanged. An entry names the agent and no model,
because the model is in the agent's file.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gsdc.models.words import identify_for
from gsdc.policy.model import Model
from gsdc.policy.ref import NOTHING
from gsdc.source.key_document import Key, value_at
from gsdc.targets.gemini_cli import DECLARATION
from gsdc.targets.json_settings import mapping

OVERRIDES: Final[Key] = ("modelConfigs", "overrides")
SCOPE: Final[Key] = ("match", "overrideScope")
CONFIG: Final[Key] = ("modelConfig", "generateContentConfig", "thinkingConfig")
LEVEL: Final = "thinkingLevel"
BUDGET: Final = "thinkingBudget"
# Models up to Gemini 2.5 take a number of tokens; these are the numbers that OpenCode sends for the same words.
_FIRST_WITH_LEVELS: Final = (3, 0)
_LEVELS: Final = {effort: effort.upper() for effort in ("minimal", "low", "medium", "high")}
_BUDGETS: Final = {"high": 16_000, "max": 24_576}


def thinking(model: Model, effort: str | None) -> Mapping[str, Any]:
    """Return the settings of an effort for ``model``, empty if there is no word for it."""
    id_ = model.id_in(DECLARATION.ids)
    if effort is None or id_ is None:
        return NOTHING
    key, words = (LEVEL, _LEVELS) if has_levels(id_) else (BUDGET, _BUDGETS)
    return {key: words[effort]} if effort in words else NOTHING


def has_levels(id_: str) -> bool:
    """Tell whether a model takes a level; the others take a number of tokens."""
    return (identify_for(DECLARATION.ids, id_).generation or _FIRST_WITH_LEVELS) >= _FIRST_WITH_LEVELS


def scopes(data: Any) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Yield index, scope and content of each entry of the settings for a single agent."""
    overrides = value_at(data, OVERRIDES)
    for index, override in enumerate(overrides if isinstance(overrides, list) else ()):
        scope = value_at(override, SCOPE)
        if isinstance(scope, str):
            yield index, scope, override


def effort_of(override: Mapping[str, Any]) -> str | None:
    """Return the effort of an entry, None if it has none, or none that gsdc knows."""
    config = mapping(value_at(override, CONFIG))
    said = {_LEVELS[effort]: effort for effort in _LEVELS} | {_BUDGETS[effort]: effort for effort in _BUDGETS}
    value = config.get(LEVEL, config.get(BUDGET))
    return said.get(value.upper() if isinstance(value, str) else value) if isinstance(value, str | int) else None


def efforts(data: Any) -> dict[str, str]:
    """Return the effort of each agent in the settings; of two entries the last one applies."""
    said = ((scope, effort_of(override)) for _, scope, override in scopes(data))
    return {scope: effort for scope, effort in said if effort is not None}


def configs(data: Any) -> dict[str, dict[str, Any]]:
    """Return the ``thinkingConfig`` of each agent in the settings, of all its entries."""
    merged: dict[str, dict[str, Any]] = {}
    for _, scope, override in scopes(data):
        merged.setdefault(scope, {}).update(mapping(value_at(override, CONFIG)))
    return merged


def override_of(agent: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of the settings that gives an agent this ``thinkingConfig``."""
    model, content, thinking_config = CONFIG
    return {"match": {SCOPE[-1]: agent}, model: {content: {thinking_config: dict(config)}}}
