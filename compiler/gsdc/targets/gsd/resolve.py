"""What get-shit-done answers when one of its workflows asks for the model of an agent.

This is ``gsd-tools.cjs resolve-model`` of get-shit-done-cc 1.42.3 (core.cjs, ``resolveModelInternal``), measured: an
override of the agent, else the tier that ``models`` gives its phase type, else the one that its own table gives it in
the profile; then the runtime's id of that tier. ``dynamic_routing`` has no part in it: the function that reads it,
``resolveModelForTier``, is called by nothing. The data are in client.yaml.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from gsdc.source.javascript import text, truthy
from gsdc.source.yaml_text import loads
from gsdc.targets.api import INHERIT

DEFAULT_PROFILE: Final = "balanced"
ALIASES: Final = ("opus", "sonnet", "haiku", INHERIT)
CLAUDE: Final = "claude"
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
    """What GSD knows by itself. ``adaptive`` gives the alias of each tier, ``runtimes`` the id of each alias there."""

    profiles: tuple[str, ...]
    phases: tuple[str, ...]
    agents: Mapping[str, Agent]
    adaptive: Mapping[str, str]
    runtimes: Mapping[str, Mapping[str, str]]

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
def client() -> Client:
    """Return the data of the client."""
    data = loads(Path(__file__).with_name("client.yaml").read_text("utf-8"))
    agents = {name: Agent(*values) for name, values in data["agents"].items()}
    return Client(tuple(data["profiles"]), tuple(data["phase-types"]), agents, data["adaptive"], data["runtimes"])


def resolve(config: Mapping[str, Any], name: str) -> Answer:
    """Return what GSD answers for its agent ``name`` with the settings ``config``."""
    override = section(config, "model_overrides").get(name)
    if truthy(override):
        return Answer(override, ("model_overrides", name))
    tier = _tier(config, name)
    runtime = config.get("runtime")
    if truthy(runtime) and runtime != CLAUDE and tier.model != INHERIT:
        answer = _in_runtime(config, text(runtime), tier)
        if answer is not None:
            return answer
    ids = config.get("resolve_model_ids")
    if ids == OMIT:
        return Answer(
            "", ("resolve_model_ids",), 'with `resolve_model_ids: "omit"` it runs on the runtime\'s own default'
        )
    if truthy(ids) and tier.model != INHERIT:
        return tier._replace(model=client().runtimes[CLAUDE][tier.model])
    return tier


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


def _tier(config: Mapping[str, Any], name: str) -> Answer:
    """Return the alias that the agent runs on, before a runtime has made an id of it."""
    agent = client().agents[name]
    by_phase = section(config, "models").get(agent.phase)
    if by_phase in ALIASES:
        return Answer(by_phase, ("models", agent.phase), f'agents of phase type "{agent.phase}" run on {by_phase}')
    profile = profile_of(config)
    key: Key = ("model_profile",) if "model_profile" in config else ()
    if profile == INHERIT:
        return Answer(INHERIT, key, 'the profile "inherit" leaves it on the model of whoever calls it')
    known = profile in client().profiles
    taken = profile if known else DEFAULT_PROFILE
    model = client().model(taken, name)
    how = f"its own table runs it on {model} in profile {taken}"
    if not known:
        how = f'GSD does not know the profile "{profile}", and {how}'
    return Answer(model, key, how)


def _in_runtime(config: Mapping[str, Any], runtime: str, tier: Answer) -> Answer | None:
    """Return what the runtime makes of an alias: the user's entry over GSD's own, None where neither has a model."""
    own = client().runtimes.get(runtime, {}).get(tier.model)
    entry = section(config, "model_profile_overrides", runtime).get(tier.model)
    key: Key = ("model_profile_overrides", runtime, tier.model)
    if isinstance(entry, dict) and "model" in entry:
        model, key = entry["model"], (*key, "model")
    elif isinstance(entry, str) and entry:
        model = entry
    else:
        model, key = own, ("runtime",)
    return Answer(model, key, f'{tier.how}, which is "{text(model)}" in runtime "{runtime}"') if truthy(model) else None
