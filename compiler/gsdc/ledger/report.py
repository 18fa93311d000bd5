"""The figures of a report on a day, a week or a sprint; ``gsdc.ledger.pages`` formats them.

Savings are relative to the cost of the same tokens on one model (seed 001, part 10.1; a stronger model may need fewer
tokens). Usage without a known price is excluded on both sides.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from statistics import fmean, stdev
from typing import Final, NamedTuple

from gsdc.ledger.alerts import ENOUGH, Alert, evaluate
from gsdc.ledger.budget import (
    NO_SUM,
    Z_80,
    BudgetStatus,
    Limit,
    assess,
    counted_tokens,
    counts_cache_reads,
    of_days,
    shares,
    unpriced,
    zone_at,
)
from gsdc.ledger.course import Course, course_of
from gsdc.ledger.event import FIELDS, NANO, Event
from gsdc.ledger.forecast import right_predictions
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.price import nano
from gsdc.ledger.totals import Sum
from gsdc.ledger.window import Window
from gsdc.policy.model import Policy

PERIODS: Final = ("daily", "weekly", "sprint")
BASELINES: Final = ("opus", "sonnet")


class Day(NamedTuple):
    """A day of the window: the usage of each model, and the zone at its end, "" for a future day."""

    day: date
    models: Mapping[str, Sum]
    zone: str

    @property
    def total(self) -> Sum:
        """The use of all models."""
        return sum(self.models.values(), NO_SUM)


class Accuracy(NamedTuple):
    """The accuracy of estimates: ``ratio`` is actual by estimated, the geometric mean, with its 80% interval.

    The interval is None below three tasks. ``pairs`` are the estimated and the actual tokens of each task.
    """

    tasks: int
    estimated: int
    actual: int
    ratio: float
    interval: tuple[float, float] | None
    pairs: tuple[tuple[int, int], ...]


class Kpi(NamedTuple):
    """A figure and its target: a share, None if there are too few data."""

    name: str
    value: float | None
    target: float
    below: bool
    source: str

    @property
    def met(self) -> bool | None:
        """Whether it meets its target."""
        if self.value is None:
            return None
        return self.value < self.target if self.below else self.value > self.target


class ReportedTask(NamedTuple):
    """A task of the window: its tokens and $ (in billionths), and the last record of its success (None: unknown).

    ``model`` and ``agent`` are those with most of its tokens.
    """

    name: str
    model: str
    tokens: int
    success: int | None
    agent: str
    nano: int


class TrackRecord(NamedTuple):
    """The results of tasks on one model, or with one agent: their number, judged and successful ones, and $ a task."""

    name: str
    tasks: int
    judged: int
    succeeded: int
    usd: float


class LedgerReport(NamedTuple):
    """A report on a window. ``budget`` and ``limit`` belong to its own period; ``saved`` is $ against one model."""

    project: str
    profile: str
    window: Window
    budget: BudgetStatus
    total: Sum
    days: tuple[Day, ...]
    by: Mapping[str, Mapping[str, Sum]]
    unpriced: Mapping[str, int]
    work: tuple[ReportedTask, ...]
    counts: Mapping[str, int]
    rework: float | None
    accuracy: Accuracy | None
    saved: Mapping[str, tuple[float, float]]
    kpis: tuple[Kpi, ...]
    alerts: tuple[Alert, ...]
    escalations: tuple[Event, ...]
    overrides: tuple[Event, ...]
    courses: Mapping[str, Course]

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits of the window's own budget."""
        return _limits(self.budget, self.window)


def _limits(budget: BudgetStatus, window: Window) -> tuple[Limit, ...]:
    return next((one.limits for one in budget.windows if one.window.name == window.name), ())


def make_report(ledger: Ledger, policy: Policy, project: str, window: Window, now: int) -> LedgerReport:
    """Return the report on ``window``. Raises ``Rejected`` if the ledger cannot be read."""
    at = min(now, window.end - 1)
    budget = assess(ledger, policy, at)
    total = ledger.total(window.start, window.end)
    tasks = _tasks(ledger, window)
    counts = ledger.counts(window.start, window.end)
    reworks = [event.rework for parts in tasks.values() for event in parts if event.rework is not None]
    rework = fmean(reworks) / 100 if reworks else None
    saved = _saved(ledger, policy, window)
    days = _days(ledger, policy, budget, window, at)
    over = [(one.day, one.total, one.zone) for one in days if budget.calendar.midnight(one.day + timedelta(1)) <= now]
    predicted = right_predictions(ledger, policy, budget.calendar, window, over)
    by, counts_cache = shares(ledger, window), counts_cache_reads(policy.budgets)
    work = tuple(sorted((_work(name, parts) for name, parts in tasks.items()), key=lambda one: -one.tokens))
    return LedgerReport(
        project,
        policy.profile,
        window,
        budget,
        total,
        days,
        by,
        unpriced(policy, by["model"]),
        work,
        counts,
        rework,
        _accuracy(tasks.values()),
        saved,
        tuple(_kpis(work, counts, rework, predicted, saved)),
        evaluate(ledger, policy, budget),
        tuple(_typed(ledger, window, "escalation")),
        tuple(_typed(ledger, window, "override")),
        course_of(ledger, budget.calendar, _limits(budget, window), window, at, counts_cache=counts_cache),
    )


def _typed(ledger: Ledger, window: Window, type_: str) -> list[Event]:
    return _events(ledger, window, "type <> 'usage' AND type = ?", type_)


def _events(ledger: Ledger, window: Window, condition: str, *values: str) -> list[Event]:
    sql = f"SELECT {', '.join(FIELDS)} FROM event WHERE at >= ? AND at < ? AND {condition} ORDER BY at, seq"
    return [Event._make(row) for row in ledger.database.rows(sql, (window.start, window.end, *values))]


def _tasks(ledger: Ledger, window: Window) -> dict[str, list[Event]]:
    """Return the events of each task that has a name, grouped by task."""
    found: dict[str, list[Event]] = {}
    for event in _events(ledger, window, "task <> '' AND type = 'usage'"):
        found.setdefault(event.task, []).append(event)
    return found


def _work(name: str, parts: list[Event]) -> ReportedTask:
    successes = [event.success for event in parts if event.success is not None]
    return ReportedTask(
        name,
        _most(parts, lambda event: event.model or event.written),
        sum(event.tokens for event in parts),
        successes[-1] if successes else None,
        _most(parts, lambda event: event.agent),
        sum(event.nano if event.nano is not None else event.client_nano or 0 for event in parts),
    )


def _most(parts: list[Event], name: Callable[[Event], str]) -> str:
    """Return the name with most of a task's tokens."""
    tokens: dict[str, int] = {}
    for event in parts:
        tokens[name(event)] = tokens.get(name(event), 0) + event.tokens
    return max(tokens, key=lambda one: tokens[one])


def records(work: Iterable[ReportedTask], name: Callable[[ReportedTask], str]) -> tuple[TrackRecord, ...]:
    """Return the results of tasks by ``name`` (seed 003, "Ongoing KPIs": cost of a task by agent, success by model)."""
    groups: dict[str, list[ReportedTask]] = {}
    for one in work:
        groups.setdefault(name(one), []).append(one)
    return tuple(
        TrackRecord(
            group,
            len(tasks),
            sum(task.success is not None for task in tasks),
            sum(task.success or 0 for task in tasks),
            sum(task.nano for task in tasks) / NANO / len(tasks),
        )
        for group, tasks in sorted(groups.items())
    )


def _days(ledger: Ledger, policy: Policy, budget: BudgetStatus, window: Window, at: int) -> tuple[Day, ...]:
    """Return the days of a window; the zone of each is that of the window's own budget at its end."""
    limits, counts_cache = _limits(budget, window), counts_cache_reads(policy.budgets)
    sums: dict[tuple[date, str], Sum] = {}
    for (day, model, written), used in of_days(ledger, budget.calendar, window, "model", "written").items():
        sums[day, model or written] = sums.get((day, model or written), NO_SUM) + used
    so_far, found = NO_SUM, []
    for day, start, _ in budget.calendar.days(window):
        models = {model: used for (of, model), used in sums.items() if of == day}
        so_far = sum(models.values(), so_far)
        spent = {"tokens": counted_tokens(so_far, counts_cache=counts_cache), "usd": so_far.nano / NANO}
        share = max((spent[one.unit] / one.limit if one.limit else 0.0 for one in limits), default=0.0)
        found.append(Day(day, models, zone_at(policy, share) if limits and start <= at else ""))
    return tuple(found)


def _accuracy(tasks: Iterable[list[Event]]) -> Accuracy | None:
    pairs = []
    for parts in tasks:
        estimated, actual = max(event.estimated for event in parts), sum(event.tokens for event in parts)
        if estimated and actual:
            pairs.append((estimated, actual))
    if not pairs:
        return None
    logs = [math.log(actual / estimated) for estimated, actual in pairs]
    mean = fmean(logs)
    interval = None
    if len(logs) >= 3:
        reach = Z_80 * stdev(logs) * math.sqrt(1 + 1 / len(logs))
        interval = (math.exp(mean - reach), math.exp(mean + reach))
    return Accuracy(
        len(pairs), sum(e for e, _ in pairs), sum(a for _, a in pairs), math.exp(mean), interval, tuple(pairs)
    )


def _saved(ledger: Ledger, policy: Policy, window: Window) -> dict[str, tuple[float, float]]:
    """Return for each baseline the cost of all work on it, and the savings relative to it, in $."""
    sums = ledger.sums(window.start, window.end, "model")
    known = sum((used for (alias,), used in sums.items() if alias in policy.models), NO_SUM)
    found = {}
    for alias in BASELINES:
        if alias in policy.models and known.events:
            base = nano(known, policy.models[alias]) / NANO
            found[alias] = (base, base - known.nano / NANO)
    return found


def _kpis(
    work: tuple[ReportedTask, ...],
    counts: Mapping[str, int],
    rework: float | None,
    predicted: float | None,
    saved: Mapping[str, tuple[float, float]],
) -> Iterable[Kpi]:
    judged = [one.success for one in work if one.success is not None]
    yield Kpi("tasks that succeeded", fmean(judged) if judged else None, 0.80, False, "seed 002")
    yield Kpi("rework", rework, 0.20, True, "seed 002")
    yield Kpi("zone predictions, a day ahead", predicted, 0.80, False, "seed 002")
    used = counts.get("usage", 0)
    for name, type_, target, source in (
        ("escalations", "escalation", 0.10, "seed 002"),
        ("failovers", "failover", 0.10, "seed 003"),
        ("errors", "error", 0.05, "seed 003"),
    ):
        yield Kpi(name, counts.get(type_, 0) / used if used >= ENOUGH else None, target, True, source)
    if "opus" in saved and saved["opus"][0]:
        yield Kpi("less than all opus", saved["opus"][1] / saved["opus"][0], 0.85, False, "seed 003")
