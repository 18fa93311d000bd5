"""The efforts of models that are newer than the version of OpenCode: they are declared in the file.

Each version of OpenCode knows which Claude models take an effort. Any other Claude has only the variants ``high`` and
``max``, which send a budget of tokens instead of an effort; any other variant is dropped silently. For models of other
makers it takes the variants from its list of models, which it loads at the start: without an entry that lists the
efforts, GPT 6.1 has no ``max``, or none at all, and Mistral Medium 3.5 has no ``high``. A variant that the file
declares is sent, whatever the list says (measured on OpenCode 1.14.34, 1.15.13, 1.18.3 and 1.18.33).
"""

from collections.abc import Mapping
from typing import Any, Final

from gsdc.models.identity import Identity
from gsdc.models.name import Generation
from gsdc.models.parameters import takes_temperature
from gsdc.models.words import identify_for
from gsdc.source.version_numbers import numbers
from gsdc.targets.opencode import DECLARATION

_ANTHROPIC: Final = "anthropic"
# By line and first generation of models: the first version of OpenCode that was measured to send their efforts.
# Measured with `opencode models --verbose` of 1.14.34, 1.15.13, 1.17.0, 1.17.19, 1.18.3, 1.18.4, 1.18.8 and 1.18.11.
_SINCE: Final[Mapping[str, Mapping[Generation, str]]] = {
    "opus": {(4, 8): "1.15.13", (5, 0): "1.18.4", (5, 1): "1.15.13"},
    "sonnet": {(5, 0): "1.17.19"},
    "haiku": {(5, 0): "1.18.8"},
    "fable": {(5, 0): "1.17.0"},
    "mythos": {(5, 0): "1.18.8"},
}
# By provider, line and first generation: models that the list in the bundle of 1.18.33, the newest, does not have.
_NOT_LISTED: Final[Mapping[str, Mapping[str, Generation]]] = {
    "openai": {"gpt-sol": (6, 1), "gpt-terra": (6, 1)},
    "mistral": {"mistral-medium": (3, 5)},
}


def sends_since(found: Identity) -> str:
    """Return the first version of OpenCode that sends the efforts of a release of Anthropic's, "" for all versions."""
    if found.host != _ANTHROPIC:
        return ""
    generations = _SINCE.get(found.line, {})
    fitting = [first for first in generations if found.generation is not None and first <= found.generation]
    return generations[max(fitting)] if fitting else ""


def is_unknown(found: Identity, version: str) -> bool:
    """Tell whether a version of OpenCode does not know the efforts of a release."""
    first = sends_since(found)
    return bool(first) and numbers(version) < numbers(first)


def declared_effort(id_: str, effort: str | None, version: str) -> dict[tuple[str, ...], Any]:
    """Return the keys that declare ``effort`` of the model ``id_``; none if the version of OpenCode knows it."""
    if effort is None:
        return {}
    found = identify_for(DECLARATION.ids, id_)
    provider, _, name = id_.partition("/")
    model = ("provider", provider, "models", name)
    place = (*model, "variants", effort)
    if is_unknown(found, version):
        return {(*place, "thinking", "type"): "adaptive", (*place, "effort"): effort}
    first = _NOT_LISTED.get(found.host, {}).get(found.line)
    if first is not None and found.generation is not None and found.generation >= first:
        # A model that only the file declares takes no temperature unless the file says so.
        values: dict[tuple[str, ...], Any] = {(*place, "reasoningEffort"): effort}
        return values | {(*model, "temperature"): True} if takes_temperature(found) else values
    return {}
