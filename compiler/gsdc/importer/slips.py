"""Detect misspelt names in client files: a name that nearly matches a known name is not a new one.

``gsdc lint`` reports them (OV005, GS003, GS006, IF002, IF004). If they were imported, they would become regular agents
and models, and would not be reported again.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from gsdc.policy.model import Model
from gsdc.policy.unknown_model import known_ids
from gsdc.targets.model_names import LONG_CONTEXT, letters, near
from gsdc.targets.registry import knows_its_agents

_FEW: Final = 2  # maximum difference in characters; a whole word more or less is another name
_SHORTEST: Final = 4  # too many shorter names are similar to each other
_MOST: Final = 1000  # maximum number of models to check: each is compared with every known name
_WORD: Final = re.compile(r"[a-z]+")


def of_agent(client: str, name: str, fleet: Iterable[str], present: Collection[str]) -> str | None:
    """Return the agent of ``fleet`` that ``name`` nearly matches in a client, None if it is a distinct name.

    Unless the client knows its agents, two agents that are both ``present`` are distinct.
    """
    if len(name) < _SHORTEST:
        return None
    if knows_its_agents(client):
        return near(name, tuple(fleet))
    missing = [other for other in fleet if other not in present and abs(len(other) - len(name)) <= _FEW]
    return near(name, missing, 0.85)


def of_phase(client: str, phase: str | None, phases: Collection[str]) -> str | None:
    """Return the phase of ``phases`` that ``phase`` nearly matches, None if it is a distinct name."""
    return near(phase, phases) if phase is not None and len(phase) >= _SHORTEST and knows_its_agents(client) else None


class ModelSlips:
    """The names of a catalog's models, split into words: another version of a model has the same words."""

    def __init__(self, catalog: Mapping[str, Model], declared: Mapping[str, Any]) -> None:
        ids = list(known_ids(id_ for model in catalog.values() for id_ in model.ids.values()))
        names = dict.fromkeys((*catalog, *ids, *(id_.rpartition("/")[2] for id_ in ids)))
        self._names = {name: _words(name) for name in names}
        self._letters = {letters(name): name for name in reversed(names)}
        # Providers that the files declare are valid, with their models.
        self._declared = set(_ids(declared))
        meant = (word for name in (*declared, *self._declared) for word in _words(name))
        self._words = {word for words in self._names.values() for word in words}.union(meant)
        self._known: dict[str, str | None] = {}

    def of_model(self, model: str) -> str | None:
        """Return the name or id that ``model`` nearly matches: the letters are equal, or the words are similar."""
        if model not in self._known:
            self._known[model] = self._meant(model) if len(self._known) < _MOST else None
        return self._known[model]

    def _meant(self, model: str) -> str | None:
        model = model.removesuffix(LONG_CONTEXT)
        words = _words(model)
        if model in self._names or model in self._declared:
            return None
        if self._words.issuperset(words):
            return self._letters.get(letters(model))
        alike = (name for name, known in self._names.items() if len(known) == len(words))
        meant = [name for name in alike if all(map(self._is_meant, words, self._names[name]))]
        # Releases of a line have the same words: choose the one with the nearest numbers.
        return max(meant, key=lambda name: SequenceMatcher(None, model, name).ratio(), default=None)

    def _is_meant(self, word: str, known: str) -> bool:
        if word == known or word in self._words:
            return word == known
        return sorted(word) == sorted(known) or near(word, (known,)) is not None


def _words(name: str) -> list[str]:
    return _WORD.findall(name.lower())


def _ids(providers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the models in ``providers``."""
    for provider, value in providers.items():
        models = value.get("models") if isinstance(value, Mapping) else None
        yield from (f"{provider}/{model}" for model in (models if isinstance(models, Mapping) else ()))
