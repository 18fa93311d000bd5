"""The settings of Claude Code on models: ``.claude/settings.local.json`` over ``.claude/settings.json``.

The local file overrides the shared one, and their ``env`` blocks set the variables of the session (documented,
"Settings", "Model configuration"). ``CLAUDE_CODE_SUBAGENT_MODEL`` is the model of sub-agents that name none. Up to
2.1.250, and with ``CLAUDE_CODE_SUBAGENT_MODEL_FORCE``, it overrides the files of all agents; ``inherit`` is the
session's model. ``ANTHROPIC_MODEL`` overrides ``model``, even in the local file. ``ANTHROPIC_DEFAULT_OPUS_MODEL``, its
siblings and ``modelOverrides`` define what an alias means. A file with a comment, a trailing comma or one value of a
wrong type is ignored as a whole, see ``settings_shape`` (all measured on Claude Code 2.1.141 and 2.1.332; ``facts`` has
the differences).
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from gsdc.finding import Finding
from gsdc.models.words import meaning
from gsdc.policy.model import Policy
from gsdc.policy.recognition import fulfils, recognise
from gsdc.source.span import Span
from gsdc.targets.claude_code import DECLARATION, facts
from gsdc.targets.claude_code.moved_alias import first_of_release, meant_by
from gsdc.targets.model_names import LONG_CONTEXT, alias_of

SUBAGENTS: Final = "CLAUDE_CODE_SUBAGENT_MODEL"
FORCE: Final = "CLAUDE_CODE_SUBAGENT_MODEL_FORCE"
SESSION: Final = "ANTHROPIC_MODEL"
USUAL: Final = "ANTHROPIC_DEFAULT_MODEL"
NO_FALLBACK: Final = "CLAUDE_CODE_NO_MODEL_FALLBACK"
WORKFLOWS: Final = "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL"
PROXY: Final = "ANTHROPIC_BASE_URL"
EFFORT: Final = "CLAUDE_CODE_EFFORT_LEVEL"
SUBAGENTS_EFFORT: Final = "CLAUDE_CODE_SUBAGENT_EFFORT"
# An alias, and the variable that defines it.
ALIASES: Final = {alias: f"ANTHROPIC_DEFAULT_{alias.upper()}_MODEL" for alias in ("opus", "sonnet", "haiku", "fable")}
# Outside of planning mode, opusplan is sonnet.
_OTHERS: Final = {"best": "opus", "opusplan": "sonnet"}
VARIABLES: Final = (
    *(SUBAGENTS, FORCE, SESSION, USUAL, NO_FALLBACK, WORKFLOWS, EFFORT, SUBAGENTS_EFFORT, PROXY),
    *ALIASES.values(),
)
_OWN_ID: Final = re.compile(r"claude-(?:[a-z]+-)?(?P<major>\d+)(?:-(?P<minor>\d{1,2}))?(?:-[a-z]+)?(?P<date>-\d{8})?")
_ON: Final = ("1", "true", "yes", "on")


class Setting(NamedTuple):
    """A value in a settings file, and its place."""

    value: str
    at: Span


class ClaudeSettings(NamedTuple):
    """The settings on models: the variables, the ``model`` of the session, and ``modelOverrides``.

    ``available`` is the union of ``availableModels`` in all files, None if no file has it; ``fallbacks`` is the
    effective ``fallbackModel``, ``effort`` its ``effortLevel``. ``hooks_off`` is the place where all hooks are
    disabled, and ``has_guard`` is true if gsdc's own is among them. ``agent`` is the agent that the session runs as;
    ``has_plugins`` is true if a file enables one.
    """

    variables: Mapping[str, Setting]
    model: Setting | None
    overrides: Mapping[str, Setting]
    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    available: tuple[Setting, ...] | None = None
    fallbacks: tuple[Setting, ...] = ()
    effort: Setting | None = None
    hooks_off: Span | None = None
    has_guard: bool = False
    agent: Setting | None = None
    has_plugins: bool = False

    @property
    def session(self) -> Setting | None:
        """The model of the session, if a file sets it."""
        usual = self.variables.get(USUAL)
        if usual is not None and meaning(DECLARATION.ids, usual.value) is not None:
            usual = None  # an alias there is ignored
        return self.variables.get(SESSION, self.model or usual)

    def is_on(self, variable: str) -> bool:
        """Tell whether a variable for a switch is set to a true value."""
        return variable in self.variables and self.variables[variable].value.lower() in _ON

    def alias(self, name: str, version: str = facts.NEWEST) -> Setting | None:
        """Return the model to which the settings map an alias, None if it is not mapped.

        ``modelOverrides`` maps full ids only: an entry applies to the alias of its id, and the result is mapped again
        (measured on Claude Code 2.1.332).
        """
        meant = meaning(DECLARATION.ids, name, version)
        found = self.overrides.get(meant.model) if meant else None
        seen: set[str] = set()
        while found is not None and found.value in self.overrides and found.value not in seen:
            seen.add(found.value)
            found = self.overrides[found.value]
        return self.variables.get(ALIASES[name]) or found


def family(value: str) -> str | None:
    """Return the alias in a value of Claude Code, in any case and with the mark of a long context."""
    word = value.strip().lower().removesuffix(LONG_CONTEXT)
    word = _OTHERS.get(word, word)
    return word if word in ALIASES else None


def model_of(value: str, policy: Policy) -> str:
    """Return the catalog's alias of a value of Claude Code, or the unchanged value.

    A value with a provider prefix is sent unchanged, and fails; an ARN of Bedrock is a full id. A release that is not
    older than the rules require, on any host, has the alias of its line.
    """
    value = value.strip()
    if "/" in value and not value.startswith("arn:"):  # another client's format, with a provider prefix
        return value
    word = family(value)
    known = alias_of(policy, DECLARATION.ids, value) if word is None else _of_word(word, policy)
    if known in policy.models:
        return first_of_release(policy.models[known], policy.models.values()).alias
    if word is not None and known != word:
        return known
    found = recognise(policy.models, DECLARATION.ids, known)
    return found.model.alias if found.model and fulfils(found.identity, found.model.pin) else known


def _of_word(word: str, policy: Policy) -> str:
    """Return the catalog's alias of a word of Claude Code, or the client's own id if the project moved the alias."""
    alias = alias_of(policy, DECLARATION.ids, word)
    return meant_by(word, policy.models[alias]) if alias in policy.models else alias


def stands_for(alias: str, policy: Policy, settings: ClaudeSettings) -> tuple[str, Setting | None]:
    """Return the actual model of an alias, and the variable that maps it to another one, if any."""
    real = settings.alias(alias, facts.version(policy).number)
    own = _of_word(alias, policy)
    model = own if real is None else model_of(real.value, policy)
    return (own, None) if model == own else (model, real)


def is_own_id(key: str) -> bool:
    """Tell whether a key of ``modelOverrides`` counts: it has to be the client's own id of one of its models.

    Those up to release 4.5 end with a date, later ones do not; an id in the other form is ignored, in agents' files
    too, as is any other key (measured on Claude Code 2.1.332).
    """
    found = _OWN_ID.fullmatch(key)
    if found is None:
        return False
    release = (int(found["major"]), int(found["minor"] or 0))
    return (found["date"] is not None) == (release <= (4, 5))


def mapped(value: str, settings: ClaudeSettings) -> Setting | None:
    """Return the mapping of a full id in ``modelOverrides``, applied once; None if it is not mapped."""
    return settings.overrides.get(value.strip().removesuffix(LONG_CONTEXT))
