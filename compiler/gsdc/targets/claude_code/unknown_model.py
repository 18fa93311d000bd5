"""Values that Claude Code requests unchanged although no such model exists: misspelt aliases, words without meaning."""

from collections.abc import Iterator, Sequence
from typing import Final

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.models.spelling import right_spelling
from gsdc.models.words import identify_for, meaning
from gsdc.targets.api import INHERIT
from gsdc.targets.claude_code import DECLARATION
from gsdc.targets.claude_code.settings import (
    ALIASES,
    PROXY,
    SESSION,
    SUBAGENTS,
    ClaudeSettings,
    Setting,
    family,
)
from gsdc.targets.model_names import near

UNKNOWN_MODEL = Diagnostic(
    "CA004",
    "unknown-claude-model",
    Severity.WARNING,
    """An agent or a setting has a model name that Claude Code does not know.

    ## Why is this bad?
    Claude Code requests it unchanged, and every request fails; a value that is not text is ignored, and the agent runs
    on the session's model. `default` is a word of `--model` alone: in a file it is requested as a model of that name,
    as is `inherit` in a setting for the session (measured on Claude Code 2.1.141 and 2.1.332).

    ## Example (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opsu
    ---
    -- .claude/settings.json --
    {"model": "default"}

    ## Use instead (.claude/agents/reviewer.md)
    ---
    name: reviewer
    description: Reviews code
    model: opus
    ---
    -- .claude/settings.json --
    {}
    """,
)
NAMES: Final = (*ALIASES, INHERIT)
_DEFAULT: Final = "default"


def reason(value: str, model: str, names: Sequence[str] = NAMES) -> tuple[str, str] | None:
    """Return message and remedy for a value that is requested unchanged and fails, None for any other.

    ``model`` is what the value stands for, and ``names`` are the words that are allowed where it is written.
    """
    value = value.strip()
    unchanged = f'Claude Code has no model "{value}", and requests it unchanged'
    if value.lower() == _DEFAULT:
        return unchanged, f'write "{INHERIT}"' if INHERIT in names else "remove it"
    if value.lower() == INHERIT:
        return None if INHERIT in names else (unchanged, "remove it")
    foreign = _foreign(value, names)
    if foreign is not None:
        return foreign
    meant = near(f"{model.partition('#')[0]} ", names)  # after an unquoted special value, "#" begins no comment
    if "/" in model:  # OpenCode's format
        meant = next((name for name in names if name in model.rpartition("/")[2]), names[-1])
    if model != value or meant is None or family(value) is not None or model.startswith("arn:"):
        return None
    return unchanged, f'did you mean "{meant}"? allowed: {", ".join(names)}, and full ids'


def _foreign(value: str, names: Sequence[str]) -> tuple[str, str] | None:
    """Return message and remedy for an id in another client's format or of another maker, None for other ids.

    Cursor writes claude-4.6-opus-high-thinking, Copilot claude-opus-5.5: Anthropic has no such ids.
    """
    found = identify_for(DECLARATION.ids, value)
    if not found.line or "/" in value or meaning(DECLARATION.ids, value) is not None:
        return None
    if found.maker != "anthropic":
        message = f'"{value}" is {found.release}, which Anthropic does not serve: Claude Code requests it unchanged'
        return message, f"allowed: {', '.join(names)}, and full Anthropic ids"
    meant = right_spelling(found)
    if meant:
        message = f'"{value}" is not an id of Anthropic\'s: Claude Code requests it unchanged'
        return message, f'did you mean "{meant}"?'
    return None


def in_settings(settings: ClaudeSettings) -> Iterator[Finding]:
    """Yield a finding for each setting on models that is requested unchanged and fails; none behind a proxy."""
    if PROXY in settings.variables:  # it may serve models of any name
        return
    session = tuple(ALIASES)
    for setting, names in (
        (settings.model, session),
        (settings.variables.get(SESSION), session),
        (settings.variables.get(SUBAGENTS), NAMES),
        *((fallback, session) for fallback in settings.fallbacks),
    ):
        found = reason(setting.value, setting.value, names) if setting else None
        if setting is not None and found is not None:
            yield UNKNOWN_MODEL.at(setting.at, *found)
    for variable in ALIASES.values():
        setting = settings.variables.get(variable)
        if setting is not None and family(setting.value) is not None:
            yield _literal(variable, setting)


def _literal(variable: str, setting: Setting) -> Finding:
    """Return the finding for an alias where Claude Code takes ids only."""
    meant = meaning(DECLARATION.ids, setting.value)
    message = f'{variable} takes ids only: Claude Code requests "{setting.value}" unchanged'
    return UNKNOWN_MODEL.at(setting.at, message, f'write "{meant.model}"' if meant else "write a full id")
