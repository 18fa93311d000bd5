"""Entries of the catalog: laid over each other, key by key, and made into models."""

from collections.abc import Mapping
from typing import Any, Final

from gsdc.models.parameters import efforts_of, takes_temperature
from gsdc.policy.layers import Sourced
from gsdc.policy.model import TIERS, Model, Ref
from gsdc.policy.recognition import identity_of
from gsdc.policy.sources import Body, Sources
from gsdc.policy.validate import MISSING_KEY

_REQUIRED: Final = ("rank", "provider", "ids", "price", "context")
_REQUIRED_PRICES: Final = ("input", "output")


def overlaid(sources: Sources, layers: tuple[Body, ...]) -> dict[str, Sourced]:
    """Return the models of ``layers``, the catalog first: one line changes one thing of the entry below.

    An entry whose alias only a release has lies over that. What a new entry lacks is a finding, and the entry is left
    out. The place of an entry is that of its last layer.
    """
    found: dict[str, Sourced] = {}
    for layer in layers:
        for alias, given in layer.data.get("models", {}).items():
            below = found[alias].value if alias in found else _release(alias, given)
            found[alias] = Sourced(_merged(below, given), layer.ref.child("models", alias))
    return {alias: item for alias, item in found.items() if _is_complete(sources, item)}


def _release(alias: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if all(key in given for key in _REQUIRED):
        return {}
    from gsdc.models.catalog import release_entry

    return release_entry(alias) or {}


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

    Where the entry does not say which efforts or temperatures it takes, that is what the releases of its ids take.
    """
    own = identity_of(value["ids"])
    return Model(
        alias=alias,
        rank=value["rank"],
        tier=max((tier for tier in TIERS if value["rank"] >= bounds[tier]), key=TIERS.index),
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
    )
