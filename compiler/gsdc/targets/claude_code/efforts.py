"""The effort of a sub-agent in Claude Code, measured on Claude Code 2.1.141 and 2.1.332.

Order of precedence: ``CLAUDE_CODE_EFFORT_LEVEL``, ``effort`` in the agent's file, ``CLAUDE_CODE_SUBAGENT_EFFORT``, the
setting ``effortLevel``. If the agent's file has a number, no effort is sent. Words that the client does not know are
ignored. An effort that a model does not support is sent as ``high``, or not at all; if it supports a single one, that
is sent.
"""

from typing import Any, Final, NamedTuple

from gsdc.finding import Finding
from gsdc.source.span import Span
from gsdc.targets.claude_code.settings import EFFORT, SUBAGENTS_EFFORT, ClaudeSettings
from gsdc.targets.efforts import NO_EFFORT, ClientEffort, unsent

_WORDS: Final = ("low", "medium", "high", "xhigh", "max")
_DEFAULTS: Final = ("auto", "unset")  # of CLAUDE_CODE_EFFORT_LEVEL: nothing is sent


class WrittenEffort(NamedTuple):
    """The effort in an agent's own file, None if there is none, its place, and the model that the agent runs on."""

    agent: str
    model: str
    value: Any
    at: Span


def effort_of(
    own: WrittenEffort, sent: tuple[str, ...], settings: ClaudeSettings, findings: list[Finding]
) -> ClientEffort:
    """Return the effort of an agent.

    ``sent`` are those that the client sends for the agent's model; if the ``own`` one is never sent, ``findings`` gets
    an entry.
    """
    forced = settings.variables.get(EFFORT)
    if forced is not None and forced.value.lower() in (*_WORDS, *_DEFAULTS):
        return ClientEffort(_sent(forced.value.lower(), sent), forced.at)
    if own.value is not None:
        word = _sent(own.value, sent)
        if word != own.value:
            findings.append(unsent(own.at, own.agent, own.value, own.model, sent))
        if own.value in _WORDS or isinstance(own.value, int | float):
            return ClientEffort(word, own.at)
    default = settings.variables.get(SUBAGENTS_EFFORT, settings.effort)
    return NO_EFFORT if default is None else ClientEffort(_sent(default.value.lower(), sent), default.at)


def _sent(word: Any, sent: tuple[str, ...]) -> str | None:
    """Return the sent value for ``word``: itself, ``high`` if the model does not support it, or nothing."""
    if word in sent:
        return str(word)
    if len(sent) == 1 and word in _WORDS:
        return sent[0]
    return "high" if word in ("xhigh", "max") and "high" in sent else None
