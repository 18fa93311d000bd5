"""Settings of get-shit-done without effect: GSD ignores them, silently and with exit code 0."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from gsdc.finding import Finding, some
from gsdc.models.words import identify_for
from gsdc.policy.model import Policy
from gsdc.source.javascript import text, truthy
from gsdc.targets.api import INHERIT
from gsdc.targets.fixes import remove, rename, write
from gsdc.targets.gsd.findings import (
    IGNORED_MODEL,
    MISSPELT_KEY,
    NEARLY_ALIAS,
    NO_DYNAMIC_ROUTING,
    NO_EFFECT,
    REFUSED_MODEL,
    TWO_ANSWERS,
    UNKNOWN_AGENT,
    UNKNOWN_PHASE,
    UNKNOWN_PROFILE,
)
from gsdc.targets.gsd.resolve import (
    ALIASES,
    CLAUDE,
    DEFAULT_PROFILE,
    FABLE,
    GENERIC,
    IDS_OF_RUNTIME,
    OMIT,
    Key,
    profile_of,
    resolve,
    runtime_of,
    section,
)
from gsdc.targets.gsd.settings import GsdSettings
from gsdc.targets.gsd.unread import is_unknown, unknown_key, unread
from gsdc.targets.model_names import alias_of, near, suggestion
from gsdc.targets.opencode.findings import NO_PROVIDER

_DECIDING: Final = (
    *("model_profile", "model_overrides", "models", "dynamic_routing"),
    *("runtime", "model_profile_overrides", "resolve_model_ids", "model_policy", "effort", "fast_mode"),
)
# The other top-level keys of GSD 1.42.3 and earlier versions: these are not misspellings.
_OTHERS: Final = (
    *("mode", "granularity", "parallelization", "commit_docs", "search_gitignored", "brave_search", "firecrawl"),
    *("exa_search", "workflow", "code_quality", "ship", "git", "planning", "review", "executor", "hooks", "statusline"),
    *("features", "context", "learnings", "project_code", "phase_naming", "manager", "response_language", "intel"),
    *("context_window", "graphify", "claude_md_path", "claude_md_assembly", "agent_skills", "depth", "multiRepo"),
    *("branching_strategy", "sub_repos"),
)
_ROUTING: Final = ("enabled", "tier_models", "escalate_on_failure", "max_escalations")
_POLICY: Final = ("provider", "budget", "high", "medium", "low", "runtime_tiers")
_IN_OVERRIDES: Final = "remove it, and name the models in `model_overrides`"
_NEAR: Final = 0.6
_MOST: Final = 100  # limit of findings of one kind


def check(settings: GsdSettings, policy: Policy) -> Iterator[Finding]:
    """Yield what GSD ignores or misreads in one file's settings."""
    yield from _profile(settings)
    ours = {agent.name_in("gsd") for agent in policy.agents.values()}
    yield from islice(_overrides(settings, policy, ours), _MOST)
    yield from islice(_phases(settings), _MOST)
    yield from islice(_runtimes(settings), _MOST)
    yield from islice(_keys(settings), _MOST)
    yield from islice(_full_ids(settings), _MOST)
    yield from islice(_policy(settings), _MOST)
    yield from islice(unread(settings, ours), _MOST)
    if truthy(section(settings.data, "dynamic_routing").get("enabled")):
        message = f"no workflow of {settings.known} that starts an agent asks for `dynamic_routing`"
        yield NO_DYNAMIC_ROUTING.at(settings.span(("dynamic_routing", "enabled")), message, _IN_OVERRIDES)


def _profile(settings: GsdSettings) -> Iterator[Finding]:
    value = settings.data.get("model_profile")
    profiles = settings.known.profiles
    if truthy(value) and profile_of(settings.data) not in profiles:
        message = f'GSD does not know the profile "{text(value)}", and silently uses "{DEFAULT_PROFILE}"'
        finding = UNKNOWN_PROFILE.at(settings.span(("model_profile",)), message, _choices(text(value), profiles))
        yield _with_value(settings, finding, ("model_profile",), near(text(value), profiles, _NEAR))


def _overrides(settings: GsdSettings, policy: Policy, ours: Collection[str]) -> Iterator[Finding]:
    agents = settings.known.agents
    for name, model in section(settings.data, "model_overrides").items():
        key = ("model_overrides", name)
        if name not in agents and name not in ours:
            help_ = f"{suggestion(name, [*agents, *ours])}the agents are those of the folder agents/ of GSD"
            message = f'neither GSD nor the policy has an agent "{name}": the override has no effect'
            finding = UNKNOWN_AGENT.at(settings.span(key, of_key=True), message, help_)
            yield _with_name(settings, finding, key, near(name, [*agents, *ours], _NEAR))
        if not truthy(model) or not isinstance(model, str):
            what = "is ignored" if not truthy(model) else "is passed on unchanged"
            message = f'the override of "{name}" is not a model name, and {what}'
            yield IGNORED_MODEL.at(settings.span(key), message, "name a model, or remove the entry")
        elif refused := _refused(settings, policy, name, model):
            yield refused
        elif alias_of(policy, "gsd", model) == model and (alias := near(model.strip(), ALIASES)) is not None:
            message = f'GSD passes "{model}" on unchanged'
            finding = NEARLY_ALIAS.at(settings.span(key), message, f'did you mean "{alias}"?')
            yield _with_value(settings, finding, key, alias)
        elif model != model.strip():
            message = f'GSD passes "{model}" on with the spaces around it'
            finding = NEARLY_ALIAS.at(settings.span(key), message, f'write "{model.strip()}"')
            yield _with_value(settings, finding, key, model.strip())


def _refused(settings: GsdSettings, policy: Policy, name: str, model: str) -> Finding | None:
    """Return the error of an override that the starting client does not accept, None if it accepts it."""
    runtime, key = runtime_of(settings.data), ("model_overrides", name)
    at = settings.span(key)
    alias = alias_of(policy, "gsd", model)
    if runtime in IDS_OF_RUNTIME and "/" not in model:
        known = policy.models.get(alias)
        meant = known.ids.get(IDS_OF_RUNTIME[runtime]) if known else None
        message = f'"{name}" runs on "{model}", which has no provider: {runtime} cannot run it'
        finding = NO_PROVIDER.at(at, message, f'write "{meant}"' if meant else 'write "provider/model"')
        return _with_value(settings, finding, key, meant, safe=True)
    if runtime == CLAUDE and model.startswith("claude-") and model not in settings.known.aliases:
        return _refused_by_claude(settings, key, model)
    return None


def _refused_by_claude(settings: GsdSettings, key: Key, model: str) -> Finding:
    line = identify_for("claude", model).line
    message = f'{settings.known} passes "{model}" on as it stands, and Claude Code\'s agent tool refuses it'
    word = line if line in (*ALIASES, FABLE) else None
    finding = REFUSED_MODEL.at(settings.span(key), message, f'write "{word}"' if word else "write an alias")
    return _with_value(settings, finding, key, word, safe=True)


def _full_ids(settings: GsdSettings) -> Iterator[Finding]:
    """Yield the settings that make full ids of GSD's aliases where it starts agents of Claude Code."""
    if runtime_of(settings.data) != CLAUDE:
        return
    key: Key = ("resolve_model_ids",)
    ids = settings.data.get(key[0])
    if ids is True or (not settings.known.is_core and truthy(ids) and ids != OMIT):
        message = f"{settings.known} answers full ids, and Claude Code's agent tool refuses them"
        finding = REFUSED_MODEL.at(settings.span(key), message, "remove it")
        yield finding._replace(fix=remove(settings.document(key), key))
    tiers = section(settings.data, "model_profile_overrides", CLAUDE) if settings.known.is_core else {}
    for tier, entry in tiers.items():
        key = ("model_profile_overrides", CLAUDE, tier)
        model = entry
        if isinstance(entry, dict):
            key, model = (*key, "model"), entry.get("model")
        is_id = isinstance(model, str) and model.startswith("claude-") and model not in settings.known.aliases
        if is_id and tier in ALIASES[:3]:
            yield _refused_by_claude(settings, key, str(model))


def _phases(settings: GsdSettings) -> Iterator[Finding]:
    known = settings.known
    models = settings.data.get("models")
    if models is not None and not isinstance(models, dict):
        help_ = f"write an object with the keys {', '.join(known.phases)}"
        yield IGNORED_MODEL.at(settings.span(("models",)), "`models` is not an object, and is ignored", help_)
    for phase, model in section(settings.data, "models").items():
        key = ("models", phase)
        if phase not in known.phases:
            message = f'GSD has no phase type "{phase}", and ignores the entry'
            finding = UNKNOWN_PHASE.at(settings.span(key, of_key=True), message, _choices(phase, known.phases))
            yield _with_name(settings, finding, key, near(phase, known.phases, _NEAR))
        elif truthy(model) and model not in ALIASES:
            help_ = f"{_choices(text(model), ALIASES)}; other models go into `model_overrides`"
            message = f'GSD ignores "{text(model)}" for phase type "{phase}"'
            finding = IGNORED_MODEL.at(settings.span(key), message, help_)
            yield _with_value(settings, finding, key, near(text(model), ALIASES, _NEAR))
        elif model in ALIASES and not known.is_core:
            yield from _two_answers(settings, key)


def _two_answers(settings: GsdSettings, key: Key) -> Iterator[Finding]:
    """Yield a finding if gsd-sdk ignores the entry for agents of the phase type."""
    phase = key[1]
    others = {other: value for other, value in section(settings.data, "models").items() if other != phase}
    without = {**settings.data, "models": others}
    differing = []
    for name, agent in settings.known.agents.items():
        answer = resolve(settings.data, name, settings.known)
        is_taken = answer.key != key and profile_of(settings.data) != INHERIT
        if agent.phase == phase and not is_taken and answer.model != resolve(without, name, settings.known).model:
            differing.append(name)
    if differing:
        message = f"gsd-sdk, which GSD's workflows use, ignores this entry: it has no effect on {some(differing)}"
        yield TWO_ANSWERS.at(settings.span(key), message, "write the agents into `model_overrides`, which both read")


def _runtimes(settings: GsdSettings) -> Iterator[Finding]:
    known = settings.known.runtimes
    runtime = settings.data.get("runtime")
    overrides = section(settings.data, "model_profile_overrides")
    if truthy(runtime) and text(runtime) not in known and text(runtime) not in overrides:
        message = f'GSD does not know the runtime "{text(runtime)}": it answers with Claude\'s aliases'
        finding = NO_EFFECT.at(settings.span(("runtime",)), message, _choices(text(runtime), tuple(known)))
        yield _with_value(settings, finding, ("runtime",), near(text(runtime), tuple(known), _NEAR))
    for name, tiers in overrides.items():
        key = ("model_profile_overrides", name)
        takes_none = name == CLAUDE and not settings.known.is_core
        is_idle = runtime_of(settings.data) == CLAUDE and not settings.known.is_core
        if takes_none or is_idle or runtime_of(settings.data) not in overrides:
            message = f'the overrides for runtime "{name}" have no effect: '
            message += f"{settings.known} has none for claude" if takes_none else "`runtime` does not name it"
            help_ = _IN_OVERRIDES if takes_none else f'set `runtime` to "{name}"'
            yield NO_EFFECT.at(settings.span(key, of_key=True), message, help_)
        for tier in tiers if isinstance(tiers, dict) else ():
            if tier not in ALIASES[:3]:
                message = f'GSD does not look up "{tier}" in a runtime'
                finding = NO_EFFECT.at(settings.span((*key, tier), of_key=True), message, _choices(tier, ALIASES[:3]))
                yield _with_name(settings, finding, (*key, tier), near(tier, ALIASES[:3], _NEAR))


def _policy(settings: GsdSettings) -> Iterator[Finding]:
    """Yield the values of `model_policy` that GSD does not look up: it answers the plain tier, as without a policy."""
    policy, presets = section(settings.data, "model_policy"), settings.known.policies
    provider, budget = policy.get("provider"), policy.get("budget")
    if not settings.known.is_core or provider in GENERIC or not isinstance(provider, str):
        return
    key, value, known = ("provider",), provider, (*presets, *GENERIC)
    if provider in presets:
        if not isinstance(budget, str) or not budget or budget in presets[provider]:
            return
        key, value, known = ("budget",), budget, tuple(presets[provider])
    at: Key = ("model_policy", *key)
    message = f'GSD has no {key[0]} "{value}" in `model_policy`, and ignores it'
    finding = NO_EFFECT.at(settings.span(at), message, _choices(value, known))
    yield _with_value(settings, finding, at, near(value, known, _NEAR))


def _keys(settings: GsdSettings) -> Iterator[Finding]:
    if "model_policy" in settings.data and not settings.known.is_core:
        message = f"{settings.known} does not know the key `model_policy`, and ignores it; gsd-core reads it"
        at = settings.span(("model_policy",), of_key=True)
        yield NO_EFFECT.at(at, message, f"{_IN_OVERRIDES}; or install gsd-core")
    blocks: tuple[tuple[Key, Mapping[str, Any], tuple[str, ...]], ...] = (
        ((), settings.data, _DECIDING),
        (("dynamic_routing",), section(settings.data, "dynamic_routing"), _ROUTING),
        (("model_policy",), section(settings.data, "model_policy"), _POLICY),
    )
    for above, block, known in blocks:
        for name in islice(block, 10 * _MOST):
            meant = near(name, known, 0.8) if name not in _OTHERS else None
            key = (*above, name)
            if meant is None and not above and is_unknown(name, block[name], (*known, *_OTHERS)):
                yield unknown_key(settings, name)
            if meant is not None:
                message = f'GSD does not know the key "{name}", and ignores it'
                finding = MISSPELT_KEY.at(settings.span(key, of_key=True), message, f'did you mean "{meant}"?')
                yield _with_name(settings, finding, key, meant)


def _choices(word: str, known: tuple[str, ...]) -> str:
    return f"{suggestion(word, known, _NEAR)}allowed: {', '.join(known)}"


def _with_value(settings: GsdSettings, finding: Finding, key: Key, value: str | None, *, safe: bool = False) -> Finding:
    """Return ``finding`` with the fix that writes ``value`` at ``key``, unchanged if there is no value."""
    return finding if value is None else finding._replace(fix=write(settings.document(key), {key: value}, safe=safe))


def _with_name(settings: GsdSettings, finding: Finding, key: Key, name: str | None) -> Finding:
    """Return ``finding`` with the fix that renames ``key``, unchanged if there is no name."""
    return finding if name is None else finding._replace(fix=rename(settings.document(key), key, name))
