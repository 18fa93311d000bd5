"""An alias is not what its id is, or a model claims a higher rank than the catalog gives to what its id is.

## Why is this bad?
Rules speak of aliases and ranks, and clients ask for ids (design, identity): an alias such as opus whose id is a light
model passes every floor and holds none. An id that tells nothing of itself cannot be confirmed, and counts as another
model. Ids are compared by what they are, in any spelling and on any host.

## Example (gsdc.yaml)
fleets: [leo]
models:
  opus:
    rank: 34
    provider: anthropic
    ids: {claude: haiku, opencode: anthropic/claude-haiku-5-5}
    price: {input: 5, output: 25}
    context: 200000

## Use instead (gsdc.yaml)
fleets: [leo]
models:
  opus:
    rank: 34
    provider: anthropic
    ids: {claude: opus, opencode: anthropic/claude-opus-4-7}
    price: {input: 5, output: 25}
    context: 200000
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from gsdc.finding import Finding, Severity
from gsdc.models.identity import Identity, identify
from gsdc.models.words import identify_for, meaning
from gsdc.policy.breach import is_own
from gsdc.policy.entry import shipped_models
from gsdc.policy.model import TIER_INDEX, Model
from gsdc.policy.recognition import Age, compare
from gsdc.rules.policy.api import PolicyContext

ID: Final = "overrated-model"
CODE: Final = "NB012"
SEVERITY: Final = Severity.ERROR


class Fault(NamedTuple):
    """What is wrong with a model: the key that it stands at, the message and the remedy."""

    key: tuple[str, ...]
    message: str
    help: str


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield the first fault of each of the project's models."""
    own = [model for model in context.policy.models.values() if is_own(model.ref)]
    if not own:
        return
    catalog = shipped_models(context.sources)
    for model in own:
        fault = next(_faults(model, catalog), None)
        if fault is not None:
            at = context.sources.origin(model.ref.child(*fault.key))
            yield Finding(at, CODE, ID, SEVERITY, fault.message, fault.help)


def _faults(model: Model, catalog: Mapping[str, Model]) -> Iterator[Fault]:
    shipped = catalog.get(model.alias)
    for client, id_ in model.ids.items():
        found = identify_for(client, id_)
        if shipped is not None:
            yield from _another(shipped, ("ids", client), id_, found)
        else:
            yield from _misnamed(model.alias, ("ids", client), id_, found)
        yield from _overrated(model, client, id_, found, catalog)
    if shipped is None:
        return
    if shipped.rank < model.rank:
        message = f'"{model.alias}" has rank {model.rank} here, and rank {shipped.rank} in the catalog'
        yield Fault(("rank",), message, "keep its rank, or give the model a name of its own")


def _another(shipped: Model, key: tuple[str, ...], id_: str, found: Identity) -> Iterator[Fault]:
    """Yield why an id under an alias of the catalog is not that model."""
    alias, wanted = shipped.alias, shipped.identity
    own_name = "give the model a name of its own"
    if not found.line:
        message = f'"{id_}" cannot be confirmed as "{alias}", which is {wanted.release}: {found.why}'
        yield Fault(key, message, f"write an id that says which model it is, or {own_name}")
    elif found.line != wanted.line:
        yield Fault(
            key, f'"{id_}" is {found.release}, and "{alias}" is {wanted.release}', f"name {alias}, or {own_name}"
        )
    elif compare(found, shipped.pin) is Age.OLDER:
        oldest = shipped.pin.release
        message = f'"{id_}" is {found.release}, older than what "{alias}" stands for in rules: {oldest} or newer'
        yield Fault(key, message, f"name {oldest} or newer, or {own_name}")
    elif compare(found, wanted) is Age.UNKNOWN and found.generation is not None:
        message = f'"{id_}" is {found.release} of size {found.size or "unknown"}, and "{alias}" is not'
        yield Fault(key, message, own_name)


def _misnamed(alias: str, key: tuple[str, ...], id_: str, found: Identity) -> Iterator[Fault]:
    """Yield why an id is not the model that a project's own alias says it is."""
    said = identify(alias)
    if said.line and found.line and said.line != found.line:
        message = f'"{id_}" is {found.release}, and "{alias}" says {said.release}'
        yield Fault(key, message, "call the model what it is")


def _overrated(model: Model, client: str, id_: str, found: Identity, catalog: Mapping[str, Model]) -> Iterator[Fault]:
    """Yield the catalog's model that an id is, where that has a lower rank.

    A newer release may be more able: that is its rank to say, up to one tier more. A client's own word is no release.
    """
    for other in catalog.values():
        age = compare(found, other.identity)
        is_more_able = age is Age.NEWER and meaning(client, id_) is None and _tiers_between(other, model) <= 1
        if other.rank < model.rank and age is not Age.UNKNOWN and not is_more_able:
            key = ("rank",) if other.alias == model.alias else ("ids", client)
            message = f'"{model.alias}" has rank {model.rank}, and "{id_}" is "{other.alias}" of rank {other.rank}'
            yield Fault(key, message, f"give it rank {other.rank} at most, or the id of what it claims to be")


def _tiers_between(lower: Model, higher: Model) -> int:
    return TIER_INDEX[higher.tier] - TIER_INDEX[lower.tier]
