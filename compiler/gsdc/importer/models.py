"""Entries in gsdc.yaml for models missing in the catalog and for their providers; some values are guesses."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from gsdc.importer.slips import ModelSlips
from gsdc.models.effort import RANK
from gsdc.models.identity import identify
from gsdc.models.parameters import efforts_of
from gsdc.policy.model import DEFER, HUMAN, KEEP, TIERS, Model
from gsdc.policy.recognition import Age, fulfils, identity_of, recognise, release_of, stand_in
from gsdc.targets.api import INHERIT, Claim
from gsdc.targets.efforts import written_effort
from gsdc.targets.registry import ids_name_provider, ids_of, provider_of

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+~\[\]-]{0,119}")
_KEY: Final = re.compile(r"\{env:([A-Za-z_][A-Za-z0-9_]*)\}")
_URL: Final = re.compile(r"https?://[^\s{}]+")
_PACKAGE: Final = re.compile(r"[@A-Za-z0-9][\w@./-]{0,119}", re.ASCII)
_UNKNOWN: Final = 0  # the rank of an unknown model: it meets no floor
_USUAL: Final = "@ai-sdk/openai-compatible"
_FREE: Final[Mapping[str, float]] = {"input": 0, "output": 0}
_LOCAL: Final = re.compile(
    r"https?://(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0|host\.docker\.internal)(?=[:/]|$)", re.IGNORECASE
)


class Models:
    """Aliases for the ids in client files. ``new`` are the entries for models missing in the catalog.

    ``moved`` are entries that redefine catalog aliases: the same model at another provider, or an older release that
    rules accept. ``declared`` are the providers that the files declare, ``written`` the models that they name, each
    with its client.
    """

    def __init__(
        self, catalog: Mapping[str, Model], declared: Mapping[str, Any], written: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._catalog = catalog
        self._slips = ModelSlips(catalog, declared)
        self._declared = declared
        self._alias_of, self.moved = _moved(catalog, {(ids_of(client), model) for client, model in written})
        for entry in self.moved.values():
            if _is_local(declared.get(entry.get("provider", ""))):
                entry["price"] = _FREE
        self._named: dict[str, list[str]] = {}  # the new aliases by the last part of their ids
        self.new: dict[str, dict[str, Any]] = {}
        self.like: dict[str, str] = {}  # the catalog model that each new one is assumed to resemble

    def alias(self, client: str, model: str) -> str | None:
        """Return the alias of a claim's ``model``, None if no entry is possible or the model is misspelt."""
        if model in self._catalog:
            return model
        if self.meant(model) is not None:
            return None
        space = ids_of(client)
        if (space, model) in self._alias_of:
            return self._alias_of[space, model]
        if not _ID.fullmatch(model) or (ids_name_provider(space) and not all(model.partition("/"))):
            return None
        for alias in self._named.get(_end(model), ()):
            ids = self.new[alias]["ids"]
            if _has(ids, space, model):
                ids.setdefault(space, model)
                return alias
        return self._add(space, model)

    def meant(self, model: str) -> str | None:
        """Return the name that ``model`` nearly matches, None if it is a distinct name."""
        return None if model in self._catalog else self._slips.of_model(model)

    def remarks(self, models: Mapping[str, Model]) -> Iterator[str]:
        """Yield what follows for every profile where an alias now stands for an older release; ``models`` have it."""
        for alias, entry in self.moved.items():
            if "release" in entry:
                old, new = models[alias], self._catalog[alias]
                prices = [f"{one.input_price:g}/{one.output_price:g}" for one in (old, new)]
                cost = f" ({prices[0]} $ per million tokens, not {prices[1]})" if prices[0] != prices[1] else ""
                remedy = f"remove `{alias}` below `models` for {new.release}"
                yield f"{alias} is {old.release} in every profile{cost}: {remedy}"

    def rank(self, alias: str) -> int:
        """Return the capability rank of a model."""
        return self._catalog[alias].rank if alias in self._catalog else int(self.new[alias]["rank"])

    def temperature(self, client: str, claim: Claim) -> float | None:
        """Return a claim's temperature, None if its model accepts none: the client ignores the value."""
        return claim.temperature if self.takes_temperature(client, claim.model) else None

    def takes_temperature(self, client: str, model: str | None) -> bool:
        """Tell whether a claim's ``model`` accepts a temperature; an unknown model does."""
        if model is None or model == INHERIT:
            return True
        known = self._catalog.get(model) or self._known(ids_of(client), model)
        return known is None or known.temperature

    def takes(self, alias: str, effort: str) -> None:
        """Record that a client sends ``effort`` for a model: an unknown model accepts it."""
        entry = self.new.get(alias)
        if entry is None or effort in efforts_of(identity_of(entry["ids"])):
            return
        known = {*entry.get("efforts", efforts_of(identity_of(entry["ids"]))), effort}
        entry["efforts"] = sorted(known, key=RANK.__getitem__)

    def written(self, alias: str, effort: str, ids: str) -> str | None:
        """Return the name of an effort for a model in a client with ``ids``."""
        model = self._catalog.get(alias)
        return effort if model is None else written_effort(ids, model, effort)

    def name_in(self, space: str) -> None:
        """Give every new model an id in the client's form; without one, nothing can be compiled for it."""
        for entry in self.new.values():
            first = next(iter(entry["ids"].values()))
            entry["ids"].setdefault(space, first if "/" in first else f"{entry['provider']}/{first}")

    def _add(self, space: str, model: str) -> str:
        provider, _, name = model.rpartition("/")
        known = self._known(space, model)
        like = known or self._catalog["sonnet"]
        provider = provider.partition("/")[0] or (like.provider if known else provider_of(space) or "unknown")
        alias = self._free(name, provider)
        is_free = _is_local(self._declared.get(provider))
        price = _FREE if is_free else {"input": like.input_price, "output": like.output_price}
        self.like[alias] = known.alias if known else ""
        self._named.setdefault(_end(model), []).append(alias)
        self.new[alias] = {
            "rank": like.rank if known else _UNKNOWN,
            "provider": _plain(provider),
            "ids": {space: model},
            "price": price,
            "context": like.context,
            **({} if like.temperature else {"temperature": False}),
        }
        return alias

    def _known(self, space: str, model: str) -> Model | None:
        found = recognise(self._catalog, space, model)
        if found.model is None or found.age is Age.SAME:
            return found.model
        trusted, exact = stand_in(self._catalog, space, model), release_of(found.identity)
        return (exact or found.model)._replace(alias=found.model.alias, rank=trusted.rank, tier=trusted.tier)

    def _free(self, name: str, provider: str) -> str:
        taken = {*self._catalog, *self.new, *TIERS, HUMAN, KEEP, DEFER, "inherit"}
        alias = _plain(name)
        for free in (alias, _plain(f"{provider}-{name}")):
            if free not in taken:
                return free
        return next(free for number in range(2, 10_000) if (free := f"{alias[:70]}-{number}") not in taken)


def _is_local(provider: Any) -> bool:
    """Tell whether a declared provider is a server on this machine, such as Ollama: its models are free."""
    options = provider.get("options") if isinstance(provider, dict) else None
    url = options.get("baseURL") if isinstance(options, dict) else None
    return isinstance(url, str) and _LOCAL.match(url) is not None


def _moved(
    catalog: Mapping[str, Model], written: Collection[tuple[str, str]]
) -> tuple[dict[tuple[str, str], str], dict[str, dict[str, Any]]]:
    """Return the client ids that are catalog models, with the entries that define them.

    An alias moves if the client's files name one accepted id of its line, and not the catalog's own id.
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for space, id_ in sorted(written):
        model = None if id_ in catalog else _accepted(catalog, space, id_)
        if model is not None and _ID.fullmatch(id_) and ids_name_provider(space) and all(id_.partition("/")):
            alike.setdefault((space, model.alias), []).append(id_)
    aliases, entries = dict[tuple[str, str], str](), dict[str, dict[str, Any]]()
    for (space, alias), ids in alike.items():
        is_used = (space, alias) in written or ids[0] == catalog[alias].id_in(space)
        if len(ids) == 1 and not is_used:
            aliases[space, ids[0]] = alias
            entries.setdefault(alias, {}).update(_entry(catalog[alias], space, ids[0]))
    return aliases, entries


def _accepted(catalog: Mapping[str, Model], space: str, id_: str) -> Model | None:
    """Return the catalog model that rules accept an id for, None if there is none or the id is a variant."""
    found, model, _ = recognise(catalog, space, id_)
    is_variant = found.free or found.variants or found.effort or found.context
    return model if model and model.alias in catalog and not is_variant and fulfils(found, model.pin) else None


def _entry(model: Model, space: str, id_: str) -> dict[str, Any]:
    """Return the entry of an alias if a client calls its model ``id_``."""
    exact = release_of(identify(id_))
    release = {} if exact is None or exact.alias == model.release else {"release": exact.alias}
    if exact is not None and exact.id_in(space) == id_:
        return release
    return {**release, "provider": _plain(id_.partition("/")[0]), "ids": {space: id_}}


def _end(model: str) -> str:
    return model.rpartition("/")[2]


def _has(ids: Mapping[str, str], space: str, model: str) -> bool:
    """Tell whether ``ids`` with the same ending include ``model``: they are equal, or one omits the provider."""
    if space in ids:
        return ids[space] == model
    return any(model == other or "/" not in model or "/" not in other for other in ids.values())


def _plain(text: str) -> str:
    """Return ``text`` converted to a gsdc name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:80] or "model"


def providers_of(
    models: Mapping[str, Mapping[str, Any]], declared: Mapping[str, Any]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return entries for the ``declared`` providers of ``models``, and as text what is not imported."""
    entries: dict[str, dict[str, str]] = {}
    notes: list[str] = []
    for name in dict.fromkeys(str(model["provider"]) for model in models.values() if "provider" in model):
        value = declared.get(name)
        options = value.get("options") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(options, dict):
            continue
        url, key, package = options.get("baseURL"), options.get("apiKey"), value.get("npm")
        variable = _KEY.fullmatch(key) if isinstance(key, str) else None
        if key is not None and variable is None:
            notes.append(f'the key of provider "{name}" is not copied: move it into an environment variable')
        if not isinstance(url, str) or not _URL.fullmatch(url):
            continue
        if not isinstance(package, str) or not _PACKAGE.fullmatch(package):
            notes.append(f'provider "{name}" is not copied: it has no package')
            continue
        entries[name] = {
            **({} if package == _USUAL else {"package": package}),
            "base-url": url,
            **({"key-variable": variable[1]} if variable else {}),
        }
    return entries, notes
