"""What get-shit-done answers when one of its workflows asks for the model of an agent.

This is ``gsd-tools.cjs resolve-model`` of gsd-core 1.14.0 (model-resolver.cjs, ``resolveModelInternal``), and of its
predecessor get-shit-done-cc 1.42.3, both measured: an override of the agent, else the tier that ``models`` gives its
phase type, else the one that its own table gives it in the profile. Of that gsd-core makes what ``model_policy`` says,
and either one the runtime's id of the tier. ``dynamic_routing`` has no part in it. The data are in core.yaml and
client.yaml.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.policy.model import Policy
from gsdc.source.javascript import text, truthy
from gsdc.source.yaml_text import loads
from gsdc.targets.api import INHERIT

DEFAULT_PROFILE: Final = "balanced"
ALIASES: Final = ("opus", "sonnet", "haiku", INHERIT)
CLAUDE: Final = "claude"
CALLABLE: Final = ("opus", "sonnet", "haiku", "fable")  # what the agent tool of Claude Code takes
OMIT: Final = "omit"

Key = tuple[str, ...]


class Agent(NamedTuple):
    """An agent of GSD's: the alias that it runs on in each profile of its table, its phase type and its tier."""

    quality: str
    balanced: str
    budget: str
    phase: str
    tier: str


class Client(NamedTuple):
    """What GSD knows by itself. ``adaptive`` gives the alias of each tier, ``runtimes`` the id of each alias there.

    ``aliases`` are the ids that become an alias in Claude Code, ``policies`` the presets of ``model_policy``: provider,
    budget, alias. ``is_core`` tells gsd-core from its predecessor, which has neither.
    """

    profiles: tuple[str, ...]
    phases: tuple[str, ...]
    agents: Mapping[str, Agent]
    adaptive: Mapping[str, str]
    runtimes: Mapping[str, Mapping[str, str]]
    aliases: Mapping[str, str]
    policies: Mapping[str, Mapping[str, Mapping[str, str]]]
    is_core: bool

    def model(self, profile: str, name: str) -> str:
        """Return the alias that the table of a profile gives an agent."""
        agent = self.agents[name]
        return self.adaptive[agent.tier] if profile == "adaptive" else str(getattr(agent, profile))


class Answer(NamedTuple):
    """GSD's answer for one agent: ``model`` as it prints it, "" meaning the default of the runtime.

    ``key`` is what decides in the file, () where nothing does; ``how`` says in words how it comes about. The model is
    text, unless an override is no text: GSD passes it on as it stands.
    """

    model: Any
    key: Key
    how: str = ""


@cache
def client(*, core: bool = True) -> Client:
    """Return the data of gsd-core, or of its predecessor."""
    data = loads(Path(__file__).with_name("core.yaml" if core else "client.yaml").read_text("utf-8"))
    return Client(
        tuple(data["profiles"]),
        tuple(data["phase-types"]),
        {name: Agent(*values) for name, values in data["agents"].items()},
        data["adaptive"],
        data["runtimes"],
        data.get("aliases", {}),
        data.get("policies", {}),
        core,
    )


def client_of(policy: Policy) -> Client:
    """Return the data of the GSD that the project uses: gsd-core, unless gsdc.yaml names its predecessor alone."""
    return client(core="get-shit-done-cc" not in policy.clients or "gsd-core" in policy.clients)


def resolve(config: Mapping[str, Any], name: str, own: Client | None = None) -> Answer:
    """Return what GSD answers for its agent ``name`` with the settings ``config``."""
    own = own or client()
    runtime = config.get("runtime")
    is_elsewhere = truthy(runtime) and runtime != CLAUDE
    override = section(config, "model_overrides").get(name)
    if truthy(override):
        is_id = isinstance(override, str) and not is_elsewhere
        return Answer(own.aliases.get(str(override), override) if is_id else override, ("model_overrides", name))
    tier = _tier(config, name, own)
    if tier.model != INHERIT:
        answer = _by_policy(config, tier, own) if own.is_core else None
        if answer is None and is_elsewhere:
            answer = _in_runtime(config, text(runtime), tier, own)
        if answer is not None:
            return answer
    ids = config.get("resolve_model_ids")
    if ids == OMIT:
        return Answer(
            "", ("resolve_model_ids",), 'with `resolve_model_ids: "omit"` it runs on the runtime\'s own default'
        )
    if tier.model == INHERIT:
        return tier
    if own.is_core and not is_elsewhere and (answer := _overridden_tier(config, tier, own)) is not None:
        return answer
    if ids is True or (truthy(ids) and not own.is_core):
        return tier._replace(model=own.runtimes[CLAUDE][tier.model])
    return tier


def _by_policy(config: Mapping[str, Any], tier: Answer, own: Client) -> Answer | None:
    """Return what ``model_policy`` makes of an alias, None where it says nothing that the runtime takes."""
    model, key = _of_policy(section(config, "model_policy"), text(config.get("runtime") or CLAUDE), tier.model, own)
    if not truthy(model):
        return None
    runtime = config.get("runtime")
    if not truthy(runtime) or runtime == CLAUDE:
        model = own.aliases.get(model, model) if isinstance(model, str) else model
        if model not in CALLABLE:  # GSD warns, and answers the plain alias
            return None
    how = f'`model_policy` makes "{text(model)}" of {tier.model}'
    return Answer(model, ("model_policy", *key), how)


def _of_policy(policy: Mapping[str, Any], runtime: str, alias: str, own: Client) -> tuple[Any, Key]:
    entry = section(policy, "runtime_tiers", runtime).get(alias)
    found = entry.get("model") if isinstance(entry, Mapping) else entry
    if isinstance(entry, str | Mapping) and truthy(found):
        return found, ("runtime_tiers", runtime, alias)
    provider, budget = policy.get("provider"), policy.get("budget")
    if provider in ("generic", "custom"):
        level = {"opus": "high", "sonnet": "medium", "haiku": "low"}[alias]
        value = policy.get(level)
        return (value if isinstance(value, str) else None), (level,)
    budget = budget if isinstance(budget, str) and budget else "medium"
    presets = own.policies.get(provider, {}) if isinstance(provider, str) else {}
    return presets.get(budget, {}).get(alias), ("provider",)


def _overridden_tier(config: Mapping[str, Any], tier: Answer, own: Client) -> Answer | None:
    """Return what ``model_profile_overrides`` makes of an alias in Claude Code."""
    entry = section(config, "model_profile_overrides", CLAUDE).get(tier.model)
    key: Key = ("model_profile_overrides", CLAUDE, tier.model)
    model = entry
    if isinstance(entry, Mapping):
        model, key = entry.get("model"), (*key, "model")
    if not isinstance(model, str) or not model:
        return None
    return Answer(own.aliases.get(model, model), key, f'{tier.how}, of which the settings make "{model}"')


def profile_of(config: Mapping[str, Any]) -> str:
    """Return the profile that the settings ask for, in lower case as GSD reads it; it need not be one."""
    value = config.get("model_profile")
    return text(value).lower() if truthy(value) else DEFAULT_PROFILE


def section(config: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the object under ``keys``, an empty one where there is none."""
    value: Any = config
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _tier(config: Mapping[str, Any], name: str, own: Client) -> Answer:
    """Return the alias that the agent runs on, before a runtime has made an id of it."""
    agent = own.agents[name]
    by_phase = section(config, "models").get(agent.phase)
    if by_phase in ALIASES:
        return Answer(by_phase, ("models", agent.phase), f'agents of phase type "{agent.phase}" run on {by_phase}')
    profile = profile_of(config)
    key: Key = ("model_profile",) if "model_profile" in config else ()
    if profile == INHERIT:
        return Answer(INHERIT, key, 'the profile "inherit" leaves it on the model of whoever calls it')
    known = profile in own.profiles
    taken = profile if known else DEFAULT_PROFILE
    model = own.model(taken, name)
    how = f"its own table runs it on {model} in profile {taken}"
    if not known:
        how = f'GSD does not know the profile "{profile}", and {how}'
    return Answer(model, key, how)


def _in_runtime(config: Mapping[str, Any], runtime: str, tier: Answer, own: Client) -> Answer | None:
    """Return what the runtime makes of an alias: the user's entry over GSD's own, None where neither has a model."""
    usual = own.runtimes.get(runtime, {}).get(tier.model)
    entry = section(config, "model_profile_overrides", runtime).get(tier.model)
    key: Key = ("model_profile_overrides", runtime, tier.model)
    if isinstance(entry, dict) and "model" in entry:
        model, key = entry["model"], (*key, "model")
    elif isinstance(entry, str) and entry:
        model = entry
    else:
        model, key = usual, ("runtime",)
    return Answer(model, key, f'{tier.how}, which is "{text(model)}" in runtime "{runtime}"') if truthy(model) else None
