"""The facts of sources about models: prices, windows and retirements, in the terms of the catalog."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gsdc.policy.model import Model

_EPSILON: Final = 1e-6  # sources have $ per token, the catalog $ per million: quotients are not exact


class ModelFacts(NamedTuple):
    """The facts of one source about one model; None for a missing fact. Prices are $ per million tokens."""

    input: float | None = None
    output: float | None = None
    cache_read: float | None = None
    cache_write: float | None = None
    context: int | None = None
    input_limit: int | None = None
    output_limit: int | None = None
    ends: str | None = None


# The key of each fact in the catalog.
KEYS: Final[Mapping[str, str]] = {
    "input": "price.input",
    "output": "price.output",
    "cache_read": "price.cache-read",
    "cache_write": "price.cache-write",
    "context": "context",
    "input_limit": "input-limit",
    "output_limit": "output-limit",
    "ends": "ends",
}


def facts_of(model: Model) -> ModelFacts:
    """Return the catalog's facts about ``model``."""
    return ModelFacts(
        model.input_price,
        model.output_price,
        model.cache_read_price,
        model.cache_write_price,
        model.context,
        model.input_limit or model.context,
        model.output_limit,
        model.deprecated,
    )


def differences(ours: ModelFacts, theirs: ModelFacts) -> dict[str, tuple[Any, Any]]:
    """Return the differing facts by their key in the catalog; a fact that a source lacks is not a difference."""
    return {
        KEYS[field]: (mine, said)
        for field, mine, said in zip(ModelFacts._fields, ours, theirs, strict=True)
        if said is not None and not _is_same(mine, said)
    }


def _is_same(mine: Any, said: Any) -> bool:
    if isinstance(mine, int | float) and isinstance(said, int | float):
        return abs(mine - said) <= _EPSILON * max(1, abs(mine))
    return bool(mine == said)


def shown(value: Any) -> str:
    """Return a fact as text."""
    if value is None:
        return "unknown"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
