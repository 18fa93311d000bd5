"""The view of oh-my-openagent's files: the model of each agent and category, and the ignored entries.

Invalid JSON, unknown keys and unknown names are ignored silently. So are agents of these names in OpenCode's own files.
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Diagnostic, Finding, Rejected, Severity
from gsdc.models.effort import EFFORTS
from gsdc.policy.model import Policy
from gsdc.source.jsonc import Jsonc
from gsdc.source.key_document import value_at
from gsdc.source.span import Span
from gsdc.source.tree import Tree, decode, is_blank
from gsdc.targets.api import Claim, KeyPlace, Statement, View
from gsdc.targets.contents import contents
from gsdc.targets.model_names import alias_of, suggestion
from gsdc.targets.oh_my_openagent import DECLARATION, FILES, FORMER
from gsdc.targets.oh_my_openagent.emit import FORMER_FILE
from gsdc.targets.oh_my_openagent.entries import AGENTS, BLOCK, DONE, KNOWN, MIGRATIONS, AgentOrCategory, entries
from gsdc.targets.oh_my_openagent.void_file import void

DESTROYED = Diagnostic(
    "OM002",
    "omo-chain-destroyed",
    Severity.WARNING,
    """The plugin will replace a chain of models by a key that it does not read.

    ## Why is this bad?
    At its next start a migration makes ``models`` of ``model`` and ``fallback_models``, and ``reasoning`` of
    ``variant``: the agent then runs on the plugin's own default (measured on oh-my-openagent 4.19.4).

    ## Example (.omo/omo.jsonc)
    {"[opencode]": {"agents": {"oracle": {"model": "openai/gpt-5.2", "fallback_models": ["google/gemini-2.5-pro"]}}}}

    ## Use instead (.omo/omo.jsonc)
    {"_migrations": ["2026-07-opencode-config-unification", "2026-08-reasoning-unification"],
     "[opencode]": {"agents": {"oracle": {"model": "openai/gpt-5.2", "fallback_models": ["google/gemini-2.5-pro"]}}}}
    """,
)
IGNORED = Diagnostic(
    "OM003",
    "omo-ignored",
    Severity.WARNING,
    """The plugin ignores a part of its configuration.

    ## Why is this bad?
    It says nothing of names of agents and keys that it does not know (measured on oh-my-openagent 4.19.4): the agent
    runs on what OpenCode's own files say, or on the plugin's default.

    ## Example (.omo/omo.jsonc)
    {"[opencode]": {"agents": {"security-auditor": {"model": "anthropic/claude-opus-4-6"}}}}

    ## Use instead (.omo/omo.jsonc)
    {"[opencode]": {"categories": {"security": {"model": "anthropic/claude-opus-4-6"}}}}
    """,
)
_UNREAD: Final = {
    "models": "write `model` and `fallback_models`",
    "reasoning": "write `variant`",
    "reasoningEffort": "write `variant`",
}


def view(tree: Tree, policy: Policy) -> View:
    """Return the plugin's reading of its files; of those in the project's folder the first one applies."""
    findings: list[Finding] = []
    found = [*contents(tree, FILES, findings), *contents(tree, FORMER, findings)]
    for path, _ in found[1:]:
        if path in FORMER:
            message = f"the plugin reads {found[0][0]}, and no longer this file"
            findings.append(FORMER_FILE.at(Span(path), message, "move what it says there, and delete this file"))
    said: dict[str, Statement] = {}
    for path, content in found[:1]:
        if path in FORMER:
            message = f"the plugin moves this file to {FILES[0]} at its next start"
            findings.append(FORMER_FILE.at(Span(path), message, "start OpenCode once"))
        try:
            text = decode(content, path)
            document = Jsonc(path, "{}" if is_blank(text) else text)
        except Rejected as rejected:
            findings.extend(rejected.findings)
            continue
        voided = void(document)
        if voided is not None and path in FILES:
            findings.append(voided)
            continue
        findings.extend(_destroyed(document))
        for entry in entries(document.data):
            findings.extend(_ignored(document, entry))
            model = entry.data.get("model")
            if not isinstance(model, str) or (entry.key[-2] == AGENTS and entry.name not in KNOWN):
                continue
            effort = entry.data.get("variant")
            claim = Claim(
                entry.name, alias_of(policy, DECLARATION.ids, model), effort=effort if effort in EFFORTS else None
            )
            key = (*entry.key, "model")
            said[entry.name] = Statement(claim, document.span(key), writable=KeyPlace(path, key))
    return View(tuple(said.values()), tuple(findings), tuple(path for path, _ in found))


def _destroyed(document: Jsonc) -> Iterator[Finding]:
    done = value_at(document.data, (MIGRATIONS,))
    chained = [entry for entry in entries(document.data) if {"model", "fallback_models"} <= entry.data.keys()]
    if chained and not (isinstance(done, list) and set(DONE) <= set(map(str, done))):
        at = document.span((*chained[0].key, "fallback_models"))
        names = ", ".join(f'"{name}"' for name in DONE)
        yield DESTROYED.at(at, "the plugin replaces this chain at its next start", f'add "{MIGRATIONS}": [{names}]')


def _ignored(document: Jsonc, entry: AgentOrCategory) -> Iterator[Finding]:
    if entry.key[-2] == AGENTS and entry.name not in KNOWN:
        help_ = suggestion(entry.name, KNOWN) + "write it under `categories`"
        yield IGNORED.at(document.span(entry.key), f'the plugin has no agent "{entry.name}"', help_)
        return
    for key, help_ in _UNREAD.items():
        if key in entry.data:
            message = f'the plugin ignores "{key}" of "{entry.name}"'
            yield IGNORED.at(document.span((*entry.key, key)), message, help_)
    if "fallback_models" in entry.data and entry.key[0] != BLOCK:
        at = document.span((*entry.key, "fallback_models"))
        yield IGNORED.at(at, f'a chain outside "{BLOCK}" disables everything in it', f'write it into "{BLOCK}"')
