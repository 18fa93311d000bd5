"""The efforts of Claude models that are newer than the version of OpenCode: they are declared in the file.

Each version of OpenCode has a list of the models that take an effort. A Claude model that is not in the list has only
the variants ``high`` and ``max``, which send a budget of tokens instead of an effort; any other variant is dropped
silently. A variant that the file declares is sent (measured on OpenCode 1.14.34, 1.15.13 and 1.18.3).
"""

from collections.abc import Mapping
from typing import Any, Final

from gsdc.models.identity import Identity
from gsdc.models.name import Generation
from gsdc.models.words import identify_for
from gsdc.source.version_numbers import numbers
from gsdc.targets.opencode import DECLARATION

PROVIDER: Final = "anthropic"
# By line and first generation of models: the first version of OpenCode that was measured to send their efforts.
# Measured with `opencode models --verbose` of 1.14.34, 1.15.13, 1.17.0, 1.17.19, 1.18.3, 1.18.4, 1.18.8 and 1.18.11.
_SINCE: Final[Mapping[str, Mapping[Generation, str]]] = {
    "opus": {(4, 8): "1.15.13", (5, 0): "1.18.4", (5, 1): "1.15.13"},
    "sonnet": {(5, 0): "1.17.19"},
    "haiku": {(5, 0): "1.18.8"},
    "fable": {(5, 0): "1.17.0"},
    "mythos": {(5, 0): "1.18.8"},
}


def sends_since(found: Identity) -> str:
    """Return the first version of OpenCode that sends the efforts of a release of Anthropic's, "" for all versions."""
    if found.host != PROVIDER:
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
    if effort is None or not is_unknown(identify_for(DECLARATION.ids, id_), version):
        return {}
    place = ("provider", PROVIDER, "models", id_.partition("/")[2], "variants", effort)
    return {(*place, "thinking", "type"): "adaptive", (*place, "effort"): effort}
