"""What a never-break rule requires, as a type for each kind: whoever handles one handles them all."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple


class OnlyModel(NamedTuple):
    """The work runs on the model ``alias``, or on a newer release of its line."""

    alias: str


class AtLeastTier(NamedTuple):
    """The work runs on a model of ``tier`` or above."""

    tier: str


class AtLeastEffort(NamedTuple):
    """The work runs at ``effort`` or above."""

    effort: str


class OnlyProvider(NamedTuple):
    """The work runs on a model of one provider."""

    provider: str


class Never(NamedTuple):
    """The work runs on none of these: aliases of models, and tiers."""

    tokens: tuple[str, ...]


class Keep(NamedTuple):
    """The work runs on the tier that the profile gives it by itself, or waits."""


class Defer(NamedTuple):
    """No model does the work: a person does."""


class Review(NamedTuple):
    """A later task reviews the work; ``reviewer`` is a role or an agent."""

    reviewer: str


Requirement = OnlyModel | AtLeastTier | AtLeastEffort | OnlyProvider | Never | Keep | Defer | Review
_OF_ONE_VALUE: Final[Mapping[str, Callable[[str], Requirement]]] = {
    "model": OnlyModel,
    "min": AtLeastTier,
    "min-effort": AtLeastEffort,
    "provider": OnlyProvider,
    "review": Review,
}


def requirement_of(require: Mapping[str, Any]) -> Requirement:
    """Return the requirement that ``require``, which the schema has validated, says. Raises KeyError for another."""
    kind, value = next(iter(require.items()))
    if kind == "keep":
        return Keep()
    if kind == "defer":
        return Defer()
    if kind == "never":
        return Never(tuple(value))
    return _OF_ONE_VALUE[kind](str(value))
