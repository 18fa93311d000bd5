"""The proxy's configuration: a group for each agent, tiers by ``order``, triggers and budgets in effective keys.

Measured on LiteLLM 1.106: failures are counted in a window of ``cooldown_time``. ``allowed_fails`` of a group with one
deployment is ignored, ``allowed_fails_policy`` is not. A budget applies only if the model has a price. A client may
name fallbacks in the body of its request, so pinned agents have a separate configuration without any other group to
fall back to.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gsdc.models.effort import EFFORTS
from gsdc.ownership.registry import FILE
from gsdc.policy.model import Agent, Model, Policy
from gsdc.source.nesting import LONGEST_CONFIGURATION
from gsdc.source.yaml_text import NotYamlError, loads
from gsdc.source.yaml_write import dump
from gsdc.targets.api import Artifact, Claim, Emission, Request
from gsdc.targets.litellm import CONFIG, DECLARATION, FOLDER, PINNED
from gsdc.targets.litellm.budgets import DAY, PERIODS, dollars, period_of
from gsdc.targets.litellm.by_model import model_groups
from gsdc.targets.litellm.inexpressible import inexpressible
from gsdc.targets.tiers import Tier, is_pinned, tiers

_SERVER_ERRORS: Final = ("InternalServerError", "ServiceUnavailableError", "BadGatewayError")
_DEFAULT_COOLDOWN: Final = 60
# Values that the proxy passes on as reasoning_effort.
Served = tuple[Agent, list[Tier]]
_SENT: Final = frozenset(EFFORTS) - {"max"}


def emit(request: Request) -> Emission:
    """Write the configuration for most agents, and one for those that are pinned to a model."""
    policy = request.policy
    folder = str(request.options.get("dir", FOLDER)).rstrip("/")
    decided = _decided(request)
    findings = tuple(inexpressible(policy, decided, f"{folder}/{CONFIG}"))
    artifacts = []
    for name, pinned in ((CONFIG, False), (PINNED, True)):
        agents = [(agent, served) for agent, served in _served(decided) if is_pinned(policy, agent) is pinned]
        groups = [
            deployment
            for agent, served in agents
            for deployment in _group(
                policy, agent.name_in(DECLARATION.client), served[:1] if pinned else served, pinned=pinned
            )
        ]
        shared = () if pinned else tuple(model_groups(request))
        groups += [one for each in shared for one in _group(policy, each.name, each.tiers, pinned=each.pinned)]
        if groups:
            # The spending of all agents of a provider must not stop an agent that is pinned to it.
            spared = {each.host for each in shared if each.pinned}
            hosts = () if pinned else [host for host in _hosts(policy, agents) if host not in spared]
            data = {"model_list": groups, **_settings(request, hosts, pinned=pinned, by_model=bool(shared))}
            head = f"# Made by gsdc from profile {policy.title}; change gsdc.yaml, not this file.\n"
            artifacts.append(Artifact(f"{folder}/{name}", (head + dump(data)).encode(), FILE))
    return Emission(tuple(artifacts), findings)


def _decided(request: Request) -> list[Served]:
    """Return the tiers of every agent."""
    return [(agent, tiers(request.policy, agent, request.zone)) for agent in request.policy.agents.values()]


def _served(decided: Iterable[Served]) -> Iterator[Served]:
    """Yield the agents that the proxy serves, with the tiers that it has a model for."""
    for agent, all_tiers in decided:
        found = [tier for tier in all_tiers if DECLARATION.ids in tier.model.ids]
        if found:
            yield agent, found


def _hosts(policy: Policy, agents: Iterable[Served]) -> Iterable[str]:
    """Return the providers that serve ``agents``, but for those of the project's own."""
    return dict.fromkeys(
        tier.model.ids[DECLARATION.ids].partition("/")[0]
        for _, served in agents
        for tier in served
        if tier.model.provider not in policy.providers
    )


def _group(policy: Policy, name: str, served: list[Tier], *, pinned: bool) -> Iterator[dict[str, Any]]:
    for order, tier in enumerate(served, 1):
        info: dict[str, Any] = {"id": f"{name}.{order}"}
        if pinned:
            info["cooldown_time"] = 0
        limits = {} if pinned else _limits(policy, order, len(served))
        params = {**_asked(policy, tier), "order": order, **limits}
        yield {"model_name": name, "litellm_params": params, "model_info": info}


def _asked(policy: Policy, tier: Tier) -> dict[str, Any]:
    """Return the request parameters of the model: its id, host, temperature, effort and price."""
    model = tier.model
    id_ = model.ids[DECLARATION.ids]
    params: dict[str, Any] = {"model": id_}
    own = policy.providers.get(model.provider)
    if own is not None:
        bare = id_.removeprefix("openai/").removeprefix(f"{own.name}/")
        key = f"os.environ/{own.key_variable}" if own.key_variable else "none"
        params = {"model": f"openai/{bare}", "api_base": own.base_url, "api_key": key}
    if tier.temperature is not None:
        params["temperature"] = tier.temperature
    if tier.effort in _SENT:
        params["reasoning_effort"] = tier.effort
    return {**params, **_prices(model)}


def _prices(model: Model) -> dict[str, float]:
    """Return the prices in $ per token: a model that the proxy has no price for would never use up its budget."""
    prices = {"input_cost_per_token": model.input_price, "output_cost_per_token": model.output_price}
    return {name: float(f"{price / 1_000_000:.12g}") for name, price in prices.items()}


def _counting(triggers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the number of failures by type after which a deployment is paused."""
    allowed: dict[str, int] = {}
    if triggers.get("rate-limit"):
        allowed["RateLimitErrorAllowedFails"] = 0
    if "latency-seconds" in triggers:
        allowed["TimeoutErrorAllowedFails"] = 0
    if "failures" in triggers:
        allowed |= {f"{kind}AllowedFails": triggers["failures"] - 1 for kind in _SERVER_ERRORS}
    return {"allowed_fails_policy": {"AuthenticationErrorAllowedFails": 0, **allowed}} if allowed else {}


def _limits(policy: Policy, order: int, number: int) -> dict[str, Any]:
    """Return the time limit of an answer, and the daily cost limit of a tier.

    The last tier has no time limit and no cost trigger: there is no successor, so a limit would only lose the answer. A
    daily budget, which is not a trigger, also applies to it if no provider has one.
    """
    triggers, is_last = policy.failover.triggers, order == number
    found: dict[str, Any] = {}
    if "latency-seconds" in triggers and not is_last:
        found = {"timeout": triggers["latency-seconds"], "stream_timeout": triggers["latency-seconds"]}
    costs = [] if is_last or "daily-usd" not in triggers else [triggers["daily-usd"]]
    if period_of(policy) not in ("", "daily") and (day := dollars(policy, "daily")):
        costs.append(day)
    return {**found, "max_budget": min(costs), "budget_duration": DAY} if costs else found


def _settings(request: Request, hosts: Iterable[str], *, pinned: bool, by_model: bool) -> dict[str, Any]:
    router: dict[str, Any] = {"num_retries": 0}
    if not pinned:
        router["cooldown_time"] = request.options.get("cooldown", _DEFAULT_COOLDOWN)
        router |= _counting(request.policy.failover.triggers)
    period = period_of(request.policy)
    if period and hosts:
        limit = {"budget_limit": dollars(request.policy, period), "time_period": PERIODS[period]}
        router["provider_budget_config"] = dict.fromkeys(hosts, limit)
    redis = request.options.get("redis")
    if redis:
        router |= {"redis_host": redis["host"], "redis_port": redis.get("port", 6379)}
        if "password-variable" in redis:
            router["redis_password"] = f"os.environ/{redis['password-variable']}"
    # If a client uses Anthropic's protocol, another provider is called through its chat completions.
    translated = {"use_chat_completions_url_for_anthropic_messages": True} if by_model else {}
    return {
        "litellm_settings": {"callbacks": ["prometheus"], "drop_params": True, **translated},
        "router_settings": router,
        "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY"},
    }


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:  # noqa: ARG001
    """Return the claims of a configuration about each agent: its first tier."""
    try:
        data = loads(content.decode(), LONGEST_CONFIGURATION)
    except NotYamlError:
        return ()
    models = tuple(models)
    first = (entry for entry in data["model_list"] if entry["litellm_params"]["order"] == 1)
    return tuple(
        Claim(
            entry["model_name"],
            alias_in(entry["litellm_params"], models),
            temperature=entry["litellm_params"].get("temperature"),
            effort=entry["litellm_params"].get("reasoning_effort"),
        )
        for entry in first
    )


def alias_in(params: Mapping[str, Any], models: Iterable[Model]) -> str:
    """Return the alias of a deployment's model, else its unchanged id."""
    asked = str(params.get("model", ""))
    bare = asked.removeprefix("openai/") if "api_base" in params else asked
    for model in models:
        known = model.ids.get(DECLARATION.ids, "")
        if known in (asked, bare) or ("api_base" in params and known.partition("/")[2] == bare):
            return model.alias
    return asked


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the expected groups."""
    models = {Claim(each.name, each.tiers[0].model.alias) for each in model_groups(request)}
    return frozenset(models) | frozenset(
        Claim(
            agent.name_in(DECLARATION.client),
            served[0].model.alias,
            temperature=served[0].temperature,
            effort=served[0].effort if served[0].effort in _SENT else None,
        )
        for agent, served in _served(_decided(request))
    )
