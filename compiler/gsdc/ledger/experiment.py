"""A/B groups: assignment by a stable hash, and a significance test of the difference between groups.

A unit is a plan or an agent. It has the same group on every machine and at any time, so nothing is stored. Each unit
counts once, regardless of its number of events, because plans differ widely in usage. Dollars are compared by their
logarithms, with a permutation test: the share of random assignments that differ as much. The share of successful units
is compared with Fisher's exact test.
"""

import math
import random
from collections.abc import Sequence
from hashlib import sha256
from statistics import fmean, variance
from typing import Final, NamedTuple

from gsdc.ledger.event import NANO
from gsdc.ledger.ledger import Ledger

LEAST: Final = 8  # units of a group, below which random and real differences cannot be distinguished
_DRAWS: Final = 5_000
_SIGNIFICANT: Final = 0.05
_Z_95: Final = 1.959963984540054
_POWER_80: Final = 0.8416212335729143


class Unit(NamedTuple):
    """A plan or an agent with its dollars, tokens and latest success, None if success is unknown."""

    name: str
    usd: float
    tokens: int
    success: int | None


class ExperimentGroup(NamedTuple):
    """The units of a group: their number, the geometric mean of their $, and how many were judged and succeeded."""

    name: str
    units: int
    usd: float
    judged: int
    succeeded: int


class Result(NamedTuple):
    """The comparison of two groups.

    ``ratio`` is the $ of the second group divided by those of the first, ``low`` to ``high`` its 95% interval; None if
    a group is empty. ``chance`` is the probability of such a difference by chance, in $ and in success, None if too few
    units were used or judged. ``visible`` is the smallest ratio that so many units detect with 80% power.
    """

    groups: tuple[ExperimentGroup, ExperimentGroup]
    ratio: float | None
    low: float | None
    high: float | None
    chance: float | None
    success_chance: float | None
    visible: float | None
    verdict: str


def group_of(experiment: str, unit: str, groups: Sequence[str]) -> str:
    """Return the group of a unit among ``groups`` in an experiment."""
    digest = sha256(f"{experiment}\0{unit}".encode("utf-8", "surrogatepass")).digest()
    return groups[int.from_bytes(digest[:8]) % len(groups)]


def units_of(ledger: Ledger, by: str, start: int, end: int) -> list[Unit]:
    """Return the units of a span of time; ``by`` is "plan" or "agent"."""
    rows = ledger.database.rows(
        f"SELECT {by}, SUM(COALESCE(nano, client_nano, 0)), SUM(input + output + cache_write + unsplit) FROM event "
        f"WHERE at >= ? AND at < ? AND type = 'usage' AND {by} <> '' GROUP BY {by} ORDER BY {by}",
        (start, end),
    )
    judged = ledger.database.rows(
        f"SELECT {by}, success FROM event WHERE at >= ? AND at < ? AND type = 'usage' AND success IS NOT NULL "
        "ORDER BY at, seq",
        (start, end),
    )
    last = {str(name): int(success) for name, success in judged}
    return [Unit(name, int(nano) / NANO, int(tokens), last.get(name)) for name, nano, tokens in rows]


def result(experiment: str, groups: tuple[str, str], units: Sequence[Unit]) -> Result:
    """Return the comparison of the two groups of an experiment."""
    parts = [[unit for unit in units if group_of(experiment, unit.name, groups) == name] for name in groups]
    logs = [[math.log(unit.usd) for unit in part if unit.usd > 0] for part in parts]
    shown = (_group(groups[0], parts[0], logs[0]), _group(groups[1], parts[1], logs[1]))
    success = fisher(shown) if min(one.judged for one in shown) >= LEAST else None
    if min(map(len, logs)) < 2:
        return Result(shown, None, None, None, None, success, None, _too_few(logs))
    difference = fmean(logs[1]) - fmean(logs[0])
    error = math.sqrt(sum(variance(part) / len(part) for part in logs))
    freedom = min(map(len, logs)) - 1  # the smaller of the two: a conservative interval
    reach = (_Z_95 + (_Z_95**3 + _Z_95) / (4 * freedom)) * error
    visible = math.exp((_Z_95 + _POWER_80) * error)
    chance = _permuted(*logs) if min(map(len, logs)) >= LEAST else None
    ends = (math.exp(difference), math.exp(difference - reach), math.exp(difference + reach))
    return Result(shown, *ends, chance, success, visible, _verdict(logs, chance, success, ends[0], visible))


def _group(name: str, units: Sequence[Unit], logs: Sequence[float]) -> ExperimentGroup:
    judged = [unit.success for unit in units if unit.success is not None]
    return ExperimentGroup(name, len(units), math.exp(fmean(logs)) if logs else 0.0, len(judged), sum(judged))


def _too_few(logs: Sequence[Sequence[float]]) -> str:
    return f"too few: {len(logs[0])} and {len(logs[1])} units with a price; each group needs {LEAST}"


def _verdict(
    logs: Sequence[Sequence[float]], chance: float | None, success: float | None, ratio: float, visible: float
) -> str:
    if chance is None:
        return _too_few(logs)
    differs = "" if success is None or success >= _SIGNIFICANT else "; their success differs"
    if chance < _SIGNIFICANT:
        return f"the second uses {ratio:.2f} times the dollars of the first, which is significant{differs}"
    least = f"this many units would show a factor of {visible:.2f} or more"
    return f"no significant difference in dollars ({least}){differs}"


def _permuted(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the share of random assignments that differ as much; the draws are the same each time."""
    chance, together = random.Random(0), [*first, *second]  # noqa: S311 - a statistic, no secret
    seen, size, total = abs(fmean(second) - fmean(first)), len(first), math.fsum(together)
    as_much = 0
    for _ in range(_DRAWS):
        drawn = math.fsum(chance.sample(together, size))
        other = (total - drawn) / (len(together) - size)
        as_much += abs(other - drawn / size) >= seen - 1e-12
    return (as_much + 1) / (_DRAWS + 1)


def fisher(groups: Sequence[ExperimentGroup]) -> float:
    """Return the probability of shares that differ at least as much, if both groups have the same rate of success."""
    (first, second), wins = groups, sum(one.succeeded for one in groups)
    whole = math.comb(first.judged + second.judged, wins)
    ways = [
        math.comb(first.judged, won) * math.comb(second.judged, wins - won)
        for won in range(max(0, wins - second.judged), min(wins, first.judged) + 1)
    ]
    seen = math.comb(first.judged, first.succeeded) * math.comb(second.judged, second.succeeded)
    return sum(one for one in ways if one <= seen) / whole
