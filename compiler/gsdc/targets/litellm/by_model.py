"""Groups that are named after models, for clients that request a model and not an agent (`via: litellm`).

Claude Code, Codex and OpenCode name a model in a request, never the agent. A group is as strict as the strictest agent
on its model: it has only the tiers that all these agents share. If a rule pins one of them, the group has the model
alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from gsdc.policy.model import Model, Policy
from gsdc.targets.api import Request
from gsdc.targets.declaration import Declaration
from gsdc.targets.litellm import DECLARATION
from gsdc.targets.registry import declarations
from gsdc.targets.tiers import Tier, is_pinned, tiers
from gsdc.targets.via import VIA


class ModelGroup(NamedTuple):
    """A group: the name that clients ask for, its tiers, and whether an agent that a rule pins is among its users."""

    name: str
    tiers: list[Tier]
    pinned: bool

    @property
    def host(self) -> str:
        """The provider that serves it first, in LiteLLM's words."""
        return self.tiers[0].model.ids[DECLARATION.ids].partition("/")[0]


def model_groups(request: Request) -> Iterator[ModelGroup]:
    """Yield a group for each model that an agent of a client via the proxy runs on."""
    clients = clients_via(request.others)
    if not clients:
        return
    chains: dict[str, list[list[str]]] = {}
    pinned: set[str] = set()
    for agent in request.policy.agents.values():
        aliases = [tier.model.alias for tier in tiers(request.policy, agent, request.zone)]
        if aliases:
            chains.setdefault(aliases[0], []).append(aliases)
            pinned.update(aliases[:1] if is_pinned(request.policy, agent) else ())
    for model in request.policy.models.values():
        if any(_may_ask(declarations()[name], model) for name in clients):
            chains.setdefault(model.alias, [[model.alias]])  # what a session of such a client may ask for
    for alias, lists in chains.items():
        served = list(_served(request.policy, _common(lists)))
        if served and served[0].model.alias == alias:
            yield ModelGroup(group_of(served[0].model), served[:1] if alias in pinned else served, alias in pinned)


def clients_via(others: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the targets whose clients send their requests through the proxy."""
    return [name for name, options in others.items() if options.get(VIA) == DECLARATION.name and name in declarations()]


def _may_ask(client: Declaration, model: Model) -> bool:
    """Tell whether a session of a client may ask for a model by a name that says no provider."""
    return not client.ids_name_provider and model.id_in(client.ids) is not None


def group_of(model: Model) -> str:
    """Return what clients call a model: its id without the provider."""
    return model.ids[DECLARATION.ids].rpartition("/")[2]


def models_by_group(policy: Policy) -> dict[str, str]:
    """Return the alias of each model by the name that clients ask for."""
    return {group_of(model): model.alias for model in policy.models.values() if DECLARATION.ids in model.ids}


def _common(chains: Sequence[Sequence[str]]) -> list[str]:
    """Return what all chains begin with."""
    return [step[0] for step in takewhile(lambda step: len(set(step)) == 1, zip(*chains, strict=False))]


def _served(policy: Policy, aliases: Iterable[str]) -> Iterator[Tier]:
    """Yield the tiers that the proxy has an id for; efforts and temperatures are in the clients' requests."""
    models = takewhile(lambda model: DECLARATION.ids in model.ids, (policy.models[alias] for alias in aliases))
    yield from (Tier(model, None, None) for model in models)
