"""The view of OpenCode's files in a project, as measured on OpenCode 1.18: the model of each agent in them.

Among the JSON files the strongest applies, key by key. The agent's own Markdown file overrides all of them, and a
deprecated ``mode`` block overrides that file. Files outside of the project are not read, though OpenCode reads them:
global and managed files, files in parent folders, and the environment. An agent whose model is set only in a global
file appears here without a model.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from gsdc.finding import Finding, Rejected
from gsdc.policy.model import Policy
from gsdc.policy.security_agent import SECURITY, is_security_agent
from gsdc.source.jsonc import Jsonc, data_of
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode
from gsdc.targets.api import INHERIT, Claim, Statement, View
from gsdc.targets.contents import contents
from gsdc.targets.efforts import with_effort
from gsdc.targets.model_names import alias_of
from gsdc.targets.opencode import DECLARATION
from gsdc.targets.opencode.commands import descriptions as command_descriptions
from gsdc.targets.opencode.commands import invocations, json_commands, markdown_commands, undecided_agents
from gsdc.targets.opencode.conflicts import Top, overridden, overridden_at_top
from gsdc.targets.opencode.default_agent import unusable_default_agent
from gsdc.targets.opencode.efforts import declared_variants, effort_of
from gsdc.targets.opencode.elsewhere import named_plugins, other_servers, plugins
from gsdc.targets.opencode.excluded_models import excluded_models
from gsdc.targets.opencode.files import AGENT_FILES, PROJECT_FILES
from gsdc.targets.opencode.findings import MOST, NO_PROVIDER, TWO_FILES, UNREAD
from gsdc.targets.opencode.fleet_plugin import taken_over
from gsdc.targets.opencode.home import overruled
from gsdc.targets.opencode.keys import TOP_LEVEL
from gsdc.targets.opencode.layers import (
    AgentConfigLayer,
    blocks,
    markdown,
    mode_of,
    parse,
    read_text,
    strongest,
    text_of,
    top_level,
)
from gsdc.targets.opencode.providers import Providers, model_options, other_models, providers
from gsdc.targets.opencode.substitution import missing_files, undecided_keys
from gsdc.targets.opencode.variant_in_model import variants_in_models
from gsdc.targets.versions import version_in_use

# Names of configurations that OpenCode does not read in a project.
_FORMER: Final = ".opencode.json"
_UNREAD: Final = ("config.json", ".opencode/config.json", _FORMER)


def view(tree: Tree, policy: Policy) -> View:
    """Return OpenCode's effective configuration in ``tree``; a broken file is a finding, never an exception."""
    findings: list[Finding] = []
    files: list[str] = []
    documents = list(_documents(tree, files, findings))
    tops, said, commands = _said(tree, documents, files, findings)
    found = providers(tree, documents, policy, findings)
    default_agent = tops["default_agent"][-1][0] if "default_agent" in tops else ""
    descriptions = {name: text for name, layers in said.items() if (text := _description(layers))}
    findings.extend(_unread(tree))
    for key, values in tops.items():
        findings.extend(overridden_at_top(key, values))
    for name, layers in said.items():
        findings.extend(overridden(name, layers))
    findings.extend(unusable_default_agent(tree, documents, tops.get("default_agent", ()), said))
    findings.extend(_without_provider(policy, said, tops))
    findings.extend(variants_in_models(said))
    findings.extend(excluded_models(documents, said))
    findings.extend(overruled(said))
    findings.extend(taken_over(documents, said))
    findings.extend(_undecidable(tree, policy, documents, said, found))
    findings.extend(undecided_agents(commands, has_security=_has_security(policy, said)))
    winners = {key: values[-1] for key, values in tops.items()}
    declared, version = declared_variants(documents), version_in_use(policy, DECLARATION)
    statements = [
        with_effort(_statement(found, name, layers, winners), effort_of(name, layers, declared, version, findings))
        for name, layers in said.items()
    ]
    return View(
        tuple(statements),
        tuple(findings),
        tuple(files),
        {**descriptions, **command_descriptions(commands)},
        tuple(invocations(commands, default_agent, found)),
    )


def _said(
    tree: Tree, documents: Iterable[Jsonc], files: list[str], findings: list[Finding]
) -> tuple[dict[str, list[Top]], dict[str, list[AgentConfigLayer]], list[AgentConfigLayer]]:
    """Return the files' top-level values, and those of each agent and command, the weakest first."""
    tops: dict[str, list[Top]] = {}
    agents: list[AgentConfigLayer] = []
    modes: list[AgentConfigLayer] = []
    commands: list[AgentConfigLayer] = []
    for document in documents:
        findings.extend(islice(missing_files(tree, document), MOST))
        for key, (value, is_known) in top_level(tree, document, findings).items():
            tops.setdefault(key, []).append((value, is_known, document))
        for one in blocks(tree, document, findings):
            (modes if one.block == "mode" else agents).append(one)
        commands.extend(json_commands(tree, document, findings))
    said: dict[str, list[AgentConfigLayer]] = {}
    for one in (*agents, *_markdown(tree, files, findings), *modes):
        said.setdefault(one.agent, []).append(one)
    commands.extend(markdown_commands(tree, files, findings))
    return tops, said, commands


def _undecidable(
    tree: Tree,
    policy: Policy,
    documents: Iterable[Jsonc],
    said: Mapping[str, Sequence[AgentConfigLayer]],
    found: Providers,
) -> Iterator[Finding]:
    """Yield the reasons why the model of an agent is unknown, regardless of the agent's own entry."""
    guarded = _guarded(policy, said)
    in_use = {one.values["model"] for name in guarded if (one := strongest(said[name], "model"))}
    has_security = _has_security(policy, said)
    for document in documents:
        yield from undecided_keys(document, lambda name: has_security if name is None else name in guarded)
        yield from model_options(document, guarded, in_use)
        yield from named_plugins(document)
        yield from other_servers(document, policy)
    yield from other_models(found)
    yield from plugins(tree)


def _guarded(policy: Policy, said: Mapping[str, Sequence[AgentConfigLayer]]) -> set[str]:
    """Return the security agents of the files."""
    return {
        name
        for name, layers in said.items()
        if is_security_agent(policy, DECLARATION.client, name, _description(layers))
    }


def _has_security(policy: Policy, said: Mapping[str, Sequence[AgentConfigLayer]]) -> bool:
    """Tell whether an unknown agent may be a security agent."""
    return any(agent.role == SECURITY for agent in policy.agents.values()) or bool(_guarded(policy, said))


def _description(layers: Sequence[AgentConfigLayer]) -> str:
    found = strongest(layers, "description")
    return str(found.values["description"]) if found else ""


def _documents(tree: Tree, files: list[str], findings: list[Finding]) -> Iterator[Jsonc]:
    """Yield the project's JSON files, the weakest first."""
    for path in reversed(PROJECT_FILES):
        text = read_text(tree, path, findings)
        if text is not None:
            files.append(path)
            document = parse(path, text, findings)
            if document is not None:
                yield document


def _markdown(tree: Tree, files: list[str], findings: list[Finding]) -> Iterator[AgentConfigLayer]:
    """Yield the entries of the Markdown agents, the weakest first: one for each agent, and one for each mode."""
    for folders in (AGENT_FILES[:2], AGENT_FILES[2:]):
        found: dict[str, AgentConfigLayer] = {}
        for folder, pattern in folders:
            for path, content in contents(tree, (folder + pattern,), findings):
                files.append(path)
                one = markdown(path, folder, text_of(path, content, findings), findings)
                if one is None:
                    continue
                if one.agent in found:
                    message = f'agent "{one.agent}" has two files: which one counts depends on the file system'
                    finding = TWO_FILES.at(found[one.agent].span(), message, f"keep this or {path}")
                    findings.append(finding._replace(related=(Span(path),)))
                found[one.agent] = one
        yield from found.values()


def _unread(tree: Tree) -> Iterator[Finding]:
    """Yield a finding for each file that looks like OpenCode's, where OpenCode does not look."""
    for path in _UNREAD:
        try:
            content = tree.read(path)
            data = data_of(path, decode(content, path)) if content else None
        except Rejected:  # OpenCode does not read such a file
            continue
        if isinstance(data, dict) and (path == _FORMER or _is_ours(data)):
            message = "OpenCode does not read this file in a project"
            yield UNREAD.at(Span(path), message, "move what it says to opencode.json")


def _is_ours(data: Mapping[str, Any]) -> bool:
    return "opencode.ai" in str(data.get("$schema")) or (
        not {"agent", "provider"}.isdisjoint(data) and set(TOP_LEVEL).issuperset(data)
    )


def _without_provider(
    policy: Policy, said: Mapping[str, Iterable[AgentConfigLayer]], tops: Mapping[str, Iterable[Top]]
) -> Iterator[Finding]:
    """Yield a finding for each model, known before OpenCode starts, that is not "provider/model"."""
    for model, span, what in _models(said, tops):
        provider, _, name = model.partition("/")
        if not model:
            message = f"{what} is empty, as if it were not there"
            yield NO_PROVIDER.at(span, message, 'write "provider/model", or remove it')
        elif not (provider and name):
            known = policy.models.get(alias_of(policy, DECLARATION.ids, model))
            meant = known.ids.get(DECLARATION.ids, "provider/model") if known else "provider/model"
            yield NO_PROVIDER.at(span, f'"{model}" names no provider', f'write "{meant}"')


def _models(
    said: Mapping[str, Iterable[AgentConfigLayer]], tops: Mapping[str, Iterable[Top]]
) -> Iterator[tuple[str, Span, str]]:
    """Yield each model with its place, and what it is the model of."""
    for key in ("model", "small_model"):
        for value, is_known, document in tops.get(key, ()):
            if is_known:
                yield value, document.span((key,)), f"`{key}`"
    for name, layers in said.items():
        for one in layers:
            if "model" in one.values and "model" not in one.undecided:
                yield one.values["model"], one.span("model", of_key=False), f'`model` of agent "{name}"'


def _statement(found: Providers, name: str, layers: Sequence[AgentConfigLayer], tops: Mapping[str, Top]) -> Statement:
    disabled = strongest(layers, "disable")
    if disabled and disabled.values["disable"] is True:
        return Statement(Claim(name, None), disabled.span("disable"))
    heat = strongest(layers, "temperature")
    temperature = heat.values["temperature"] if heat and "temperature" not in heat.undecided else None
    chosen = strongest(layers, "model")
    if chosen and chosen.values["model"]:
        model = chosen.values["model"]
        answer = found.answer(model, is_known="model" not in chosen.undecided)
        at = answer.at or chosen.span("model", of_key=False)
        claim = Claim(name, answer.alias, temperature=temperature)
        return Statement(claim, at, answer.how, answer.remedy, writable=chosen.place_of("model"))
    own = layers[-1].place_of("model")
    key, how = _default(name, mode_of(name, layers), tops)
    if not key:
        return Statement(Claim(name, INHERIT, temperature=temperature), layers[-1].span(), how, writable=own)
    value, is_known, document = tops[key]
    answer = found.answer(value, is_known=is_known)
    how = "; ".join(filter(None, (how, answer.how if is_known else "")))
    at = answer.at or document.span((key,))
    claim = Claim(name, answer.alias, temperature=temperature)
    return Statement(claim, at, how, answer.remedy, writable=own)


def _default(name: str, mode: str, tops: Mapping[str, Top]) -> tuple[str, str]:
    """Return the top-level key with the model of an agent without one, "" if there is none, and the reason as text."""
    if name == "title":
        if "small_model" in tops and tops["small_model"][0]:
            return "small_model", "titles are written by the `small_model`"
        return "", "titles are written by a small model of the same provider"
    if name in ("summary", "compaction"):
        return "", "it runs on the model of the conversation"
    if mode == "subagent":
        return "", "a sub-agent without a model runs on its caller's"
    if "model" in tops and tops["model"][0]:
        called = ", and on its caller's where another agent calls it" if mode == "all" else ""
        return "model", f"an agent without a model runs on the `model` at the top of the file{called}"
    return "", "without a model at the top of a file OpenCode takes the one that was used last"
