"""Which model of the catalog an id is, for any client, host or spelling.

Models are compared by line and generation (``gsdc.models.identity``), never by their ids. A newer release of a line is
trusted like the line, an older one is distinguished, and an unrecognised id counts as no model.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gsdc.models.catalog import rank_of
from gsdc.models.identity import Identity, identify
from gsdc.models.vocabulary import vocabulary
from gsdc.models.words import identify_for, meaning

if TYPE_CHECKING:
    from gsdc.policy.model import Model


class Age(StrEnum):
    """How the release of an id compares with the one that the catalog names for its line."""

    SAME = "same"
    NEWER = "newer"
    OLDER = "older"
    UNKNOWN = "unknown"


class Recognition(NamedTuple):
    """The identity of an id, and the model of the catalog that it is a release of; None if there is none.

    ``age`` compares the two.
    """

    identity: Identity
    model: "Model | None" = None
    age: Age = Age.UNKNOWN

    @property
    def counts(self) -> bool:
        """Whether the capability of the id is known: its line has a rank at its generation."""
        return self.model is not None and self.age is not Age.UNKNOWN


def recognise(models: "Mapping[str, Model]", client: str, written: str) -> Recognition:
    """Return the identity of ``written``, an alias of ``models`` or a name in a file of ``client``."""
    own = models.get(written)
    if own is not None:
        return Recognition(own.identity, own, Age.SAME)
    found = identify_for(client, written)
    if not found.line:
        described = next((model for model in models.values() if written in model.ids.values()), None)
        return Recognition(found) if described is None else Recognition(found, described, Age.SAME)
    alike = [(compare(found, model.identity), model) for model in models.values()]
    ages = {age: [model for one, model in alike if one is age] for age in Age}
    for age in (Age.SAME, Age.NEWER, Age.OLDER):
        if ages[age]:
            # The newest model that the id is not older than, else the oldest.
            pick = min if age is Age.OLDER else max
            return Recognition(found, pick(ages[age], key=lambda model: model.identity.generation or (0, 0)), age)
    release = release_of(found)
    return Recognition(found) if release is None else Recognition(found, release, Age.SAME)


def release_of(found: Identity) -> "Model | None":
    """Return the shipped release of an id, at its maker's price; None if none is known."""
    from gsdc.models.catalog import release_entry, releases
    from gsdc.policy.entry import model_of, shipped_bounds
    from gsdc.policy.ref import Ref

    for name, given in releases().items():
        if given["line"] == found.line and compare(found, identify(given["ids"]["opencode"])) is Age.SAME:
            entry = release_entry(name)
            assert entry is not None, "a release has an entry"
            return model_of(name, entry, shipped_bounds(), Ref(""))
    return None


def asked_for(pin: Identity) -> str:
    """Return a description of the releases that a rule with ``pin`` accepts, with the date of the first one."""
    oldest = release_of(pin)
    since = f", out since {oldest.released}" if oldest is not None and oldest.released else ""
    return f"{pin.release} or newer{since}"


def stand_in(models: "Mapping[str, Model]", client: str, written: str) -> "Model":
    """Return a model with the tier that ``written`` may be trusted with, and its own identity and provider.

    An unknown id is a light model of its own: it meets no floor.
    """
    from gsdc.policy.model import Model
    from gsdc.policy.ref import Ref

    found = recognise(models, client, written)
    if found.model is not None and written in models:
        return found.model
    head, slash, _ = written.partition("/")
    is_path = bool(slash) and not head.startswith("arn:")
    usual = found.model.provider if found.model is not None else found.identity.host
    provider, ids = head if is_path else usual, {client: written}
    if found.model is None:
        return Model(written, 0, "light", provider, ids, 0, 0, 0, (), None, False, (), Ref(""))
    rank, tier = _trusted(found.model, found)
    return found.model._replace(alias=written, rank=rank, tier=tier, provider=provider, ids=ids)


def _trusted(model: "Model", found: Recognition) -> tuple[int, str]:
    """Return rank and tier of an id: those of ``model``, of which it is a release; an older one may be less capable."""
    from gsdc.policy.entry import shipped_bounds, tier_of

    if found.age is not Age.OLDER:
        return model.rank, model.tier
    rank = min(model.rank, rank_of(found.identity) or 0)
    return rank, tier_of(rank, shipped_bounds())


def compare(found: Identity, wanted: Identity) -> Age:
    """Return how the release ``found`` compares with ``wanted``; unknown for another model or an uncertain one.

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


def is_served_by(provider: str, hosts: Collection[str]) -> bool:
    """Tell whether ``provider`` is one of ``hosts``, under any of its names: amazon-bedrock is bedrock."""
    return provider in hosts or host_named(provider) in {host_named(host) for host in hosts}


def host_named(name: str) -> str:
    """Return the canonical name of a host or maker called ``name``; any other name is its own provider."""
    words = vocabulary()
    lower = name.lower()
    return words.hosts.get(lower) or words.makers.get(lower) or name


def identity_of(ids: Mapping[str, str]) -> Identity:
    """Return the identity of a model with ``ids`` by client: what all ids agree on, in its oldest generation.

    A client's alias, such as opus, names a line: each client moves it to another release at a different time. It
    determines the generation only if there is no full id.
    """
    return _agreed(tuple(ids.items()))


@lru_cache(maxsize=1024)
def _agreed(ids: tuple[tuple[str, str], ...]) -> Identity:
    found = [identify_for(client, id_) for client, id_ in ids]
    unknown = next((one for one in found if not one.line), None)
    if unknown is not None:
        return unknown
    full = [one for one, (client, id_) in zip(found, ids, strict=True) if meaning(client, id_) is None]
    oldest = min(full or found, key=lambda one: (one.generation is None, one.generation or (0, 0)))
    other = next((one for one in found if one.line != oldest.line), None)
    if other is not None:
        why = f'"{oldest.id}" is {oldest.release}, and "{other.id}" is {other.release}'
        return Identity(oldest.id, why=why)
    return oldest._replace(size=_size(found))


def _size(found: Iterable[Identity]) -> str:
    return next((one.size for one in found if one.size), "")
