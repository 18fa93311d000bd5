"""Which model of the catalog an id is, whatever client wrote it, on whatever host, in whatever spelling.

Models are compared by line and generation (``gsdc.models.identity``), never by their ids: a newer release of a line
does what the line is trusted with, an older one is told apart, and what cannot be told counts as no model at all.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gsdc.models.identity import Identity
from gsdc.models.words import identify_for

if TYPE_CHECKING:
    from gsdc.policy.model import Model


class Age(StrEnum):
    """How the release of an id compares with the one that the catalog names for its line."""

    SAME = "same"
    NEWER = "newer"
    OLDER = "older"
    UNKNOWN = "unknown"


class Recognition(NamedTuple):
    """What an id is, and the model of the catalog that it is a release of; None where there is none.

    ``age`` compares the two. Its tier may be relied on where ``counts``.
    """

    identity: Identity
    model: "Model | None" = None
    age: Age = Age.UNKNOWN

    @property
    def counts(self) -> bool:
        """Whether the id is at least what the model of the catalog is, or an earlier release of its major version."""
        if self.model is None or self.age is Age.UNKNOWN:
            return False
        if self.age is not Age.OLDER:
            return True
        ours, theirs = self.model.identity.generation, self.identity.generation
        return ours is not None and theirs is not None and ours[0] == theirs[0]


def recognise(models: "Mapping[str, Model]", client: str, written: str) -> Recognition:
    """Return what ``written``, an alias of ``models`` or a name in a file of ``client``, is."""
    own = models.get(written)
    if own is not None:
        return Recognition(own.identity, own, Age.SAME)
    found = identify_for(client, written)
    if not found.line:
        return Recognition(found)
    alike = [(compare(found, model.identity), model) for model in models.values()]
    ages = {age: [model for one, model in alike if one is age] for age in Age}
    for age in (Age.SAME, Age.NEWER, Age.OLDER):
        if ages[age]:
            # The newest that the id is not older than, else the oldest.
            pick = min if age is Age.OLDER else max
            return Recognition(found, pick(ages[age], key=lambda model: model.identity.generation or (0, 0)), age)
    return Recognition(found)


def stand_in(models: "Mapping[str, Model]", client: str, written: str) -> "Model":
    """Return a model with the tier that ``written`` may be trusted with, in its own identity and of its own provider.

    What is unknown is a light model of its own: no floor is met by it.
    """
    from gsdc.policy.model import Model, Ref

    found = recognise(models, client, written)
    if found.model is not None and written in models:
        return found.model
    head, slash, _ = written.partition("/")
    is_path = bool(slash) and not head.startswith("arn:")
    usual = found.model.provider if found.model is not None and found.counts else found.identity.host
    provider, ids = head if is_path else usual, {client: written}
    if found.model is not None and found.counts:
        return found.model._replace(alias=written, provider=provider, ids=ids)
    return Model(written, 0, "light", provider, ids, 0, 0, 0, (), None, False, (), Ref(""))


def compare(found: Identity, wanted: Identity) -> Age:
    """Return how the release ``found`` compares with ``wanted``; unknown where it is another model, or cannot be told.

    Open weights of another size are another model.
    """
    if not found.line or found.line != wanted.line or found.size != wanted.size:
        return Age.UNKNOWN
    if found.generation == wanted.generation:
        return Age.SAME
    if found.generation is None or wanted.generation is None:
        return Age.NEWER if found.latest else Age.UNKNOWN
    return Age.NEWER if found.generation > wanted.generation else Age.OLDER


def fulfils(found: Identity, wanted: Identity) -> bool:
    """Tell whether ``found`` is of the line of ``wanted``, and not older."""
    return compare(found, wanted) in (Age.SAME, Age.NEWER)


def identity_of(ids: Mapping[str, str]) -> Identity:
    """Return what a model with ``ids``, by client, is: that on which all of them agree, in its oldest generation."""
    return _agreed(tuple(ids.items()))


def newest_of(ids: Mapping[str, str]) -> Identity:
    """Return what a model with ``ids``, by client, is in the newest generation that any of them says."""
    own = identity_of(ids)
    if not own.line:
        return own
    found = [identify_for(client, id_) for client, id_ in ids.items()]
    newest = max((one.generation for one in found if one.generation is not None), default=None)
    return own._replace(generation=newest)


@lru_cache(maxsize=1024)
def _agreed(ids: tuple[tuple[str, str], ...]) -> Identity:
    found = [identify_for(client, id_) for client, id_ in ids]
    unknown = next((one for one in found if not one.line), None)
    if unknown is not None:
        return unknown
    oldest = min(found, key=lambda one: (one.generation is None, one.generation or (0, 0)))
    other = next((one for one in found if one.line != oldest.line), None)
    if other is not None:
        why = f'"{oldest.id}" is {oldest.release}, and "{other.id}" is {other.release}'
        return Identity(oldest.id, why=why)
    return oldest._replace(size=_size(found))


def _size(found: Iterable[Identity]) -> str:
    return next((one.size for one in found if one.size), "")
