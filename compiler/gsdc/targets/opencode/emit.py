"""OpenCode's configuration: model, effort and temperature of each agent, in the place with the highest precedence.

Measured on OpenCode 1.18: ``model`` is one string "provider/model", which is not checked before the first request.
Unknown keys of an agent leak into requests, so only known ones are written. ``config.json`` is read from the global
folder only. There are no phases and no failover. ``disable`` is the only way to hold an agent back.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.ownership.registry import FRONTMATTER_KEYS, JSON_KEYS
from gsdc.policy.model import Model
from gsdc.source.jsonc import data_of
from gsdc.source.key_document import not_editable
from gsdc.source.overlay import overlaid
from gsdc.source.span import Span
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, Claim, Emission, Request, aliases
from gsdc.targets.creation import creatable, prompt_of, told
from gsdc.targets.opencode import DECLARATION
from gsdc.targets.opencode.declared import Values, declared, key_variable, through_proxy, unresolvable
from gsdc.targets.opencode.files import AGENT_FILES, layout_of
from gsdc.targets.opencode.keys import lowered
from gsdc.targets.opencode.layers import markdown, strongest
from gsdc.targets.opencode.limits import broken_in_a_phase, inexpressible, leaking_keys, without_failover
from gsdc.targets.opencode.merged import MergedConfig, claim_of, claims, merge
from gsdc.targets.opencode.newer_models import declared_effort
from gsdc.targets.opencode.placement import ignored_temperature, places
from gsdc.targets.opencode.providers import other_models, providers
from gsdc.targets.opencode.wanted import WantedConfig, wanted_agents
from gsdc.targets.registry import declarations
from gsdc.targets.versions import version_in_use
from gsdc.targets.via import proxy_url

SCHEMA_URL: Final = "https://opencode.ai/config.json"
# The client substitutes these in the raw text, before it parses: a person's literal one is written with an escape.
SUBSTITUTED: Final = ("{env:", "{file:")

DISABLED = Diagnostic(
    "OC006",
    "disabled-by-hand",
    Severity.WARNING,
    """An agent that the policy allows is disabled in the file.

    ## Why is this bad?
    OpenCode answers a call of a disabled agent with its default agent, and exit code 0 (measured on OpenCode 1.18).
    gsdc does not enable what a person has disabled.

    ## Example (opencode.json)
    {"agent": {"gsd-planner": {"disable": true}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"disable": false}}}
    """,
)


class _Plan(NamedTuple):
    """The existing files, the values for the agents to write, and the edits of each file."""

    merged: MergedConfig
    wanted: Mapping[str, WantedConfig]
    values: Mapping[str, Values]
    key_variables: Mapping[str, Values]
    findings: tuple[Finding, ...]


def emit(request: Request) -> Emission:
    """Write the policy's decisions on OpenCode's agents; all other bytes of the files are unchanged.

    Raises ``Rejected`` if the target's own file is not JSONC, or if the client would not read it.
    """
    plan = _plan(request)
    findings = list(plan.findings)
    artifacts: list[Artifact] = []
    for path in dict.fromkeys((*plan.values, *plan.key_variables)):
        if _agent_folder(path):
            artifacts.append(Artifact(path, _markdown(request, plan, path), FRONTMATTER_KEYS))
            continue
        before = plan.merged.document(path)
        findings.extend((*before.duplicates, *leaking_keys(before)))
        schema: Values = {} if "$schema" in _mapping(before.data) else {("$schema",): SCHEMA_URL}
        # The variable of a key is the one substitution that is meant.
        document = before.update(schema | plan.values.get(path, {}), escape=SUBSTITUTED)
        document = document.update(plan.key_variables.get(path, {}))
        artifacts.append(Artifact(path, document.text.encode(), JSON_KEYS))
    if plan.wanted:
        findings.extend(_inexpressible(request, plan))
    return Emission(tuple(artifacts), tuple(findings))


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the model of every agent that the file gives one, under its alias where the catalog knows the id.

    A disabled agent is deferred. An agent without a model has the client's default, or its caller's: no claim.
    The deprecated ``mode`` block overrides ``agent``, as for the client. Raises ``Rejected`` for what is not JSONC.
    """
    text, alias_of = decode(content, path), aliases(models, DECLARATION.ids)
    folder = _agent_folder(path)
    found = _read_markdown(path, folder, text) if folder else _read_json(data_of(path, text))
    said = (claim_of(name, values, alias_of) for name, values in found.items())
    return tuple(claim for claim in said if claim is not None)


def read_back_all(request: Request, artifacts: Iterable[Artifact]) -> tuple[Claim, ...]:
    """Return the combined claims of the client's files, including ``artifacts``."""
    tree = overlaid(request.tree, {artifact.path: artifact.content for artifact in artifacts})
    merged = merge(tree, layout_of(request.tree, request.options), [])
    return claims(merged, aliases(request.policy.models.values(), DECLARATION.ids))


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the expected claims of OpenCode's files: for each agent the best of its models over its phases.

    Other values in a person's files (a temperature, ``disable``) apply unless the policy decides them.
    """
    plan = _plan(request)
    alias_of = aliases(request.policy.models.values(), DECLARATION.ids)
    said = set()
    for name, wanted in plan.wanted.items():
        keys = wanted.keys
        if ignored_temperature(plan.merged, name, keys):
            del keys["temperature"]
        said.add(claim_of(name, plan.merged.values(name) | keys, alias_of))
    return frozenset(claim for claim in said if claim is not None)


def _plan(request: Request) -> _Plan:
    findings: list[Finding] = []
    merged = merge(request.tree, layout_of(request.tree, request.options), findings)
    everyone = wanted_agents(request, findings)
    missing = tuple(wanted.agent for name, wanted in everyone.items() if not merged.has(name))
    has_some = len(missing) < len(everyone)
    findings.extend(told(request, DECLARATION.label, missing, has_some=has_some))
    new = {agent.name_in(DECLARATION.client) for agent in creatable(request, missing)}
    bare = creatable(request, (wanted.agent for name, wanted in everyone.items() if _is_bare(merged, name)))
    completed = {agent.name_in(DECLARATION.client) for agent in bare}
    there = {name: wanted for name, wanted in everyone.items() if merged.has(name) or name in new}
    models = {wanted.choice.model.alias: wanted.choice.model for wanted in there.values()}
    findings.extend(unresolvable(request.policy, models.values()))
    wanted = {name: one for name, one in there.items() if one.id}
    values: dict[str, Values] = {}
    for name, one in wanted.items():
        if name in new:
            values.setdefault(merged.layout.own, {})["agent", name] = _new(one)
            continue
        added = {key: value for key, value in _new(one).items() if key not in merged.values(name)}
        for path, key, value in places(merged, name, {**one.keys, **(added if name in completed else {})}):
            values.setdefault(path, {})[key] = value
        findings.extend(filter(None, [_disabled(merged, name, one), ignored_temperature(merged, name, one.keys)]))
    key_variables: dict[str, Values] = {}
    for model in models.values():
        if DECLARATION.ids in model.ids:
            for key, value in declared(request.policy, model).items():
                values.setdefault(_decider(merged, key), {})[key] = value
            for key, value in key_variable(request.policy, model).items():
                key_variables.setdefault(_decider(merged, key), {})[key] = value
    version = version_in_use(request.policy, DECLARATION).number
    for one in wanted.values():
        for key, value in declared_effort(one.id, one.choice.effort, version).items():
            values.setdefault(_decider(merged, key), {})[key] = value
    addresses, keys = through_proxy((one.choice.model for one in wanted.values()), proxy_url(request, DECLARATION.name))
    for found, into in ((addresses, values), (keys, key_variables)):
        for key, value in found.items():
            into.setdefault(_decider(merged, key), {})[key] = value
    return _Plan(merged, wanted, values, key_variables, tuple(findings))


def _new(wanted: WantedConfig) -> dict[str, Any]:
    """Return the entry of an agent that is added."""
    agent = wanted.agent
    return {"description": agent.description, "mode": agent.mode, "prompt": prompt_of(agent), **wanted.keys}


def _is_bare(merged: MergedConfig, name: str) -> bool:
    """Tell whether an agent's entry has little more than its name: a person removed what gsdc had added."""
    values = merged.values(name)
    is_described = "description" in values and "prompt" in values
    return name in merged.agents and "model" not in values and "mode" not in values and not is_described


def _disabled(merged: MergedConfig, name: str, wanted: WantedConfig) -> Finding | None:
    if wanted.choice.deferred or merged.values(name).get("disable") is not True:
        return None
    layer = strongest(merged.agents[name], "disable")
    assert layer is not None
    message = f'agent "{name}" is disabled in the file, though the policy lets it run'
    return DISABLED.at(layer.span("disable"), message, "remove `disable`, or leave the agent out of the fleet")


def _decider(merged: MergedConfig, key: tuple[str, ...]) -> str:
    """Return the strongest file that has ``key``, the target's own where none has."""
    having = (path for path, document in merged.documents.items() if document.node(key) is not None)
    return next(reversed([merged.layout.own, *having]))


def _markdown(request: Request, plan: _Plan, path: str) -> bytes:
    """Return a Markdown agent with the decided keys in it; raise ``Rejected`` if they cannot be written."""
    values = plan.values[path]
    text = decode(request.tree.read(path) or b"", path)
    written = FRONTMATTER_KEYS.open(path, text).update(values).text
    layer = markdown(path, plan.merged.layout.folder_of(path), written, [])
    if layer is None or any(layer.values.get(key) != value for (key,), value in values.items()):
        raise not_editable(Span(path, 1), "OpenCode would not read the new frontmatter")
    return written.encode()


def _inexpressible(request: Request, plan: _Plan) -> Iterator[Finding]:
    policy, zone, own = request.policy, request.zone, plan.merged.layout.own
    yield from other_models(providers(request.tree, plan.merged.documents.values(), policy, []))
    waiting = {wanted.agent.name for wanted in plan.wanted.values() if wanted.choice.deferred}
    running = {
        wanted.agent.name: wanted.choice.model.alias for wanted in plan.wanted.values() if not wanted.choice.deferred
    }
    yield from broken_in_a_phase(policy, zone, own, running)
    if not any(declarations()[name].fails_over_for == DECLARATION.client for name in request.others):
        yield from without_failover(policy, own)
    yield from inexpressible(policy, zone, own, waiting)


def _agent_folder(path: str) -> str:
    """Return the agent folder of a Markdown file, "" for any other file.

    In the global folder such folders are not inside of ``.opencode``.
    """
    names = (folder.removeprefix(".opencode/") for folder, _ in AGENT_FILES)
    found = (f"/{path}".find(f"/{name}") + len(name) for name in names if f"/{name}" in f"/{path}")
    return path[: next(found, 0)] if path.endswith(".md") else ""


def _read_markdown(path: str, folder: str, text: str) -> dict[str, Mapping[str, Any]]:
    """Return the keys of a Markdown agent by its name."""
    one = markdown(path, folder, text, [])
    return {} if one is None else {one.agent: one.values}


def _read_json(data: Any) -> dict[str, Mapping[str, Any]]:
    agents, modes = _mapping(_mapping(data).get("agent")), _mapping(_mapping(data).get("mode"))
    later = {name: lowered(entry) or {} for name, entry in _mapping(_mapping(data).get("agents")).items()}
    entries = {**later, **agents}
    return {
        name: {**_mapping(entries.get(name)), **_mapping(modes.get(name))} for name in dict.fromkeys((*entries, *modes))
    }


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
