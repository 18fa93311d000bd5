"""Estimates from the ledger: tokens by kind of task, complexity and model, and the rate of success.

Tokens of tasks vary by orders of magnitude, so median and interval are computed on their logarithms. If there are fewer
than ten observations of a kind, complexity and model (seed 001, part 6.2: confidence is observations / 10), the default
of ``gsdc.tasks.estimate`` replaces the missing ones, which limits the effect of a single outlier.
"""

import math
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from statistics import NormalDist, median
from typing import Any, Final, NamedTuple

from gsdc.ledger.database import Database
from gsdc.ledger.event import Event

ENOUGH: Final = 10  # observations from which on the default is ignored
HALF_LIFE: Final = 90 * 86_400_000  # milliseconds after which an observation counts half: models and habits change
COVERED: Final = 0.80  # the share of tasks in an interval
_DEFAULT_DEVIATION: Final = math.log(1.3) / NormalDist().inv_cdf(0.9)  # seed 001: 30% either way
_OUTLYING: Final = 2.0  # times the deviation by the median: no normal distribution has so large a deviation
_SPREAD: Final = 1.4826  # the deviation of a normal distribution, in medians of absolute deviations


class Pooled(NamedTuple):
    """Aggregates of one project, without any text: of tasks of one kind, complexity and model.

    ``log_mean`` and ``log_deviation`` are those of the natural logarithms of their tokens; ``successes`` of ``judged``
    went well; ``duration_ms`` is their sum.
    """

    pool: str
    kind: str
    complexity: int
    model: str
    number: int
    log_mean: float
    log_deviation: float
    successes: int
    judged: int
    duration_ms: int

    @classmethod
    def of(cls, data: Any) -> "Pooled | None":
        """Return the aggregates in JSON data, None if they are invalid."""
        if not isinstance(data, dict) or data.keys() != set(cls._fields):
            return None
        texts = all(isinstance(data[name], str) and len(data[name]) < 200 for name in ("pool", "kind", "model"))
        numbers = ("complexity", "number", "successes", "judged", "duration_ms")
        whole = all(type(data[name]) is int and 0 <= data[name] < 1 << 53 for name in numbers)
        logs = all(
            isinstance(data[name], (int, float)) and 0 <= data[name] < 100 for name in ("log_mean", "log_deviation")
        )
        return cls(**data) if texts and whole and logs and data["number"] else None


class Observation(NamedTuple):
    """One completed task: its tokens, its time, and whether it succeeded (None: unknown)."""

    tokens: int
    at: int
    success: int | None
    rework: int | None


class Learned(NamedTuple):
    """The usage of tasks: half need at most ``tokens``, 80% between ``low`` and ``high``.

    ``observations`` is the size of the sample; ``success`` is the share of successful tasks, None if unknown.
    """

    tokens: float
    low: float
    high: float
    observations: int
    success: float | None


def learn(observations: Iterable[Observation], default: float, now: int, pooled: Iterable[Pooled] = ()) -> Learned:
    """Return the lesson from ``observations`` of one kind of task, starting from ``default`` tokens.

    An interval for the next task is wider than their spread, because the median of a small sample is uncertain. Its
    factor is the normal quantile times sqrt(1 + 1/n), plus the correction of Student's distribution for small samples
    (Cornish and Fisher's first term).
    """
    found = [one for one in observations if one.tokens > 0]
    weights = [0.5 ** (max(0, now - one.at) / HALF_LIFE) for one in found]
    logs = [math.log(one.tokens) for one in found]
    others = list(pooled)
    weight = sum(weights) + sum(one.number for one in others)
    missing = max(0.0, ENOUGH - weight)
    # A pool counts as that many observations at its mean; see below for its spread.
    values = [*zip(logs, weights, strict=True), *((one.log_mean, float(one.number)) for one in others)]
    centre_own = _weighted_median(values) if values else 0.0
    own = weight / (weight + missing) if weight else 0.0
    centre = own * centre_own + (1 - own) * math.log(default)
    deviation = math.sqrt(own * _deviation(logs, weights, others, centre_own) ** 2 + (1 - own) * _DEFAULT_DEVIATION**2)
    effective = max(weight, 1.0)
    quantile = NormalDist().inv_cdf((1 + COVERED) / 2)
    student = quantile + (quantile**3 + quantile) / (4 * effective)
    reach = (
        student * deviation * math.sqrt(1 + (math.pi / 2) / max(effective, ENOUGH / 2)) if own else quantile * deviation
    )
    judged = [one.success for one in found if one.success is not None]
    successes = sum(judged) + sum(one.successes for one in others)
    tried = len(judged) + sum(one.judged for one in others)
    number = len(found) + sum(one.number for one in others)
    return Learned(
        math.exp(centre),
        math.exp(centre - reach),
        math.exp(centre + reach),
        number,
        successes / tried if tried else None,
    )


def _deviation(logs: list[float], weights: list[float], others: list[Pooled], centre: float) -> float:
    """Return the spread of logarithms of tokens: the standard deviation, or with outliers that of the median.

    For fewer than five observations it is at least the spread of the default.
    """
    parts = [(one.log_deviation**2 + (one.log_mean - centre) ** 2, float(one.number)) for one in others]
    if logs:
        near = [(abs(log - centre), weight) for log, weight in zip(logs, weights, strict=True)]
        squares = sum(weight * distance**2 for distance, weight in near)
        usual = math.sqrt(squares / max(sum(weights) * (1 - 1 / (len(logs) + 1)), 1e-9))
        spread = _SPREAD * _weighted_median(near)
        robust = spread if usual > _OUTLYING * spread > 0 else usual
        parts.append((robust**2, sum(weights)))
    total = sum(weight for _, weight in parts)
    found = math.sqrt(sum(value * weight for value, weight in parts) / total) if total > 0 else 0.0
    return max(found, _DEFAULT_DEVIATION) if total < ENOUGH / 2 else found


def _weighted_median(values: list[tuple[float, float]]) -> float:
    ordered = sorted(values)
    if len({weight for _, weight in ordered}) == 1:
        return median(value for value, _ in ordered)
    half, so_far = sum(weight for _, weight in ordered) / 2, 0.0
    for value, weight in ordered:
        so_far += weight
        if so_far >= half:
            return value
    return ordered[-1][0]


Key = tuple[str, int, str]


def observe(events: Iterable[Event]) -> dict[Key, list[Observation]]:
    """Return the tasks of events by kind, complexity and model: the events of one task are merged.

    Events without the kind and complexity of their task are ignored.
    """
    tasks: dict[tuple[Key, str, str], list[Event]] = {}
    for event in events:
        if event.type == "usage" and event.kind and event.complexity is not None and event.model:
            key = (event.kind, event.complexity, event.model)
            tasks.setdefault((key, event.plan, event.task or event.key), []).append(event)
    found: dict[Key, list[Observation]] = {}
    for (key, _, _), parts in tasks.items():
        successes = [event.success for event in parts if event.success is not None]
        reworks = [event.rework for event in parts if event.rework is not None]
        tokens = sum(event.tokens for event in parts)
        at = max(event.at for event in parts)
        one = Observation(tokens, at, successes[-1] if successes else None, max(reworks, default=None))
        found.setdefault(key, []).append(one)
    return found


def pool(observations: Mapping[Key, list[Observation]], events: Iterable[Event], name: str) -> list[Pooled]:
    """Return the aggregates of a project's tasks, without any text except kinds of tasks and models."""
    durations: dict[Key, int] = {}
    for event in events:
        if event.complexity is not None and event.duration_ms:
            key = (event.kind, event.complexity, event.model)
            durations[key] = durations.get(key, 0) + event.duration_ms
    found = []
    for key, tasks in sorted(observations.items()):
        logs = [math.log(task.tokens) for task in tasks if task.tokens > 0]
        if not logs:
            continue
        mean = math.fsum(logs) / len(logs)
        deviation = math.sqrt(math.fsum((log - mean) ** 2 for log in logs) / len(logs))
        judged = [task.success for task in tasks if task.success is not None]
        found.append(Pooled(name, *key, len(logs), mean, deviation, sum(judged), len(judged), durations.get(key, 0)))
    return found


def pool_name(path: Path) -> str:
    """Return the name of the pool of the project, or file, at ``path``: a stable hash, without any text of the path."""
    return sha256(str(path.resolve()).encode("utf-8", "replace")).hexdigest()[:16]


def add_pooled(database: Database, rows: Iterable[Pooled]) -> int:
    """Store aggregates of other projects, replacing those of the same pool; the caller opens the transaction.

    Return the number of new or changed ones.
    """
    fields = Pooled._fields
    known = set(database.rows(f"SELECT {', '.join(fields)} FROM pooled"))
    changed = [row for row in rows if tuple(row) not in known]
    others = ", ".join(f"{name} = excluded.{name}" for name in fields[4:])
    database.run_many(
        f"INSERT INTO pooled ({', '.join(fields)}) VALUES ({', '.join('?' * len(fields))}) "
        f"ON CONFLICT (pool, kind, complexity, model) DO UPDATE SET {others}",
        changed,
    )
    return len(changed)


def pooled_of(database: Database, without: str = "") -> dict[Key, list[Pooled]]:
    """Return the aggregates of other projects, except the pool ``without``, by kind, complexity and model."""
    found: dict[Key, list[Pooled]] = {}
    for row in database.rows(f"SELECT {', '.join(Pooled._fields)} FROM pooled ORDER BY pool"):
        one = Pooled(*row)
        if one.pool == without:
            continue
        found.setdefault((one.kind, one.complexity, one.model), []).append(one)
    return found
