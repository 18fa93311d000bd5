"""Entries of the catalog: merged key by key, and converted to models."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from gsdc import data
from gsdc.finding import nearest
from gsdc.models.catalog import rank_of
from gsdc.models.identity import identify
from gsdc.models.parameters import efforts_of, takes_temperature
from gsdc.policy.layers import Sourced
from gsdc.policy.model import TIERS, LongPrice, Model
from gsdc.policy.recognition import identity_of
from gsdc.policy.ref import Ref
from gsdc.policy.schema_errors import MISSING_KEY
from gsdc.policy.sources import UNKNOWN_NAME, Body, Sources
from gsdc.source.document import read_document

_REQUIRED: Final = ("rank", "provider", "ids", "price", "context")
_REQUIRED_PRICES: Final = ("input", "output")
# Keys that belong to the alias, not to its release: an entry that names the release does not inherit them.
_OF_ALIAS: Final = ("since", "strengths", "release")


def overlaid(sources: Sources, layers: tuple[Body, ...]) -> dict[str, Sourced]:
    """Return the models of ``layers``, the catalog first: one line changes one key of the entry below.

    A key that an entry does not set comes from the release that it names (``release``), or from the release with the
    same name as its alias. A new entry with missing keys is a finding, and is left out. The place of an entry is that
    of its last layer.
    """
    written: dict[str, Sourced] = {}
    for layer in layers:
        for alias, given in layer.data.get("models", {}).items():
            below = written[alias].value if alias in written else {}
            written[alias] = Sourced(_merged(below, given), layer.ref.child("models", alias))
    known = _Releases(sources, written)
    shipped = _Releases(sources, {alias: Sourced(value, Ref("")) for alias, value in _models_in(layers[:1]).items()})
    found = {alias: Sourced(_ranked(known.entry(alias)), item.ref) for alias, item in written.items()}
    for alias, item in found.items():
        if _is_lost(item) and alias in _models_in(layers[:1]):  # the catalog's entry stays in force
            found[alias] = Sourced(_ranked(shipped.entry(alias)), item.ref)
    return {alias: item for alias, item in found.items() if not _is_lost(item) and _is_complete(sources, item)}


def _models_in(layers: tuple[Body, ...]) -> Mapping[str, Any]:
    return {alias: entry for layer in layers for alias, entry in layer.data.get("models", {}).items()}


def _ranked(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with the rank of its line if it sets none itself."""
    rank = None if "rank" in entry or "ids" not in entry else rank_of(identity_of(entry["ids"]))
    return entry if rank is None else {"rank": rank, **entry}


def _is_lost(item: Sourced) -> bool:
    """Tell whether the release that an entry names is unknown; a finding has reported it."""
    return "release" in item.value and item.value["release"] != item.ref.path[-1] and "provider" not in item.value


def shipped_models(sources: Sources, *aliases: str) -> dict[str, Model]:
    """Return the shipped catalog's entries of ``aliases`` (of all if empty), regardless of the project."""
    catalog = sources.shipped("catalog.yaml", "catalog")
    given: Mapping[str, Any] = catalog.data["models"]
    known = _Releases(sources, {name: Sourced(one, catalog.ref.child("models", name)) for name, one in given.items()})
    return {
        alias: model_of(alias, known.entry(alias), catalog.data["tiers"], catalog.ref.child("models", alias))
        for alias in aliases or given
        if alias in given
    }


class _Releases:
    """The entries of all layers, each merged over the release that it names."""

    def __init__(self, sources: Sources, written: Mapping[str, Sourced]) -> None:
        self._sources = sources
        self._written = written

    def entry(self, alias: str, above: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the entry ``alias``; ``above`` are those that refer to it as their release, directly or not."""
        from gsdc.models.catalog import release_entry

        item = self._written.get(alias)
        given = {} if item is None else item.value
        name = given.get("release")
        if item is not None and name not in (None, alias):
            return _merged(self._named(name, item.ref, (*above, alias)), given)
        return _merged({} if all(key in given for key in _REQUIRED) else release_entry(alias) or {}, given)

    def _named(self, name: str, ref: Ref, above: tuple[str, ...]) -> dict[str, Any]:
        below = {} if name in above else self.entry(name, above)
        if not below:
            from gsdc.models.catalog import releases

            known = [one for one in (*releases(), *self._written) if one not in above]
            message, help_ = f'unknown release "{name}"', nearest(name, sorted(_of_line(name, known)))
            how = f"or describe it: remove the line, and run `gsdc models add {name}`"
            self._sources.report(UNKNOWN_NAME, ref.child("release"), message, f"{help_}; {how}")
        return {key: value for key, value in below.items() if key not in _OF_ALIAS}


def _of_line(name: str, known: list[str]) -> list[str]:
    """Return the models of ``known`` in the same line as ``name``; all of them if there are none."""
    wanted = identify(name)
    line = wanted.line or wanted.guess
    return [one for one in known if line and identify(one).line == line] or known


def _merged(below: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **below,
        **{key: {**below.get(key, {}), **value} if isinstance(value, dict) else value for key, value in given.items()},
    }


def _is_complete(sources: Sources, item: Sourced) -> bool:
    missing = [key for key in _REQUIRED if key not in item.value]
    prices = item.value.get("price")
    missing += [f"price.{key}" for key in _REQUIRED_PRICES if prices is not None and key not in prices]
    for key in missing:
        message = f'"{key}" is missing in "{item.ref.path[-1]}", and the catalog has no model of that name'
        help_ = f"add `{key}:`; `gsdc schema catalog` describes an entry"
        sources.report(MISSING_KEY, item.ref, message, help_, key=True)
    return not missing


def model_of(alias: str, value: Mapping[str, Any], bounds: Mapping[str, int], ref: Ref) -> Model:
    """Return the model that an entry describes; ``bounds`` are the ranks at which tiers begin.

    If the entry sets no efforts or temperatures, those of the releases of its ids apply.
    """
    own = identity_of(value["ids"])
    return Model(
        alias=alias,
        rank=value["rank"],
        tier=tier_of(value["rank"], bounds),
        provider=value["provider"],
        ids=value["ids"],
        input_price=value["price"]["input"],
        output_price=value["price"]["output"],
        context=value["context"],
        strengths=tuple(value.get("strengths", ())),
        deprecated=value.get("ends", value.get("deprecated")),
        temperature=value["temperature"] if "temperature" in value else takes_temperature(own),
        declare=tuple(value.get("declare", ())),
        ref=ref,
        cache_read_price=value["price"].get("cache-read"),
        cache_write_price=value["price"].get("cache-write"),
        input_limit=value.get("input-limit"),
        output_limit=value.get("output-limit"),
        released=value.get("released"),
        efforts=tuple(value["efforts"]) if "efforts" in value else efforts_of(own),
        since=value.get("since"),
        release=value.get("release", ""),
        long_prices=tuple(map(_long_price, value["price"].get("long-prompts", ()))),
    )


def _long_price(value: Mapping[str, Any]) -> LongPrice:
    return LongPrice(value["above"], value["input"], value["output"], value.get("cache-read"), value.get("cache-write"))


def tier_of(rank: int, bounds: Mapping[str, int]) -> str:
    """Return the highest tier that ``rank`` reaches; ``bounds`` are the ranks at which tiers begin."""
    return max((tier for tier in TIERS if rank >= bounds[tier]), key=TIERS.index)


@cache
def shipped_bounds() -> Mapping[str, int]:
    """Return the ranks at which tiers begin."""
    text = (data.folder("profiles") / "catalog.yaml").read_text("utf-8")
    bounds: dict[str, int] = read_document("catalog.yaml", text).data["tiers"]
    return bounds
