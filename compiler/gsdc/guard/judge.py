"""Whether an agent may start, by the compiled table: its model, its effort and the budget zone."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from gsdc.models.effort import RANK

Row = Mapping[str, Any]
"""A row of the table: a rule with the index of the set of models that it allows, or a reason to defer."""

Allows = Callable[[Row, str], bool]
"""Tell whether a rule allows a model that the table does not list."""


class GuardQuestion(NamedTuple):
    """The question: may ``agent`` run on ``model``, as the client writes it, with ``effort``, in ``phase``.

    ``model``, ``effort`` and ``phase`` are "" if unknown.
    """

    agent: str
    model: str
    effort: str = ""
    phase: str = ""


class GuardVerdict(NamedTuple):
    """The answer: ``reason`` is "" if the agent may start.

    ``rule`` is the rule that forbids the start. ``model`` and ``effort`` are permitted replacements, "" if there are
    none.
    """

    reason: str = ""
    rule: str = ""
    model: str = ""
    effort: str = ""


ALLOWED = GuardVerdict()
_MARKS: Final = re.compile(r"(-20\d{6})?(\[1m\])?$")


def judge(table: Row, entry: Row, question: GuardQuestion, zone: Callable[[], str], allows: Allows) -> GuardVerdict:
    """Judge a start by the ``entry`` of its agent; ``zone`` is called only if the answer depends on it."""
    rows = [*entry["waits"], *entry["rules"]]
    now = zone() if any("zones" in row for row in rows) else "green"
    if (why := _waits(entry["waits"], question.phase, now)) is not None:
        text = f'"{question.agent}" is deferred: {why}'
        return GuardVerdict(f"{text}; do this work later, or by hand", "zone")
    broken = [
        row for row in entry["rules"] if _speaks(row, question.phase, now) and not _holds(table, row, question, allows)
    ]
    if not broken:
        return ALLOWED
    return _denial(table, broken, question, entry)


def judge_unlisted(table: Row, question: GuardQuestion, allows: Allows) -> GuardVerdict:
    """Judge the start of a security agent that is not in the policy, by the rules on the role of security."""
    broken = [row for row in table["unlisted-security"] if not _holds(table, row, question, allows)]
    return _denial(table, broken, question, {"model": "", "effort": ""}) if broken else ALLOWED


def _waits(rows: Sequence[Row], phase: str, zone: str) -> str | None:
    """Return why the agent is deferred, None if it is not: without a phase only if it is in all phases."""
    for row in rows:
        if zone in row.get("zones", (zone,)) and ("phases" not in row or phase in row["phases"]):
            return str(row["why"])
    return None


def _speaks(row: Row, phase: str, zone: str) -> bool:
    """Tell whether a rule applies to a start; without a phase, a rule on any phase applies."""
    return zone in row.get("zones", (zone,)) and (not phase or phase in row.get("phases", (phase,)))


def _holds(table: Row, row: Row, question: GuardQuestion, allows: Allows) -> bool:
    alias = _alias(table, question.model)
    allowed = table["sets"][row["allow"]]
    if "effort" in row:
        return not _is_lower(question.effort, row["effort"]) and (alias is None or alias in allowed)
    if not question.model:
        return False  # the model is unknown
    return alias in allowed if alias is not None else allows(row, question.model)


def _alias(table: Row, model: str) -> str | None:
    """Return the listed model of an id; a date or the mark of a long context does not change the model."""
    names: Mapping[str, str] = table["models"]
    return names.get(model) or names.get(_MARKS.sub("", model.lower()))


def _is_lower(effort: str, floor: str) -> bool:
    return effort in RANK and RANK[effort] < RANK[floor]


def _denial(table: Row, broken: Sequence[Row], question: GuardQuestion, entry: Row) -> GuardVerdict:
    first = broken[0]
    low = all("effort" in row for row in broken)
    what = f'with effort "{question.effort}"' if low else f'on "{question.model or "an unknown model"}"'
    text = f'"{question.agent}" must not run {what}: {first["rule"]}: {first["why"]}'
    model = "" if low else _allowed_model(table, broken, entry)
    effort = entry["effort"] if any("effort" in row for row in broken) else ""
    remedy = "start it by hand on a model that the policy allows"
    if model or effort:
        remedy = f'start it with model "{model}"' if model else f'start it with effort "{effort}"'
    return GuardVerdict(f"{text}; {remedy}", first["rule"], model, effort)


def _allowed_model(table: Row, broken: Sequence[Row], entry: Row) -> str:
    """Return the client's name for the policy's model, else for a model that every broken rule allows."""
    words = [word for word in (entry["model"], *table["words"]) if word]
    rows = [row for row in broken if "effort" not in row]
    sets = [table["sets"][row["allow"]] for row in rows]
    return next((word for word in words if all(table["models"].get(word) in allowed for allowed in sets)), "")
