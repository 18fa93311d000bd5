"""The effort of a sub-agent in Claude Code, measured on Claude Code 2.1.332.

Order of precedence: ``CLAUDE_CODE_EFFORT_LEVEL``, ``effort`` in the agent's file, ``CLAUDE_CODE_SUBAGENT_EFFORT``, the
setting ``effortLevel``. If the agent's file has a number, no effort is sent. Words that the client does not know are
ignored. An effort that a model does not support is sent as ``high``, or not at all.
"""

from typing import Any, Final

from gsdc.finding import Finding
from gsdc.models.identity import Identity
from gsdc.models.parameters import sent_by
from gsdc.source.span import Span
from gsdc.targets.claude_code import DECLARATION
from gsdc.targets.claude_code.settings import EFFORT, SUBAGENTS_EFFORT, ClaudeSettings
from gsdc.targets.efforts import NO_EFFORT, ClientEffort, unsent

_WORDS: Final = ("low", "medium", "high", "xhigh", "max")
_DEFAULTS: Final = ("auto", "unset")  # of CLAUDE_CODE_EFFORT_LEVEL: nothing is sent


def effort_of(
    name: str, written: Any, at: Span, model: Identity, settings: ClaudeSettings, findings: list[Finding]
) -> ClientEffort:
    """Return the effort of agent ``name`` on ``model``.

    ``written`` is the effort in the agent's own file, ``at`` its place; if it is never sent, ``findings`` gets an
    entry.
    """
    sent = sent_by(DECLARATION.ids, model) or ()
    forced = settings.variables.get(EFFORT)
    if forced is not None and forced.value.lower() in (*_WORDS, *_DEFAULTS):
        return ClientEffort(_sent(forced.value.lower(), sent), forced.at)
    if written is not None:
        word = _sent(written, sent)
        if word != written:
            findings.append(unsent(at, name, written, model.id, sent))
        if written in _WORDS or isinstance(written, int | float):
            return ClientEffort(word, at)
    default = settings.variables.get(SUBAGENTS_EFFORT, settings.effort)
    return NO_EFFORT if default is None else ClientEffort(_sent(default.value.lower(), sent), default.at)


def _sent(word: Any, sent: tuple[str, ...]) -> str | None:
    """Return the sent value for ``word``: itself, ``high`` if the model does not support it, or nothing."""
    if word in sent:
        return str(word)
    return "high" if word in ("xhigh", "max") and "high" in sent else None
