"""Aliases that a project moves to another release than the one that Claude Code resolves them to.

``models: {opus: {release: claude-opus-7}}`` changes the policy, not the client: ``opus`` in an agent's file stays the
client's own release. Such a model is written as its full id.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

from gsdc.models.id_spaces import CANONICAL
from gsdc.models.identity import identify
from gsdc.models.words import meaning
from gsdc.policy.model import Model
from gsdc.targets.claude_code import DECLARATION

_PROVIDER: Final = "anthropic"


def first_of_release(model: Model, models: Iterable[Model]) -> Model:
    """Return the first of ``models`` with the same release at the same provider: of two aliases the first counts."""
    id_ = model.ids.get(CANONICAL)
    return next((one for one in models if id_ and one.ids.get(CANONICAL) == id_), model)


def requested_id(model: Model) -> str | None:
    """Return the id that requests ``model``: its alias where the newest client resolves that to the same release."""
    word = model.id_in(DECLARATION.ids)
    return None if word is None else _requested(word, model.ids.get(CANONICAL, ""))


def meant_by(word: str, model: Model) -> str:
    """Return what the client runs for its alias ``word`` of ``model``: the model's alias, or its own id if moved."""
    meant = meaning(DECLARATION.ids, word)
    return model.alias if meant is None or requested_id(model) == word else meant.model


@cache
def _requested(word: str, canonical: str) -> str:
    provider, _, full = canonical.partition("/")
    meant = meaning(DECLARATION.ids, word)
    if meant is None or provider != _PROVIDER or identify(full).release == identify(meant.model).release:
        return word
    return full
