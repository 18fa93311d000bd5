"""The natures of previously classified plans, in the user's cache.

Without the cache, each build would compile long expressions and read every word of every task of the same plans again.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from gsdc.cache.columns import DamagedError, pack, unpack
from gsdc.cache.memo import Memo, code_stamp, key_of, memo
from gsdc.source.plan import Plan
from gsdc.tasks.annotation import Nature, natures
from gsdc.tasks.kind import Kind
from gsdc.tasks.security import Reason, SecurityVerdict
from gsdc.tasks.work import Work

_MOST: Final = 2_000  # plans


class _Row(NamedTuple):
    """A task's number and nature, in the types that ``gsdc.cache.columns`` keeps."""

    number: int
    kind: Kind
    work: Work
    critical: bool
    score: float
    reasons: tuple[Reason, ...]
    topics: tuple[str, ...]


def known_natures(plan: Plan) -> Mapping[int, Nature]:
    """Return the result of ``natures``, from the cache if the same code has classified the same text before.

    ``save`` writes new entries.
    """
    key = key_of(_stamp(), plan.path.encode("utf-8", "surrogatepass"), plan.text.encode("utf-8", "surrogatepass"))
    kept = _read(_memo().get(key))
    if kept is not None and list(kept) == [task.number for task in plan.tasks]:
        return kept
    found = natures(plan)
    rows = [_row(number, nature) for number, nature in found.items()]
    _memo().keep(key, json.dumps(pack(rows, _Row), separators=(",", ":")).encode())
    return found


def save() -> None:
    """Write the new natures to the cache."""
    _memo().save()


def _read(kept: bytes | None) -> Mapping[int, Nature] | None:
    """Return the cached natures, None if there are none in this format."""
    try:
        return {row.number: _nature(row) for row in unpack(json.loads(kept or b""), _Row)}
    except (DamagedError, ValueError, RecursionError):
        return None


@cache
def _stamp() -> bytes:
    return code_stamp("source", "tasks", "profiles")  # the code and data that classify


def _memo() -> Memo:
    return memo("natures", _MOST)


def _row(number: int, nature: Nature) -> _Row:
    verdict = nature.security
    topics = tuple(sorted(verdict.topics))
    return _Row(number, nature.kind, nature.work, verdict.critical, verdict.score, verdict.reasons, topics)


def _nature(row: _Row) -> Nature:
    return Nature(row.kind, row.work, SecurityVerdict(row.critical, row.score, row.reasons, frozenset(row.topics)))
