"""OpenCode's configuration: a model and a temperature for each agent, merged into the file that a person has.

As measured on OpenCode 1.18: ``model`` is one string "provider/model" and is not checked before the first request;
unknown keys of an agent leak into requests, so only known ones are written; ``config.json`` is read from the global
folder only; there is neither failover nor a notion of phases; ``disable`` is the one way to hold an agent back.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.policy.decide import decide
from gsdc.policy.model import Agent, Decision, Model, Policy, State
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span, span_at
from gsdc.source.tree import decode
from gsdc.targets.api import Artifact, Claim, Emission, Request

ID: Final = "opencode"
SCHEMA_URL: Final = "https://opencode.ai/config.json"

NO_ID = Diagnostic(
    "OC001",
    "unresolvable-model",
    Severity.ERROR,
    """A model has no id for OpenCode.

    ## Why is this bad?
    OpenCode does not check models: an id that it cannot resolve fails at the first request, not before.

    ## Example (gsdc.yaml)
    fleets: [leo]
    targets: {opencode: true}
    models:
      house-model: {rank: 25, provider: house, ids: {litellm: house/model}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: TESTING, model: house-model, reason: We host it}

    ## Use instead (gsdc.yaml)
    fleets: [leo]
    targets: {opencode: true}
    providers:
      house: {base-url: "http://127.0.0.1:8000/v1", key-variable: HOUSE_KEY}
    models:
      house-model: {rank: 25, provider: house, ids: {opencode: house/model}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: TESTING, model: house-model, reason: We host it}
    """,
)
PROJECT_CONFIG_JSON = Diagnostic(
    "OC002",
    "config-json-in-project",
    Severity.ERROR,
    """OpenCode's project configuration is to be written to a file named config.json.

    ## Why is this bad?
    OpenCode reads config.json only in its global folder; in a project the file would silently do nothing.

    ## Example (gsdc.yaml)
    targets:
      opencode: {path: config.json}

    ## Use instead (gsdc.yaml)
    targets:
      opencode: {path: opencode.json}
    """,
)
NO_FAILOVER = Diagnostic(
    "OC003",
    "failover-not-expressible",
    Severity.NOTE,
    """The policy has failover chains, which OpenCode cannot express.

    ## Why is this bad?
    A `failover` key in an agent would be sent to the provider as a request option, and never cause failover. The chains
    hold where an engine carries them out: point the agents' provider at a proxy that has fallbacks.
    """,
)
PHASES_MERGED = Diagnostic(
    "OC004",
    "phases-not-expressible",
    Severity.NOTE,
    """The policy tells phases of an agent apart, which OpenCode cannot.

    ## Why is this bad?
    The agent gets the best of its models in every phase: it may cost more than the policy says, never be weaker.
    """,
)
AGENT_FILE_WINS = Diagnostic(
    "OC005",
    "agent-file-overrides",
    Severity.WARNING,
    """A file under .opencode/ sets the model of an agent that opencode.json also sets.

    ## Why is this bad?
    The Markdown file wins, silently: the compiled model is not the one that runs.
    """,
)
DISABLED = Diagnostic(
    "OC006",
    "disabled-by-hand",
    Severity.WARNING,
    """An agent that the policy lets run is disabled in the file.

    ## Why is this bad?
    OpenCode answers a call of a disabled agent with its default agent, and exit code 0. gsdc does not enable what a
    person has disabled.
    """,
)


def emit(request: Request) -> Emission:
    """Render the agents of the policy into OpenCode's file, keeping everything else in it to the byte.

    Raises ``Rejected`` where the existing file is not JSONC.
    """
    policy = request.policy
    path = _path(request)
    existing = request.tree.read(path)
    document = Jsonc(path, decode(existing, path)) if existing is not None else Jsonc(path, "{}\n")
    findings: list[Finding] = list(document.duplicates)
    document = document if "$schema" in _mapping(document.data) else document.set(("$schema",), SCHEMA_URL)
    used: dict[str, Model] = {}
    for agent in policy.agents.values():
        decision, deferred = _decision(policy, agent, request.zone)
        model = policy.models[str(decision.model)]
        if "opencode" not in model.ids:
            findings.append(_no_id(model))
            continue
        used[model.alias] = model
        name = agent.name_in("opencode")
        is_new = document.node(("agent", name)) is None
        for key, value in _entry(agent, model, decision, is_new=is_new, deferred=deferred):
            document = document.set(("agent", name, key), value)
        if not deferred and _mapping(document.data["agent"][name]).get("disable") is True:
            message = f'agent "{name}" is disabled in the file, though the policy lets it run'
            findings.append(DISABLED.at(document.span(("agent", name, "disable")), message, "remove `disable`"))
    for model in used.values():
        document = _declare(policy, document, model)
    findings.extend(_inexpressible(policy, path))
    findings.extend(_agent_files(request))
    return Emission((Artifact(path, document.text.encode(), "keys"),), tuple(findings))


def read(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return the model of every agent that the file gives one, under its alias where the catalog knows the id."""
    document = Jsonc(path, decode(content, path))
    aliases = {model.ids["opencode"]: model.alias for model in models if "opencode" in model.ids}
    claims = []
    for name, entry in _mapping(_mapping(document.data).get("agent")).items():
        if not isinstance(entry, dict) or not isinstance(entry.get("model"), str):
            continue
        temperature = entry.get("temperature")
        if entry.get("disable") is True:
            claims.append(Claim(name, None))
        else:
            claims.append(Claim(name, aliases.get(entry["model"], entry["model"]), temperature=temperature))
    return tuple(claims)


def project(request: Request) -> frozenset[Claim]:
    """Return what OpenCode's file ought to say: for each agent the best of its models over its phases."""
    claims = set()
    existing = request.tree.read(_path(request))
    before = _mapping(_mapping(Jsonc(_path(request), decode(existing, "")).data if existing else {}).get("agent"))
    for agent in request.policy.agents.values():
        decision, deferred = _decision(request.policy, agent, request.zone)
        name = agent.name_in("opencode")
        entry = _mapping(before.get(name))
        if deferred or entry.get("disable") is True:
            claims.add(Claim(name, None))
        else:
            temperature = entry.get("temperature") if decision.temperature is None else decision.temperature
            claims.add(Claim(name, decision.model, temperature=temperature))
    return frozenset(claims)


def _path(request: Request) -> str:
    scope = request.options.get("scope", "project")
    given: str | None = request.options.get("path")
    if scope == "global":
        return given or "config.json"
    if given is None:
        return next((name for name in ("opencode.jsonc", "opencode.json") if request.tree.read(name) is not None), "opencode.json")
    if given.rpartition("/")[2] == "config.json":
        help_ = "name it opencode.json, or write `scope: global`"
        raise Rejected(PROJECT_CONFIG_JSON.at(Span(given, 0, 0), "OpenCode never reads a project's config.json", help_))
    return given


def _decision(policy: Policy, agent: Agent, zone: str) -> tuple[Decision, bool]:
    """Return the best decision over the agent's phases, and whether all of them are deferrals.

    A deferred agent keeps the model that it has in zone green, for the day on which it is enabled again.
    """
    phases = agent.phases or (None,)
    answers = [decide(policy, State(agent.name, phase, zone)) for phase in phases]
    running = [answer for answer in answers if answer.model is not None]
    deferred = not running
    if deferred:
        running = [decide(policy, State(agent.name, phase)) for phase in phases]
    return max(running, key=lambda answer: policy.models[str(answer.model)].rank), deferred


def _entry(agent: Agent, model: Model, decision: Decision, *, is_new: bool, deferred: bool) -> Iterator[tuple[str, Any]]:
    if is_new:
        if agent.description:
            yield "description", _literal(agent.description)
        yield "mode", agent.mode
    yield "model", model.ids["opencode"]
    if decision.temperature is not None:
        yield "temperature", decision.temperature
    if deferred:
        yield "disable", True


def _literal(text: str) -> str:
    """Return ``text`` so that the client, which substitutes {env:X} and {file:p} in the raw file, leaves it alone."""
    return text.replace("{env:", "{ env:").replace("{file:", "{ file:")


def _declare(policy: Policy, document: Jsonc, model: Model) -> Jsonc:
    provider = policy.providers.get(model.provider)
    if provider is None and "opencode" not in model.declare:
        return document
    name, _, model_id = model.ids["opencode"].partition("/")
    if provider is not None:
        document = document.set(("provider", name, "npm"), provider.package)
        document = document.set(("provider", name, "options", "baseURL"), provider.base_url)
        if provider.key_variable:
            document = document.set(("provider", name, "options", "apiKey"), f"{{env:{provider.key_variable}}}")
    return document.set(("provider", name, "models", model_id, "temperature"), model.temperature)


def _no_id(model: Model) -> Finding:
    span = Span(*([model.ref.document, 0, 0]))
    help_ = f"give {model.alias} `ids: {{opencode: provider/model}}`"
    return NO_ID.at(span, f'"{model.alias}" has no id for OpenCode', help_)


def _inexpressible(policy: Policy, path: str) -> Iterator[Finding]:
    span = Span(path, 0, 0)
    failover = policy.failover
    if failover.tiers or failover.models or any(agent.failover for agent in policy.agents.values()):
        help_ = "point the agents at a proxy that has fallbacks, such as LiteLLM"
        yield NO_FAILOVER.at(span, "OpenCode has no failover: the policy's chains are not in this file", help_)
    mixed = [
        agent.name
        for agent in policy.agents.values()
        if len({decide(policy, State(agent.name, phase)).model for phase in agent.phases or (None,)}) > 1
    ]
    if mixed:
        message = f"OpenCode knows no phases: {', '.join(mixed)} get the best of their models in all of them"
        yield PHASES_MERGED.at(span, message, "give them one model, or name an agent for each phase")


def _agent_files(request: Request) -> Iterator[Finding]:
    """Yield a finding for each agent whose own Markdown file sets another model."""
    tree = request.tree
    names = {agent.name_in("opencode"): agent for agent in request.policy.agents.values()}
    for folder in ("agent", "agents"):
        for path in tree.glob(f".opencode/{folder}/**/*.md"):
            name = path.rpartition("/")[2].removesuffix(".md")
            if name not in names:
                continue
            text = decode(tree.read(path) or b"", path)
            found = _frontmatter_model(text)
            decision, _ = _decision(request.policy, names[name], request.zone)
            wanted = request.policy.models[str(decision.model)].ids.get("opencode")
            if found is not None and found[0] != wanted:
                help_ = f"remove its `model:`, or write {wanted}"
                message = f'"{found[0]}" in this file overrides what opencode.json says of "{name}"'
                yield AGENT_FILE_WINS.at(span_at(path, text, found[1]), message, help_)


def _frontmatter_model(text: str) -> tuple[str, int] | None:
    """Return the ``model:`` of a Markdown agent's frontmatter and where it stands."""
    if not text.startswith("---"):
        return None
    end = text.find("\n---", 3)
    at = text.find("\nmodel:", 0, end if end > 0 else 0)
    if at < 0:
        return None
    line_end = text.find("\n", at + 1)
    return text[at + len("\nmodel:") : line_end].strip().strip("\"'"), at + 1


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
