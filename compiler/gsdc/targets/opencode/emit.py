"""OpenCode's configuration: model, effort and temperature of each agent, merged into the file that a person has.

As measured on OpenCode 1.18: ``model`` is one string "provider/model" and is not checked before the first request;
unknown keys of an agent leak into requests, so only known ones are written; ``config.json`` is read from the global
folder only; there is neither failover nor a notion of phases; ``disable`` is the one way to hold an agent back.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.models.effort import EFFORTS
from gsdc.models.identity import identify
from gsdc.models.spelling import right_spelling
from gsdc.ownership.registry import JSON_KEYS
from gsdc.policy.model import Agent, Model, Policy
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.span import Span
from gsdc.source.tree import decode, is_blank
from gsdc.targets.api import Artifact, Claim, Emission, Request, aliases
from gsdc.targets.choice import Choice, choose
from gsdc.targets.opencode import DECLARATION
from gsdc.targets.opencode.conflicts import agent_files, legacy_modes, other_files
from gsdc.targets.opencode.limits import broken_in_a_phase, inexpressible, leaking_keys
from gsdc.targets.opencode.providers import other_models, providers

SCHEMA_URL: Final = "https://opencode.ai/config.json"
# The client substitutes these in the raw text, before it parses: a person's literal one is written with an escape.
SUBSTITUTED: Final = ("{env:", "{file:")

NO_ID = Diagnostic(
    "OC001",
    "unresolvable-model",
    Severity.ERROR,
    """A model has no id for OpenCode, or one that its provider does not know.

    ## Why is this bad?
    OpenCode does not check models: an id that it cannot resolve fails at the first request, not before (measured on
    OpenCode 1.18).

    ## Example (gsdc.yaml)
    fleets: [leo]
    targets: {opencode: true}
    models:
      house-model:
        {rank: 25, provider: house, ids: {litellm: house/model}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house-model, reason: We host it}

    ## Use instead (gsdc.yaml)
    fleets: [leo]
    targets: {opencode: true}
    providers:
      house: {base-url: "http://127.0.0.1:8000/v1", key-variable: HOUSE_KEY}
    models:
      house-model:
        {rank: 25, provider: house, ids: {opencode: house/model}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house-model, reason: We host it}
    """,
)
PROJECT_CONFIG_JSON = Diagnostic(
    "OC002",
    "config-json-in-project",
    Severity.ERROR,
    """OpenCode's project configuration is to be written to a file named config.json.

    ## Why is this bad?
    OpenCode reads config.json only in its global folder; in a project the file would silently do nothing (measured on
    OpenCode 1.18).

    ## Example (gsdc.yaml)
    targets:
      opencode: {path: config.json}

    ## Use instead (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
    """,
)
DISABLED = Diagnostic(
    "OC006",
    "disabled-by-hand",
    Severity.WARNING,
    """An agent that the policy lets run is disabled in the file.

    ## Why is this bad?
    OpenCode answers a call of a disabled agent with its default agent, and exit code 0 (measured on OpenCode 1.18).
    gsdc does not enable what a person has disabled.

    ## Example (opencode.json)
    {"agent": {"gsd-planner": {"disable": true}}}

    ## Use instead (opencode.json)
    {"agent": {"gsd-planner": {"disable": false}}}
    """,
)
SAME_NAME = Diagnostic(
    "OC008",
    "same-name",
    Severity.ERROR,
    """Two agents have one name in OpenCode, and the policy decides them differently.

    ## Why is this bad?
    One entry of the file cannot say both: one of the two would silently run as the other (measured on OpenCode 1.18: it
    knows an agent by its name only).

    ## Example (gsdc.yaml)
    agents:
      planner: {role: planning, names: {opencode: plan}}
      replanner: {role: planning, models: {balanced: haiku}, names: {opencode: plan}}

    ## Use instead (gsdc.yaml)
    agents:
      planner: {role: planning, names: {opencode: plan}}
      replanner: {role: planning, models: {balanced: haiku}, names: {opencode: replan}}
    """,
)


Values = dict[tuple[str, ...], Any]
"""What is to be written, by its path in the file."""


def emit(request: Request) -> Emission:
    """Render the agents of the policy into OpenCode's file, keeping everything else in it to the byte.

    Raises ``Rejected`` where the existing file is not JSONC, or where the client would not read the file.
    """
    policy, path = request.policy, _path(request)
    before = _existing(request, path)
    findings: list[Finding] = [*before.duplicates, *leaking_keys(before)]
    chosen = _chosen(policy, request.zone, findings)
    values: Values = {} if "$schema" in _mapping(before.data) else {("$schema",): SCHEMA_URL}
    key_variables: Values = {}
    for model in {choice.model.alias: choice.model for _, choice in chosen.values()}.values():
        if DECLARATION.ids not in model.ids:
            help_ = f"give {model.alias} `ids: {{opencode: provider/model}}`"
            findings.append(NO_ID.at(Span(model.ref.document, 0, 0), f'"{model.alias}" has no id for OpenCode', help_))
        else:
            findings.extend(_misspelt(policy, model))
            values |= _declared(policy, model)
            key_variables |= _key_variable(policy, model)
    wanted = {name: _ours(choice) for name, (_, choice) in chosen.items() if DECLARATION.ids in choice.model.ids}
    for name, ours in wanted.items():
        values |= _entry(before, name, chosen[name][0], ours, findings)
    # The variable of a key is the one substitution that is meant.
    document = before.update(values, escape=SUBSTITUTED).update(key_variables)
    findings.extend(legacy_modes(before, wanted))
    findings.extend(other_models(providers(request.tree, [before], policy, findings)))
    waiting = {agent.name for agent, choice in chosen.values() if choice.deferred}
    running = {agent.name: choice.model.alias for agent, choice in chosen.values() if not choice.deferred}
    findings.extend(broken_in_a_phase(policy, request.zone, path, running))
    findings.extend(inexpressible(policy, request.zone, path, waiting))
    findings.extend(other_files(request.tree, path, request.options.get("scope") == "global", wanted))
    findings.extend(agent_files(request.tree, wanted))
    return Emission((Artifact(path, document.text.encode(), JSON_KEYS),), tuple(findings))


def read(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the model of every agent that the file gives one, under its alias where the catalog knows the id.

    A disabled agent is deferred. An agent without a model has the client's default, or its caller's: no claim.
    The deprecated ``mode`` block counts over ``agent``, as for the client. Raises ``Rejected`` for what is not JSONC.
    """
    data = _mapping(data_of(path, decode(content, path)))
    alias_of = aliases(models, DECLARATION.ids)
    agents, modes = _mapping(data.get("agent")), _mapping(data.get("mode"))
    claims = []
    for name in dict.fromkeys((*agents, *modes)):
        entry = {**_mapping(agents.get(name)), **_mapping(modes.get(name))}
        model = entry.get("model")
        if entry.get("disable") is True:
            claims.append(Claim(name, None))
        elif isinstance(model, str):
            alias = alias_of.get(model, model)
            claims.append(Claim(name, alias, temperature=_temperature(entry), effort=_effort(entry)))
    return tuple(claims)


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return what OpenCode's file ought to say: for each agent the best of its models over its phases.

    What the person's file says besides (a temperature, ``disable``) holds where the policy says nothing against it.
    """
    claims = set()
    alias_of = aliases(request.policy.models.values(), DECLARATION.ids)
    before = _mapping(_mapping(_existing(request, _path(request)).data).get("agent"))
    for agent in request.policy.agents.values():
        choice = choose(request.policy, agent, request.zone)
        name = agent.name_in(DECLARATION.ids)
        entry = _mapping(before.get(name))
        if choice.deferred or entry.get("disable") is True:
            claims.add(Claim(name, None))
        else:
            temperature = _temperature(entry) if choice.temperature is None else choice.temperature
            alias = alias_of.get(choice.model.ids.get(DECLARATION.ids, ""), choice.model.alias)
            effort = choice.effort or _effort(entry)
            claims.add(Claim(name, alias, temperature=temperature, effort=effort))
    return frozenset(claims)


def _path(request: Request) -> str:
    given: str | None = request.options.get("path")
    if request.options.get("scope") == "global":
        return given or "config.json"
    if given is None:
        present = (name for name in ("opencode.jsonc", "opencode.json") if request.tree.read(name) is not None)
        return next(present, "opencode.json")
    if given.rpartition("/")[2] == "config.json":
        help_ = "name it opencode.json, or write `scope: global`"
        raise Rejected(PROJECT_CONFIG_JSON.at(Span(given, 0, 0), "OpenCode never reads a project's config.json", help_))
    return given


def _existing(request: Request, path: str) -> Jsonc:
    """Return the person's file, or an empty one where there is none or nothing in it."""
    text = decode(request.tree.read(path) or b"", path)
    return Jsonc(path, "{}\n" if is_blank(text) else text)


def _chosen(policy: Policy, zone: str, findings: list[Finding]) -> dict[str, tuple[Agent, Choice]]:
    """Return what each agent gets, by its name in OpenCode; of two that share one, the first counts."""
    chosen: dict[str, tuple[Agent, Choice]] = {}
    for agent in policy.agents.values():
        name, choice = agent.name_in(DECLARATION.ids), choose(policy, agent, zone)
        other, claimed = chosen.setdefault(name, (agent, choice))
        if claimed != choice:
            message = f'"{other.name}" and "{agent.name}" are both "{name}" in OpenCode, with different models'
            help_ = "give one of them another name there: `names: {opencode: ...}`"
            findings.append(SAME_NAME.at(Span(agent.ref.document, 0, 0), message, help_))
    return chosen


def _entry(before: Jsonc, name: str, agent: Agent, ours: dict[str, Any], findings: list[Finding]) -> Values:
    """Return what is to be written about an agent: its whole entry where the file has none, else the keys of ours."""
    entry = before.node(("agent", name))
    if entry is None:
        described = {"description": agent.description} if agent.description else {}
        return {("agent", name): {**described, "mode": agent.mode, **ours}}
    if "disable" not in ours and _mapping(entry.data).get("disable") is True:
        message = f'agent "{name}" is disabled in the file, though the policy lets it run'
        span = before.span(("agent", name, "disable"), key=True)
        findings.append(DISABLED.at(span, message, "remove `disable`, or leave the agent out of the fleet"))
    return {("agent", name, key): value for key, value in ours.items()}


def _ours(choice: Choice) -> dict[str, Any]:
    """Return the keys of an agent's entry that the policy decides."""
    ours: dict[str, Any] = {"model": choice.model.ids[DECLARATION.ids]}
    if choice.effort is not None:
        ours["variant"] = choice.effort  # OpenCode's word for it (measured on 1.18.33)
    if choice.temperature is not None:
        ours["temperature"] = choice.temperature
    return ours | ({"disable": True} if choice.deferred else {})


def _misspelt(policy: Policy, model: Model) -> Iterator[Finding]:
    """Yield a finding for an id that its host does not know, though another one does."""
    written = model.ids[DECLARATION.ids]
    meant = right_spelling(identify(written)) if model.provider not in policy.providers else ""
    if meant:
        message = f'"{written}" of "{model.alias}" is no id of its provider\'s'
        at = Span(model.ref.document, 0, 0)
        yield NO_ID.at(at, message, f'did you mean "{written.partition("/")[0]}/{meant}"?')


def _declared(policy: Policy, model: Model) -> Values:
    """Return what tells the client of a model that its own catalog lacks, and of the provider that serves it."""
    provider = policy.providers.get(model.provider)
    if provider is None and DECLARATION.ids not in model.declare:
        return {}
    name, _, model_id = model.ids[DECLARATION.ids].partition("/")
    values: Values = {}
    if provider is not None and provider.package:
        values["provider", name, "npm"] = provider.package
    if provider is not None and provider.base_url:
        values["provider", name, "options", "baseURL"] = provider.base_url
    described: dict[str, Any] = {"temperature": model.temperature}
    if (
        DECLARATION.ids in model.declare
    ):  # without these it has no efforts, no window and no price (measured on 1.18.33)
        described |= {"reasoning": bool(model.efforts), "limit": _limit(model), "cost": _cost(model)}
    return values | {("provider", name, "models", model_id, key): value for key, value in described.items()}


def _limit(model: Model) -> dict[str, int]:
    return {"context": model.context, "output": model.output_limit or model.context}


def _cost(model: Model) -> dict[str, float]:
    """Return the $ per million tokens in OpenCode's words."""
    cache = {"cache_read": model.cache_read_price, "cache_write": model.cache_write_price}
    known = {key: price for key, price in cache.items() if price is not None}
    return {"input": model.input_price, "output": model.output_price, **known}


def _key_variable(policy: Policy, model: Model) -> Values:
    """Return where the client finds the key of the model's provider: in an environment variable, never here."""
    provider = policy.providers.get(model.provider)
    if provider is None or not provider.key_variable:
        return {}
    name = model.ids[DECLARATION.ids].partition("/")[0]
    return {("provider", name, "options", "apiKey"): f"{{env:{provider.key_variable}}}"}


def _effort(entry: dict[str, Any]) -> str | None:
    value = entry.get("variant")
    return value if value in EFFORTS else None


def _temperature(entry: dict[str, Any]) -> float | None:
    value = entry.get("temperature")
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
