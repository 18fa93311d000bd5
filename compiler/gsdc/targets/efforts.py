"""How a client interprets an effort in one of its files."""

from typing import Final, NamedTuple

from gsdc.finding import Diagnostic, Finding, Severity
from gsdc.models.parameters import effort_in, takes_temperature
from gsdc.models.words import identify_for
from gsdc.policy.model import Model
from gsdc.source.span import Span
from gsdc.targets.api import Statement

UNSENT = Diagnostic(
    "IF021",
    "unsent-effort",
    Severity.WARNING,
    """A client's file gives an agent an effort that the client does not send for its model.

    ## Why is this bad?
    The client says nothing about it, and the model thinks as hard as it does by default: OpenCode drops a variant that
    the model does not have, and Claude Code sends no effort to models up to Haiku 4.5 and Sonnet 4.5, nor one that is
    a number (measured on OpenCode 1.18 and Claude Code 2.1.332).

    ## Example (opencode.json, gsdc lint)
    {"agent": {"writer": {"model": "anthropic/claude-haiku-4-5", "variant": "low"}}}

    ## Use instead (opencode.json, gsdc lint)
    {"agent": {"writer": {"model": "anthropic/claude-haiku-4-5", "variant": "high"}}}
    """,
)


class ClientEffort(NamedTuple):
    """The effort that a client sends for an agent, None for the model's default, and the place that decides it."""

    value: str | None = None
    at: Span | None = None


NO_EFFORT: Final = ClientEffort()


def written_effort(ids: str, model: Model, effort: str | None, version: str = "") -> str | None:
    """Return the effort for ``model``, in a client with its id in ``ids``; None if none is sent there.

    If the client has no id for a model, the word is the policy's. Without a ``version`` it is the client's newest one.
    """
    id_ = model.id_in(ids) if ids else None
    return effort if id_ is None else effort_in(ids, effort, identify_for(ids, id_, version), version)


def written_temperature(ids: str, model: Model, temperature: float | None) -> float | None:
    """Return the temperature for ``model``, None if its release there does not support one."""
    id_ = model.id_in(ids) if ids else None
    return temperature if id_ is None or takes_temperature(identify_for(ids, id_)) else None


def with_effort(statement: Statement, effort: ClientEffort) -> Statement:
    """Return ``statement`` with the effort that the agent has; a deferred agent has none."""
    if statement.claim.model is None or effort.at is None:
        return statement
    return statement._replace(claim=statement.claim._replace(effort=effort.value), effort_at=effort.at)


def unsent(at: Span, agent: str, written: object, model: str, sent: tuple[str, ...]) -> Finding:
    """Return the finding for an effort that is written at ``at``; ``sent`` are those that the client sends."""
    help_ = f"write {' or '.join(sent)}" if sent else "remove it"
    return UNSENT.at(at, f'the effort "{written}" of "{agent}" is not sent for "{model}"', help_)
