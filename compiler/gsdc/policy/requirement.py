"""Never-break rules, and what they require, one type for each kind: a ``match`` over them is checked to be complete."""

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
    """The work runs on any model that one of these hosts serves."""

    hosts: tuple[str, ...]


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


Requirement = OnlyModel | AtLeastTier | AtLeastEffort | OnlyHosts | Never | Keep | Defer | Review
_OF_ONE_VALUE: Final[Mapping[str, Callable[[str], Requirement]]] = {
    "model": OnlyModel,
    "min": AtLeastTier,
    "min-effort": AtLeastEffort,
    "review": Review,
}
_OF_HOSTS: Final = ("hosts", "provider")  # may stand alone, or beside what is required of the model


def requirement_of(require: Mapping[str, Any]) -> Requirement:
    """Return the requirement that ``require``, which the schema has validated, says. Raises KeyError for another."""
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
    """Return the key and value of what is required of the model or the work; of its host where nothing else is."""
    return next(((key, value) for key, value in require.items() if key not in _OF_HOSTS), next(iter(require.items())))


def hosts_of(require: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the hosts that ``require`` names, () where any host will do."""
    return tuple(require.get("hosts", ())) or ((require["provider"],) if "provider" in require else ())


def clash_of(require: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return two keys of ``require`` that cannot stand together, None where all can."""
    mains = [key for key in require if key not in _OF_HOSTS]
    places = [key for key in require if key in _OF_HOSTS]
    for keys in (mains, places):
        if len(keys) > 1:
            return keys[0], keys[1]
    alone = next((key for key in mains if places and key not in ("model", "min", "never")), None)
    return None if alone is None else (alone, places[0])


class NeverBreak(NamedTuple):
    """An invariant over every reachable decision: for the states that ``when`` selects, ``require`` holds.

    ``require`` is one of {"model": alias}, {"min": tier}, {"min-effort": effort}, {"never": [alias or tier]},
    {"keep": True} (never below the tier that the profile gives to the same work by itself), {"defer": True} (no model
    at all: a person does it) and {"review": role or agent} (a later task reviews it). A deferral breaks nothing. A rule
    whose ``when`` names ``files``, or that requires a review, speaks about the tasks of plans. {"hosts": [name]} or
    {"provider": name} says who has to serve the model, alone or beside "model", "min" or "never".

    ``requirement`` is what ``require`` says, as a type. ``pins`` are what the aliases in it mean: a model is required,
    or forbidden, by its line and from a generation on, under whatever alias and id it comes.
    ``is_exact`` tells that no newer release of it will do.
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
        """The hosts of which one has to serve the model, () where any will do."""
        return hosts_of(self.require)

    @property
    def pin(self) -> Identity | None:
        """What the required model is, None where no model is required, or it cannot be told what it is."""
        return next(iter(self.identities(self.require.get("model", ""))), None)

    def identities(self, *aliases: str) -> tuple[Identity, ...]:
        """Return what those of ``aliases`` are of which that can be told."""
        return tuple(self.pins[alias] for alias in aliases if alias in self.pins and self.pins[alias].line)

    @property
    def of_plans(self) -> bool:
        """Whether only a plan can break it: decisions know of no files, and of no later tasks."""
        return "files" in self.when or "review" in self.require
