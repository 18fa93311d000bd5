"""get-shit-done: the profile nearest to the policy, and overrides for agents on which the two differ.

An override has the highest precedence in ``.planning/config.json`` (measured on gsd-core 1.14.0 and get-shit-done-cc
1.42.3). Its value must be valid for the runtime: Claude Code's agent tool accepts aliases only, OpenCode
provider/model, Codex its own ids. gsd-core 1.14 also has efforts, which it writes to agents' files on installation:
``effort.agent_overrides`` overrides the tiers there.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.finding import Finding, Rejected, Severity, some
from gsdc.models.id_spaces import CANONICAL, canonical_parts
from gsdc.ownership.registry import JSON_KEYS
from gsdc.policy.model import Model
from gsdc.policy.ref import NOTHING
from gsdc.source.gsd_version import GsdVersion
from gsdc.source.javascript import text, truthy
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.source.tree import is_blank
from gsdc.targets.agent_findings import NOT_HELD_BACK, UNREACHABLE
from gsdc.targets.api import Artifact, Claim, Emission, Request, aliases
from gsdc.targets.choice import Choice, choose
from gsdc.targets.efforts import written_effort
from gsdc.targets.gsd import DECLARATION, ROOT, WORKSTREAMS
from gsdc.targets.gsd.moved_alias import moved_aliases
from gsdc.targets.gsd.resolve import (
    ALIASES,
    CLAUDE,
    DEFAULT_PROFILE,
    EFFORT_OVERRIDES,
    IDS_OF_RUNTIME,
    OVERRIDES,
    client,
    effort_override,
    profile_of,
    resolve,
    runtime_of,
    version_in,
)
from gsdc.targets.gsd.settings import SettingsFile, read_settings_file, settings
from gsdc.targets.gsd_workflow import DECLARATION as WORKFLOW
from gsdc.targets.gsd_workflow.skills import folder_of, skill_values

_PROFILES: Final = ("quality", "balanced", "budget")
# Settings that the supported versions read differently: with one of them, a profile's table is not used.
_DIFFER_BY_VERSION: Final = ("model_policy", "model_profile_overrides", "resolve_model_ids")
_MAKERS: Final = {"codex": "openai", "gemini": "google"}


class _Wanted(NamedTuple):
    """The expected answers of GSD for its agents: the runtime's word, and the catalog's model, by agent.

    ``efforts`` are those that the policy decides, if the version supports them; ``known`` are the agents of the
    version.
    """

    words: Mapping[str, str]
    models: Mapping[str, Model]
    findings: tuple[Finding, ...]
    efforts: Mapping[str, str] = NOTHING
    known: Collection[str] = ()


def emit(request: Request) -> Emission:
    """Write the profile and the overrides to the project's configuration, and overrides to those of workstreams.

    Raises ``Rejected`` if GSD ignores the file.
    """
    if not any(agent.name_in(DECLARATION.client) in client().agents for agent in request.policy.agents.values()):
        return Emission(())
    wanted = _wanted(request, _root(request).data or {})
    texts = _texts(request, wanted)
    return Emission(tuple(Artifact(path, text.encode(), JSON_KEYS) for path, text in texts.items()), wanted.findings)


def _texts(request: Request, wanted: _Wanted) -> dict[str, str]:
    """Return the project's configuration and those of its workstreams, by path, with the ``wanted`` values."""
    config = dict(_root(request).data or {})
    profile = _profile(config, wanted)
    values: dict[tuple[str, ...], Any] = {}
    if profile != profile_of(config):
        values["model_profile",] = profile
    values |= _overrides(config | {"model_profile": profile}, wanted)
    values |= _efforts(config, wanted)
    if WORKFLOW.name in request.others:
        values |= skill_values(config, folder_of(request.others[WORKFLOW.name]))
    texts = {ROOT: _document(request, ROOT).update(values).text}
    for path in request.tree.glob(WORKSTREAMS):
        own = read_settings_file(path, request.tree.read(path) or b"")
        _reject_ignored(own)
        merged = settings(own, client(), read_settings_file(ROOT, texts[ROOT].encode())).data
        overrides = _overrides(merged, wanted)
        named = {*_overridden(own.data or {}), *(key[-1] for key in overrides)}  # the agents in the stream's own file
        efforts = {key: word for key, word in _efforts(own.data or {}, wanted).items() if key[-1] in named}
        efforts |= _efforts(merged, wanted)
        texts[path] = _document(request, path).update(overrides | efforts).text
    return texts


def read_back(path: str, content: bytes, models: Iterable[Model]) -> tuple[Claim, ...]:
    """Return GSD's answer for each agent that it knows; for a workstream, only its own overrides."""
    file = read_settings_file(path, content)
    _reject_ignored(file)
    config, models = file.data or {}, tuple(models)
    if path == ROOT:
        return tuple(
            Claim(name, _alias(resolve(config, name, client()).model, models), effort=effort_override(config, name))
            for name in _agents(config)
        )
    return tuple(
        Claim(name, _alias(value, models), effort=effort_override(config, name))
        for name, value in _overridden(config).items()
        if truthy(value)
    )


def expected_claims(request: Request) -> frozenset[Claim]:
    """Return the expected answers of GSD for the agents that its runtime can run on the policy's models."""
    wanted = _wanted(request, _root(request).data or {})
    claims = set()
    for path, written in _texts(request, wanted).items():
        config = read_settings_file(path, written.encode()).data or {}
        # If the policy decides no effort, a person's is kept: in a workstream, only for the agents in its file.
        claims |= {
            Claim(name, wanted.models[name].alias, effort=wanted.efforts.get(name) or effort_override(config, name))
            for name in wanted.words
            if path == ROOT or truthy(_overridden(config).get(name))
        }
    return frozenset(claims)


def word_of(model: Model, runtime: str) -> str | None:
    """Return the name of a model in ``runtime``, None if it cannot request the model."""
    if runtime == CLAUDE:
        word = model.ids.get("claude")
        return word if word in ALIASES else None
    slashed = model.ids.get(CANONICAL)
    if runtime in IDS_OF_RUNTIME or slashed is None:
        return slashed
    maker, bare = canonical_parts(model.ids)
    if runtime in _MAKERS:
        return bare if maker == _MAKERS[runtime] else None
    return model.ids.get(DECLARATION.ids, bare)


def _root(request: Request) -> SettingsFile:
    content = request.tree.read(ROOT) or b""
    file = read_settings_file(ROOT, b"{}" if is_blank(content.decode("utf-8", "replace")) else content)
    _reject_ignored(file)
    return file


def _reject_ignored(file: SettingsFile) -> None:
    errors = [finding for finding in file.findings if finding.severity is Severity.ERROR]
    if file.data is None and errors:
        raise Rejected(*errors)


def _document(request: Request, path: str) -> Jsonc:
    content = (request.tree.read(path) or b"").decode("utf-8", "replace")
    return Jsonc(path, "{}\n" if is_blank(content) else content)


def _wanted(request: Request, config: Mapping[str, Any]) -> _Wanted:
    policy, runtime, known = request.policy, runtime_of(config), _agents(config)
    words: dict[str, str] = {}
    models: dict[str, Model] = {}
    efforts: dict[str, str] = {}
    version = version_in(request.tree, policy.clients)
    has_efforts = version is GsdVersion.CORE
    lacking: dict[str, list[str]] = {}
    waiting: list[str] = []
    for agent in policy.agents.values():
        name = agent.name_in(DECLARATION.client)
        if name not in known or name in models:
            continue
        choice: Choice = choose(policy, agent, request.zone)
        models[name] = choice.model
        word = word_of(choice.model, runtime)
        if word is None:
            lacking.setdefault(choice.model.alias, []).append(agent.name)
            continue
        words[name] = word
        effort = written_effort(DECLARATION.ids, choice.model, choice.effort)
        if has_efforts and effort is not None:
            efforts[name] = effort
        if choice.deferred:
            waiting.append(agent.name)
    findings = [*_told(runtime, lacking, waiting)]
    if runtime == CLAUDE:
        findings.extend(moved_aliases(request.tree, policy, (models[name].alias for name in words)))
    return _Wanted(words, models, tuple(findings), efforts, client(version).agents)


def _told(runtime: str, lacking: Mapping[str, list[str]], waiting: list[str]) -> Iterator[Finding]:
    at = Span(ROOT, 0, 0)
    for alias, names in lacking.items():
        message = f'get-shit-done on runtime "{runtime}" cannot use "{alias}", the model of {some(names)}'
        yield UNREACHABLE.at(at, message, "give them a model that the runtime has, or set `runtime` there")
    if waiting:
        message = f"get-shit-done cannot defer agents: {some(waiting)} would run on their model of zone green"
        yield NOT_HELD_BACK.at(at, message, "do not start them in this zone")


def _profile(config: Mapping[str, Any], wanted: _Wanted) -> str:
    """Return the profile with the fewest overrides; of equal ones the current one, then the better one."""
    current = profile_of(config)
    order = sorted(_PROFILES, key=lambda name: (name != current, name != DEFAULT_PROFILE))
    plain = {key: value for key, value in config.items() if key != OVERRIDES}
    return min(order, key=lambda name: len(_overrides({**plain, "model_profile": name}, wanted)))


def _overrides(config: Mapping[str, Any], wanted: _Wanted) -> dict[tuple[str, ...], Any]:
    """Return the missing overrides in ``config``.

    The tables of runtimes with full ids may have an older release than the policy: GSD has to answer the exact id.
    """
    there = _overridden(config)
    doubtful = any(truthy(config.get(key)) for key in _DIFFER_BY_VERSION)
    missing: dict[tuple[str, ...], Any] = {}
    for name, word in wanted.words.items():
        if truthy(there.get(name)):
            is_right = there[name] == word
        else:
            is_right = name in wanted.known and not doubtful and resolve(config, name, client()).model == word
        if not is_right:
            missing[OVERRIDES, name] = word
    return missing


def _efforts(config: Mapping[str, Any], wanted: _Wanted) -> dict[tuple[str, ...], Any]:
    """Return the missing efforts in ``config``."""
    missing = {name: word for name, word in wanted.efforts.items() if effort_override(config, name) != word}
    return {(*EFFORT_OVERRIDES, name): word for name, word in missing.items()}


def _agents(config: Mapping[str, Any]) -> Mapping[str, None]:
    """Return the agents that GSD knows with the settings ``config``: its own, and those that only an override names."""
    named = (name for name, value in _overridden(config).items() if truthy(value))
    return dict.fromkeys((*client().agents, *named))


def _overridden(config: Mapping[str, Any]) -> Mapping[str, Any]:
    own = config.get(OVERRIDES)
    return own if isinstance(own, dict) else {}


def _alias(answer: Any, models: Iterable[Model]) -> str:
    """Return the alias of GSD's answer; the full ids that GSD uses for its aliases count as them, in any runtime."""
    if not isinstance(answer, str):
        return text(answer)
    models = tuple(models)
    own = {id_: alias for alias, id_ in client().runtimes[CLAUDE].items()}
    word = own.get(answer.rpartition("/")[2], answer)
    for ids in (DECLARATION.ids, "claude", CANONICAL):
        if word in (known := aliases(models, ids)):
            return known[word]
    bare = {canonical_parts(model.ids)[1]: model.alias for model in models if CANONICAL in model.ids}
    return bare.get(word, word)
