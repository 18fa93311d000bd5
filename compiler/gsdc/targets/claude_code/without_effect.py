"""Keys of Claude Code's files that seem to set a model or an effort, and have no effect."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.models.words import meaning
from gsdc.source.jsonc import Jsonc
from gsdc.source.span import Span
from gsdc.targets.claude_code import DECLARATION
from gsdc.targets.claude_code.frontmatter import AgentFrontmatter
from gsdc.targets.claude_code.settings import USUAL, VARIABLES, is_own_id
from gsdc.targets.model_names import names_choice
from gsdc.targets.versions import ClientVersion

WITHOUT_EFFECT = Diagnostic(
    "CA015",
    "key-without-effect",
    Severity.NOTE,
    """A key looks as if it chose a model, and Claude Code ignores it.

    ## Why is this bad?
    The agent silently runs as if the key were not there: `deniedModels` counts in managed settings only,
    `effortLevel` has no `max`, ANTHROPIC_DEFAULT_MODEL takes full ids only, the keys of `modelOverrides` are the
    client's own ids, and an agent's file has neither a fallback nor a temperature (measured on Claude Code 2.1.332).

    ## Example (.claude/settings.json)
    {"deniedModels": ["opus"]}

    ## Use instead (.claude/settings.json)
    {"availableModels": ["sonnet", "haiku"]}
    """,
)

UNKNOWN_KEY = Diagnostic(
    "CA017",
    "key-not-known",
    Severity.NOTE,
    """A key looks as if it chose a model, and gsdc does not know it.

    ## Why is this bad?
    It decides nothing, as Claude Code ignores keys that it does not know; or a newer version reads it, and gsdc judges
    the agents without it (measured on Claude Code 2.1.332).

    ## Example (.claude/settings.json)
    {"agentModel": "haiku"}

    ## Use instead (.claude/settings.json)
    {"model": "haiku"}
    """,
)
_MOST: Final = 100  # limit of findings of one file
_LOOKS: Final = re.compile("model|effort", re.IGNORECASE)
_OWN_VARIABLES: Final = ("ANTHROPIC_", "CLAUDE_")
# Keys and variables of Claude Code 2.1.332 that have such a name, and do not choose the model of an agent.
_SETTINGS: Final = frozenset(
    (
        *("model", "availableModels", "enforceAvailableModels", "deniedModels", "fallbackModel", "modelOverrides"),
        "effortLevel",
    )
)
_HARMLESS_VARIABLES: Final = re.compile(
    "ANTHROPIC_(SMALL_FAST_MODEL|CUSTOM_MODEL_OPTION|DEFAULT_[A-Z]+_MODEL_)"
    "|CLAUDE_EFFORT$"
    "|CLAUDE_CODE_(RUNNER_|AUTO_MODE_|BG_CLASSIFIER_|USER_DELEGATED_|COORDINATOR_)"
    "|CLAUDE_CODE_(ENABLE|DISABLE|SKIP|ALLOW|MAX|ALWAYS|GATEWAY)_"
    "|CLAUDE_CODE_MODEL_(CATALOG|NOBODY_CHOSE|CAPABILITIES)"
)

_OF_AGENTS: Final = {
    **dict.fromkeys(("fallback", "fallbackModel", "fallback_model"), "remove it: a fallback is the session's alone"),
    **dict.fromkeys(("temperature", "top_p"), "remove it: Claude Code has no key for it"),
    **dict.fromkeys(("reasoning_effort", "reasoningEffort", "variant"), "write `effort`"),
}


def in_settings(document: Jsonc, data: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a note for each such key of a settings file."""
    if "deniedModels" in data:
        message = "Claude Code reads `deniedModels` in managed settings only"
        help_ = "remove it, or list the models that are allowed in `availableModels`"
        yield WITHOUT_EFFECT.at(document.span(("deniedModels",), key=True), message, help_)
    if data.get("effortLevel") == "max":
        message = 'Claude Code ignores "max" as `effortLevel`'
        yield WITHOUT_EFFECT.at(document.span(("effortLevel",)), message, 'write "xhigh"')
    for key in islice(data.get("modelOverrides", {}), _MOST):
        if not is_own_id(key):
            message = f'Claude Code ignores "{key}" in `modelOverrides`: it is not its own id of a model'
            help_ = "remove it, or write the id of the model: up to release 4.5 with its date, later ones without"
            yield WITHOUT_EFFECT.at(document.span(("modelOverrides", key), key=True), message, help_)
    usual = data.get("env", {}).get(USUAL)
    if isinstance(usual, str) and (meant := meaning(DECLARATION.ids, usual)) is not None and meant.model != usual:
        message = f"Claude Code ignores an alias in {USUAL}"
        yield WITHOUT_EFFECT.at(document.span(("env", USUAL)), message, f'write "{meant.model}"')


def in_agent(found: AgentFrontmatter) -> Iterator[Finding]:
    """Yield a note for each such key of an agent's file."""
    for key, help_ in _OF_AGENTS.items():
        if key in found.data:
            message = f'Claude Code ignores "{key}" of an agent'
            yield WITHOUT_EFFECT.at(found.span(key, of_key=True), message, help_)


def unknown_in_settings(document: Jsonc, data: Mapping[str, Any], version: ClientVersion) -> Iterator[Finding]:
    """Yield a note for each key and variable of a settings file that seems to choose a model, and is not known."""
    variables = {
        name: value
        for name, value in data.get("env", {}).items()
        if name.startswith(_OWN_VARIABLES) and name not in VARIABLES and not _HARMLESS_VARIABLES.match(name)
    }
    for key in (*_unknown(data, _SETTINGS), *(("env", *key) for key in _unknown(variables, frozenset()))):
        yield _not_known(document.span(key, key=True), key[-1], version)


def unknown_in_agent(found: AgentFrontmatter, version: ClientVersion) -> Iterator[Finding]:
    """Yield a note for each key of an agent's file that seems to choose a model, and is not known."""
    for (key,) in _unknown(found.data, frozenset(("model", "effort", *_OF_AGENTS))):
        yield _not_known(found.span(key, of_key=True), key, version)


def _unknown(data: Mapping[Any, Any], known: frozenset[str]) -> Iterator[tuple[str]]:
    """Yield the keys that seem to choose a model or an effort, and have one as their value."""
    found = (
        name
        for name, value in data.items()
        if isinstance(name, str) and name not in known and _LOOKS.search(name) and names_choice(DECLARATION.ids, value)
    )
    return ((name,) for name in islice(found, _MOST))


def _not_known(at: Span, key: str, version: ClientVersion) -> Finding:
    message = f'"{key}" is not known to gsdc for {version.client} {version.number}: it chooses no model'
    return UNKNOWN_KEY.at(at, message, "remove it", (version.note,))
