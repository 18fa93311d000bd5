"""Resolve the model of an agent as get-shit-done does for its workflows.

This is ``gsd-tools.cjs resolve-model`` of gsd-core 1.14.0 and of get-shit-done-cc 1.42.3 (``resolveModelInternal``),
measured. An override of the agent comes first, then the tier that ``models`` gives to its phase type, then the tier in
GSD's table for the profile. In core, ``model_policy`` then maps the tier, and the runtime maps it to its id. No
workflow that spawns an agent reads ``dynamic_routing``. The data are in client.yaml.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gsdc.models.effort import EFFORTS
from gsdc.policy.ref import NOTHING
from gsdc.source.gsd_version import GsdVersion, installed_gsd
from gsdc.source.javascript import text, truthy
from gsdc.source.yaml_text import loads
from gsdc.targets.api import INHERIT

if TYPE_CHECKING:
    from gsdc.source.tree import Tree

# The model names that a runtime accepts, if they are not GSD's: GSD passes on a person's value.
IDS_OF_RUNTIME: Final = dict.fromkeys(("opencode", "kilo", "hermes"), "opencode")
DEFAULT_PROFILE: Final = "balanced"
ALIASES: Final = ("opus", "sonnet", "haiku", INHERIT)
CLAUDE: Final = "claude"
OMIT: Final = "omit"
OVERRIDES: Final = "model_overrides"  # they override the rest of a configuration
EFFORT_OVERRIDES: Final = ("effort", "agent_overrides")  # gsd-core takes every effort but "none" there
FABLE: Final = "fable"

GENERIC: Final = ("generic", "custom")  # providers of ``model_policy`` whose models the policy itself names
_BUDGETS: Final = {"opus": "high", "sonnet": "medium", "haiku": "low"}

_MEASURED: Final = {GsdVersion.CLASSIC: "1.42.3", GsdVersion.CORE: "1.14.0"}

Key = tuple[str, ...]


class GsdAgent(NamedTuple):
    """An agent of GSD: its alias in each profile of GSD's table, its phase type and its tier."""

    quality: str
    balanced: str
    budget: str
    phase: str
    tier: str


class GsdTables(NamedTuple):
    """The built-in data of a version of GSD.

    ``adaptive`` maps each tier to an alias, ``runtimes`` each alias to an id there. ``aliases`` are the ids that become
    an alias, ``policies`` the ids of ``model_policy`` by provider, budget and alias: none in 1.42.
    """

    version: GsdVersion
    profiles: tuple[str, ...]
    phases: tuple[str, ...]
    agents: Mapping[str, GsdAgent]
    adaptive: Mapping[str, str]
    runtimes: Mapping[str, Mapping[str, str]]
    aliases: Mapping[str, str]
    policies: Mapping[str, Mapping[str, Mapping[str, str]]]

    def __str__(self) -> str:
        return f"GSD {_MEASURED[self.version]}"

    @property
    def is_core(self) -> bool:
        """Whether it is gsd-core, the successor of get-shit-done-cc."""
        return self.version is GsdVersion.CORE

    def model(self, profile: str, name: str) -> str:
        """Return the alias of an agent in the table of a profile."""
        agent = self.agents[name]
        return self.adaptive[agent.tier] if profile == "adaptive" else str(getattr(agent, profile))


class Resolution(NamedTuple):
    """GSD's answer for one agent: ``model`` as it prints it, "" for the default of the runtime.

    ``key`` is the key that decides in the file, () if there is none; ``how`` is the reason as text. The model is a
    string, unless an override is not: GSD passes it on unchanged.
    """

    model: Any
    key: Key
    how: str = ""


@cache
def client(version: GsdVersion = GsdVersion.CORE) -> GsdTables:
    """Return the data of a version."""
    data = loads(Path(__file__).with_name("client.yaml").read_text("utf-8"))
    core = data["core"] if version is GsdVersion.CORE else {}
    agents = {name: GsdAgent(*values) for name, values in (data["agents"] | core.get("agents", {})).items()}
    return GsdTables(
        version,
        tuple(data["profiles"]),
        tuple(data["phase-types"]),
        agents,
        data["adaptive"],
        core.get("runtimes", data["runtimes"]),
        core.get("aliases", {}),
        core.get("policies", {}),
    )


def version_in(tree: "Tree", clients: Mapping[str, str] = NOTHING) -> GsdVersion:
    """Return the version in a project: the one in ``clients`` of gsdc.yaml, else the installed one.

    If both are unknown, return the newest.
    """
    if "gsd-core" in clients:
        return GsdVersion.CORE
    if "get-shit-done-cc" in clients:
        return GsdVersion.CLASSIC
    return installed_gsd("", tree.exists) or GsdVersion.CORE


def resolve(config: Mapping[str, Any], name: str, known: GsdTables) -> Resolution:
    """Return GSD's answer for its agent ``name`` with the settings ``config``."""
    runtime = runtime_of(config)
    override = section(config, "model_overrides").get(name)
    if truthy(override):
        if runtime == CLAUDE and isinstance(override, str):
            override = known.aliases.get(override, override)
        return Resolution(override, ("model_overrides", name))
    tier = _tier(config, name, known)
    if tier.model != INHERIT:
        answer = _by_policy(config, runtime, tier, known)
        if answer is None and runtime != CLAUDE:
            answer = _in_runtime(config, runtime, tier, known)
        if answer is not None:
            return answer
    ids = config.get("resolve_model_ids")
    if ids == OMIT:
        return Resolution(
            "", ("resolve_model_ids",), 'with `resolve_model_ids: "omit"` it runs on the runtime\'s own default'
        )
    if known.is_core and runtime == CLAUDE and tier.model != INHERIT:
        answer = _of_claude(config, tier, known)
        if answer is not None:
            return answer
    is_full = ids is True if known.is_core else truthy(ids)
    if is_full and tier.model != INHERIT:
        return tier._replace(model=known.runtimes[CLAUDE][tier.model])
    return tier


def runtime_of(config: Mapping[str, Any]) -> str:
    """Return the runtime in the settings, claude if they name none."""
    runtime = config.get("runtime")
    return text(runtime) if truthy(runtime) else CLAUDE


def profile_of(config: Mapping[str, Any]) -> str:
    """Return the profile in the settings, in lower case as GSD reads it; it may be invalid."""
    value = config.get("model_profile")
    return text(value).lower() if truthy(value) else DEFAULT_PROFILE


def section(config: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the object under ``keys``, an empty one if there is none."""
    value: Any = config
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def effort_override(config: Mapping[str, Any], name: str) -> str | None:
    """Return the effort of an agent in the settings, None if it has none that gsd-core accepts."""
    word = section(config, *EFFORT_OVERRIDES).get(name)
    return word if isinstance(word, str) and word in EFFORTS[1:] else None


def _tier(config: Mapping[str, Any], name: str, known: GsdTables) -> Resolution:
    """Return the alias of the agent, before the runtime maps it to an id."""
    agent = known.agents[name]
    by_phase = section(config, "models").get(agent.phase)
    if by_phase in ALIASES:
        return Resolution(by_phase, ("models", agent.phase), f'agents of phase type "{agent.phase}" run on {by_phase}')
    profile = profile_of(config)
    key: Key = ("model_profile",) if "model_profile" in config else ()
    if profile == INHERIT:
        return Resolution(INHERIT, key, 'the profile "inherit" leaves it on its caller')
    is_known = profile in known.profiles
    taken = profile if is_known else DEFAULT_PROFILE
    model = known.model(taken, name)
    how = f"GSD's own table has {model} in profile {taken}"
    if not is_known:
        how = f'GSD does not know the profile "{profile}", and {how}'
    return Resolution(model, key, how)


def _by_policy(config: Mapping[str, Any], runtime: str, tier: Resolution, known: GsdTables) -> Resolution | None:
    """Return the mapping of an alias in ``model_policy``, None if it has none, or an invalid one."""
    policy = section(config, "model_policy")
    if not known.is_core or not policy:
        return None
    model, key = _policy_model(policy, runtime, str(tier.model), known)
    if runtime == CLAUDE:  # only Claude's own aliases are valid
        model = known.aliases.get(model, model) if isinstance(model, str) else None
        model = model if model in (*ALIASES[:3], FABLE) else None
    if not truthy(model):
        return None
    return Resolution(model, ("model_policy", *key), f"{tier.how}, which `model_policy` makes {text(model)}")


def _policy_model(policy: Mapping[str, Any], runtime: str, alias: str, known: GsdTables) -> tuple[Any, Key]:
    """Return a policy's model for an alias in a runtime, with its key; None if there is none."""
    key: Key = ("runtime_tiers", runtime, alias)
    entry = section(policy, *key[:-1]).get(alias)
    if isinstance(entry, Mapping) and truthy(entry.get("model")):
        return entry["model"], (*key, "model")
    if isinstance(entry, str) and entry:
        return entry, key
    provider, budget = policy.get("provider"), policy.get("budget")
    if provider in GENERIC:
        value = policy.get(_BUDGETS[alias])
        return (value if isinstance(value, str) else None), (_BUDGETS[alias],)
    presets = known.policies.get(provider, {}) if isinstance(provider, str) else {}
    wanted = budget if isinstance(budget, str) and budget else "medium"
    return presets.get(wanted, {}).get(alias), ("provider",)


def _of_claude(config: Mapping[str, Any], tier: Resolution, known: GsdTables) -> Resolution | None:
    """Return the mapping of an alias by an entry for the runtime claude; 1.42 ignores such entries."""
    key: Key = ("model_profile_overrides", CLAUDE, str(tier.model))
    entry = section(config, *key[:-1]).get(key[-1])
    if isinstance(entry, Mapping):
        entry, key = entry.get("model"), (*key, "model")
    if not isinstance(entry, str) or not entry:
        return None
    model = known.aliases.get(entry, entry)
    return Resolution(model, key, f'{tier.how}, which is "{model}" in runtime "{CLAUDE}"')


def _in_runtime(config: Mapping[str, Any], runtime: str, tier: Resolution, known: GsdTables) -> Resolution | None:
    """Return the runtime's mapping of an alias: the user's entry over GSD's own, None if neither has a model."""
    own = known.runtimes.get(runtime, {}).get(tier.model)
    entry = section(config, "model_profile_overrides", runtime).get(tier.model)
    key: Key = ("model_profile_overrides", runtime, tier.model)
    if isinstance(entry, dict) and "model" in entry:
        model, key = entry["model"], (*key, "model")
    elif isinstance(entry, str) and entry:
        model = entry
    else:
        model, key = own, ("runtime",)
    return (
        Resolution(model, key, f'{tier.how}, which is "{text(model)}" in runtime "{runtime}"')
        if truthy(model)
        else None
    )
