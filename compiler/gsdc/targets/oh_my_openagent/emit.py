"""oh-my-openagent: model, effort and failover of its agents and categories, in ``.omo/omo.jsonc``.

``agents.NAME.model`` overrides OpenCode's own files for an agent of the plugin, and ``fallback_models`` is the only
failover for OpenCode. gsdc writes an agent of the policy if the file has its name, if the name is one of the plugin's
agents, or if ``names`` maps it to one.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gsdc.finding import Diagnostic, Rejected, Severity
from gsdc.models.effort import EFFORTS
from gsdc.ownership.registry import JSON_KEYS
from gsdc.policy.model import Agent, Model
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.key_document import MISSING, Key, value_at
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode, is_blank
from gsdc.targets.agent_findings import UNREACHABLE
from gsdc.targets.api import Artifact, Claim, Emission, Request, aliases
from gsdc.targets.oh_my_openagent import DECLARATION, FILES, FORMER
from gsdc.targets.oh_my_openagent.entries import BLOCK, DONE, KNOWN, MIGRATIONS, entries, place_of
from gsdc.targets.oh_my_openagent.void_file import void
from gsdc.targets.tiers import Tier, tiers

FORMER_FILE = Diagnostic(
    "OM001",
    "former-omo-file",
    Severity.WARNING,
    """The plugin's configuration is at its former path.

    ## Why is this bad?
    At its next start the plugin moves the file into ``.omo/omo.jsonc``; where that is there already, the former one no
    longer counts (measured on oh-my-openagent 4.19.4). gsdc writes nothing before that.

    ## Example (.opencode/oh-my-openagent.jsonc)
    {"agents": {"oracle": {"model": "openai/gpt-5.2"}}}

    ## Use instead (.omo/omo.jsonc)
    {"[opencode]": {"agents": {"oracle": {"model": "openai/gpt-5.2"}}}}
    """,
)

# Errors that trigger the next model; 500 does so only after the client's own retries.
_FAILOVER: Final = {
    "enabled": True,
    "retry_on_errors": [429, 500, 502, 503, 504, 529],
    "max_fallback_attempts": 3,
    "cooldown_seconds": 60,
}


def emit(request: Request) -> Emission:
    """Write the policy's agents that the plugin has, and the switch for failover if one of them has a chain.

    Raises ``Rejected`` if the configuration has a former path, is not JSON, or is ignored by the plugin.
    """
    path, document = _document(request.tree)
    wanted = dict(_wanted(request, document))
    if not wanted:
        return Emission(())
    values: dict[Key, Any] = {}
    lacking: dict[str, list[str]] = {}
    for name, chain in wanted.items():
        first, *others = chain
        id_ = first.model.id_in(DECLARATION.ids)
        if id_ is None:
            lacking.setdefault(first.model.alias, []).append(name)
            continue
        place = place_of(name)
        values[*place, "model"] = id_
        if first.effort is not None:
            values[*place, "variant"] = first.effort
        fallbacks = [_fallback(each) for each in others if each.model.id_in(DECLARATION.ids) is not None]
        if fallbacks:
            values[*place, "fallback_models"] = fallbacks
    if any(key[-1] == "fallback_models" for key in values):
        for key, value in _FAILOVER.items():
            if value_at(document.data, (BLOCK, "runtime_fallback", key)) is MISSING or key == "enabled":
                values[BLOCK, "runtime_fallback", key] = value
    there = value_at(document.data, (MIGRATIONS,))
    done = there if isinstance(there, list) else []
    values[MIGRATIONS,] = [*done, *(name for name in DONE if name not in done)]
    told = (
        UNREACHABLE.at(Span(path, 0, 0), f'OpenCode has no id for "{alias}", which is decided for {", ".join(names)}')
        for alias, names in lacking.items()
    )
    return Emission((Artifact(path, document.update(values).text.encode(), JSON_KEYS),), tuple(told))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the file's claims about each agent and category that has a model."""
    known = aliases(models, DECLARATION.ids)
    said: dict[str, Claim] = {}
    for name, _, data in entries(data_of(path, decode(content, path))):
        model, effort = data.get("model"), data.get("variant")
        if isinstance(model, str):
            said[name] = Claim(name, known.get(model, model), effort=effort if effort in EFFORTS else None)
    return tuple(said.values())


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the expected claims of the file."""
    _, document = _document(request.tree)
    known = aliases(request.policy.models.values(), DECLARATION.ids)
    claims = set()
    for name, (first, *_) in _wanted(request, document):
        id_ = first.model.id_in(DECLARATION.ids)
        kept = value_at(document.data, (*place_of(name), "variant"))
        if id_ is not None:
            effort = first.effort or (kept if kept in EFFORTS else None)
            claims.add(Claim(name, known[id_], effort=effort))
    return frozenset(claims)


def _document(tree: Tree) -> tuple[str, Jsonc]:
    """Return the path of the plugin's file, and the file, empty where there is none."""
    path = next((path for path in FILES if tree.read(path) is not None), None)
    former = next((path for path in FORMER if tree.read(path) is not None), None)
    if path is None and former is not None:
        message = f"the plugin moves this file to {FILES[0]} at its next start"
        raise Rejected(FORMER_FILE.at(Span(former), message, "start OpenCode once, then build again"))
    path = path or FILES[0]
    text = decode(tree.read(path) or b"", path)
    document = Jsonc(path, "{}\n" if is_blank(text) else text)
    voided = void(document)
    if voided is not None:
        raise Rejected(voided)
    return path, document


def _wanted(request: Request, document: Jsonc) -> Iterator[tuple[str, list[Tier]]]:
    """Yield each name of the plugin's that an agent of the policy has, and the models that it gets, the first first."""
    there = {entry.name for entry in entries(document.data)}
    seen: set[str] = set()
    for agent in request.policy.agents.values():
        name = agent.name_in(DECLARATION.client)
        if name not in seen and _is_meant(agent, name, there):
            seen.add(name)
            chain = tiers(request.policy, agent, request.zone) or tiers(request.policy, agent, "green")
            if chain:
                yield name, chain


def _is_meant(agent: Agent, name: str, there: set[str]) -> bool:
    return name in there or name in KNOWN or DECLARATION.client in agent.names


def _fallback(tier: Tier) -> Any:
    """Return an item of a chain; the effort of the first model does not pass to it."""
    id_ = tier.model.id_in(DECLARATION.ids)
    return id_ if tier.effort is None else {"model": id_, "variant": tier.effort}
