"""Never-break rules and their requirements, one type per kind, so that a ``match`` is checked to be complete."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from gsdc.models.identity import Identity
from gsdc.policy.ref import NOTHING, Ref


class OnlyModel(NamedTuple):
    """The work runs on the model ``alias``, or on a newer release of its line."""

    alias: str


class AtLeastTier(NamedTuple):
    """The work runs on a model of ``tier`` or above."""

    tier: str


class AtLeastEffort(NamedTuple):
    """The work runs at ``effort`` or above."""

    effort: str


class OnlyHosts(NamedTuple):
    """The work runs on a model served by one of these hosts."""

    hosts: tuple[str, ...]


class Never(NamedTuple):
    """The work runs on none of these: aliases of models, and tiers."""

    tokens: tuple[str, ...]


class Keep(NamedTuple):
    """The work runs on the tier that the profile alone gives it, or is deferred."""


class Defer(NamedTuple):
    """No model does the work: a person does."""


class Review(NamedTuple):
    """A later task reviews the work; ``reviewer`` is a role or an agent."""

    reviewer: str


Requirement = OnlyModel | AtLeastTier | AtLeastEffort | OnlyHosts | Never | Keep | Defer | Review
_OF_ONE_VALUE: Final[Mapping[str, Callable[[str], Requirement]]] = {
    "model": OnlyModel,
    "min": AtLeastTier,
    "min-effort": AtLeastEffort,
    "review": Review,
}
_OF_HOSTS: Final = ("hosts", "provider")  # may be used alone, or with a requirement on the model


def requirement_of(require: Mapping[str, Any]) -> Requirement:
    """Return the requirement in ``require``, which the schema has validated. Raises KeyError for another."""
    kind, value = main_of(require)
    if kind in _OF_HOSTS:
        return OnlyHosts(hosts_of(require))
    if kind == "keep":
        return Keep()
    if kind == "defer":
        return Defer()
    if kind == "never":
        return Never(tuple(value))
    return _OF_ONE_VALUE[kind](str(value))


def main_of(require: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the key and value of the requirement on the model or the work; on the host if there is no other."""
    return next(((key, value) for key, value in require.items() if key not in _OF_HOSTS), next(iter(require.items())))


def hosts_of(require: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the hosts that ``require`` names, () if any host is permitted."""
    return tuple(require.get("hosts", ())) or ((require["provider"],) if "provider" in require else ())


def clash_of(require: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return two keys of ``require`` that exclude each other, None if there are none."""
    mains = [key for key in require if key not in _OF_HOSTS]
    places = [key for key in require if key in _OF_HOSTS]
    for keys in (mains, places):
        if len(keys) > 1:
            return keys[0], keys[1]
    alone = next((key for key in mains if places and key not in ("model", "min", "never")), None)
    return None if alone is None else (alone, places[0])


class NeverBreak(NamedTuple):
    """An invariant over every reachable decision: for the states that ``when`` selects, ``require`` applies.

    ``require`` is one of {"model": alias}, {"min": tier}, {"min-effort": effort}, {"never": [alias or tier]}, {"keep":
    True} (never below the tier that the profile alone gives to the same work), {"defer": True} (no model at all: a
    person does it) and {"review": role or agent} (a later task reviews it). A deferral violates nothing. A rule whose
    ``when`` names ``files``, or that requires a review, applies to the tasks of plans. {"hosts": [name]} or
    {"provider": name} sets who must serve the model, alone or with "model", "min" or "never".

    ``requirement`` is ``require`` as a type. ``pins`` are the identities of its aliases: a model is required, or
    forbidden, by its line and starting at a generation, under any alias or id. If ``is_exact``, a newer release of it
    is not accepted.
    """

    name: str
    when: Mapping[str, tuple[str, ...]]
    require: Mapping[str, Any]
    requirement: Requirement
    why: str
    ref: Ref
    pins: Mapping[str, Identity] = NOTHING
    is_exact: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of which one must serve the model, () if any is permitted."""
        return hosts_of(self.require)

    @property
    def pin(self) -> Identity | None:
        """The identity of the required model, None if no model is required or its identity is unknown."""
        return next(iter(self.identities(self.require.get("model", ""))), None)

    def identities(self, *aliases: str) -> tuple[Identity, ...]:
        """Return the identities of those ``aliases`` whose identity is known."""
        return tuple(self.pins[alias] for alias in aliases if alias in self.pins and self.pins[alias].line)

    @property
    def of_plans(self) -> bool:
        """Whether only a plan can violate it: decisions have no files and no later tasks."""
        return "files" in self.when or "review" in self.require
