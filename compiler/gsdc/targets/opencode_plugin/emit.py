"""The plugin, which is the same for every policy, and its table: permitted models and failover chain of each agent."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gsdc.ownership.registry import FILE
from gsdc.policy.model import Model
from gsdc.source.agent_name import folded
from gsdc.source.rendering import render
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.guard_table import guard_table, text_of
from gsdc.targets.opencode_plugin import DECLARATION, PLUGIN, TABLE
from gsdc.targets.tiers import is_pinned, tiers


def emit(request: Request) -> Emission:
    """Write the plugin and its table."""
    options = request.options
    table = guard_table(request.policy, options.get("guard", "deny"), DECLARATION.client, DECLARATION.ids, ())
    table["failover"] = {
        "triggers": dict(request.policy.failover.triggers),
        "cooldown": options.get("cooldown", 60),
        "chains": dict(_chains(request)) if options.get("failover", True) else {},
    }
    plugin = render("opencode-plugin/gsdc.js.j2")
    return Emission((Artifact(PLUGIN, plugin.encode(), FILE), Artifact(TABLE, text_of(table).encode(), FILE)))


def _chains(request: Request) -> Iterator[tuple[str, list[str]]]:
    """Yield the models of each agent that has more than one, by its folded name; a pinned agent has one."""
    for agent in request.policy.agents.values():
        ids = [tier.model.ids.get(DECLARATION.ids, "") for tier in tiers(request.policy, agent, request.zone)]
        if not is_pinned(request.policy, agent) and len(ids) > 1:
            yield folded(agent.name_in(DECLARATION.client)), list(filter(None, ids))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the first model of each failover chain in the table."""
    if path != TABLE:
        return ()
    data: dict[str, Any] = json.loads(content)
    alias = {model.ids[DECLARATION.ids]: model.alias for model in models if DECLARATION.ids in model.ids}
    return tuple(Claim(agent, alias.get(chain[0], chain[0])) for agent, chain in data["failover"]["chains"].items())


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the expected first model of each chain."""
    if not request.options.get("failover", True):
        return frozenset()
    names = dict(_chains(request))
    return frozenset(
        Claim(folded(agent.name_in(DECLARATION.client)), served[0].model.alias)
        for agent in request.policy.agents.values()
        if folded(agent.name_in(DECLARATION.client)) in names
        and DECLARATION.ids in (served := tiers(request.policy, agent, request.zone))[0].model.ids
    )
