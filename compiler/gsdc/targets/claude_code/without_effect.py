"""Keys of Claude Code's files that seem to set a model or an effort, and have no effect."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.models.words import meaning
from gsdc.source.jsonc import Jsonc
from gsdc.targets.claude_code import DECLARATION
from gsdc.targets.claude_code.frontmatter import AgentFrontmatter
from gsdc.targets.claude_code.settings import USUAL

WITHOUT_EFFECT = Diagnostic(
    "CA015",
    "key-without-effect",
    Severity.NOTE,
    """A key looks as if it chose a model, and Claude Code ignores it.

    ## Why is this bad?
    The agent silently runs as if the key were not there: `deniedModels` counts in managed settings only,
    `effortLevel` has no `max`, ANTHROPIC_DEFAULT_MODEL takes full ids only, and an agent's file has neither a fallback
    nor a temperature (measured on Claude Code 2.1.332).

    ## Example (.claude/settings.json)
    {"deniedModels": ["opus"]}

    ## Use instead (.claude/settings.json)
    {"availableModels": ["sonnet", "haiku"]}
    """,
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
