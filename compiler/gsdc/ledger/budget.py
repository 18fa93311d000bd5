"""The budget: usage, remainder, zone, and the predicted time of exhaustion (seed 002, "Budget Zones").

A zone begins at a share of the whole budget, reserve included: at 70, 85 and 95% in seed 002. Of tokens and dollars the
larger share applies; of several windows, the one with the largest share. Tokens read from a cache do not count, unless
the profile's ``counting`` includes them: they cost a tenth, and each turn of a session reads its whole history again.

The burn rate covers the last seven days (the last day, for a day's budget), in whole periods of a day (an hour) back
from now. The remainder R of a budget is used up when the use of t periods, with mean m t and deviation s sqrt(t),
reaches it. The interval covers 80%: with x = sqrt(t), m x^2 + z s x - R = 0 gives its early end, and - z s its late
one.
"""

import math
from collections.abc import Mapping
from statistics import fmean, stdev
from typing import Any, Final, NamedTuple

from gsdc.ledger.event import NANO
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.totals import QUARTER, Sum
from gsdc.ledger.window import DAY, HOUR, PERIODS, Calendar, Window, calendar_of
from gsdc.policy.budgets import Budgets, PeriodBudget, amounts_of, budget_of
from gsdc.policy.decide import decide
from gsdc.policy.model import ZONES, Policy, State

Z_80: Final = 1.2815515655446004  # deviations on each side of the mean for 80% of a normal distribution
_RATE_DAYS: Final = 7
_RATE_HOURS: Final = 24
NO_SUM: Final = Sum()


class Rate(NamedTuple):
    """The rate of use per ``period`` milliseconds; ``deviation`` is None if only one period is known."""

    mean: float
    deviation: float | None
    period: int

    @property
    def per_day(self) -> float:
        """The rate per day."""
        return self.mean * DAY / self.period


class Exhaustion(NamedTuple):
    """When a budget runs out, in milliseconds since 1970, with an 80% interval from ``early`` to ``late``.

    ``at`` is None if it never does; ``early`` and ``late`` are None if too little is known for an interval.
    """

    at: int | None
    early: int | None
    late: int | None


class Limit(NamedTuple):
    """A budget in one unit ("tokens" or "usd"): its size, how much is used, how fast, and when it runs out."""

    unit: str
    limit: float
    used: float
    rate: Rate
    exhaustion: Exhaustion

    @property
    def share(self) -> float:
        """The share that is used; a budget of 0 is used up as soon as anything is used."""
        if self.limit:
            return self.used / self.limit
        return 1.0 if self.used else 0.0

    @property
    def left(self) -> float:
        """The unused rest, at least 0."""
        return max(0.0, self.limit - self.used)


class WindowBudget(NamedTuple):
    """The budget of one window: its limits, the resulting zone, and the usage."""

    window: Window
    used: Sum
    limits: tuple[Limit, ...]
    zone: str
    models: Mapping[str, int]

    @property
    def strictest(self) -> Limit:
        """The limit with the largest used share."""
        return max(self.limits, key=lambda limit: limit.share)


class Deferral(NamedTuple):
    """The effect of a zone on an agent: its model in zone green, its model now (None: it is deferred), and why."""

    agent: str
    usual: str | None
    now: str | None
    why: str


class BudgetStatus(NamedTuple):
    """The state of all budgets. ``decisive`` is the window that determines the zone, None without any budget.

    ``by`` is the use in the longest window, by "model", "phase", "agent" and "client".
    """

    zone: str
    now: int
    windows: tuple[WindowBudget, ...]
    decisive: WindowBudget | None
    reserve: float
    by: Mapping[str, Mapping[str, Sum]]
    calendar: Calendar


def assess(ledger: Ledger | None, policy: Policy, now: int, only: str = "") -> BudgetStatus:
    """Return the state of the budgets of ``policy`` at ``now``, or of the one of period ``only``.

    Raises ``Rejected`` for an unknown time zone, and if the ledger cannot be read.
    """
    calendar = calendar_of(policy.budgets)
    windows = []
    for period in PERIODS:
        window = calendar.window(period, now) if only in ("", period) else None
        if window is not None and _given(policy.budgets, window):
            windows.append(_window(ledger, policy, window, now))
    decisive = max(windows, key=lambda one: one.strictest.share, default=None)
    widest = max(
        (one.window for one in windows), key=lambda window: window.days, default=calendar.window("weekly", now)
    )
    zone = decisive.zone if decisive else ZONES[0]
    reserve = policy.budgets.get("reserve", 0)
    return BudgetStatus(zone, now, tuple(windows), decisive, reserve, shares(ledger, widest), calendar)


def zone_at(policy: Policy, share: float) -> str:
    """Return the zone with the highest start that ``share`` has reached."""
    reached = [zone for zone in policy.zones.values() if share >= zone.start]
    return max(reached, key=lambda zone: (zone.start, ZONES.index(zone.name))).name if reached else ZONES[0]


def deferrals(policy: Policy, zone: str) -> tuple[Deferral, ...]:
    """Return the agents that get another model in ``zone``, or are deferred, in any of their phases."""
    found = []
    for agent in policy.agents.values():
        for phase in agent.phases or (None,):
            usual = decide(policy, State(agent.name, phase))
            now = decide(policy, State(agent.name, phase, zone))
            if usual.model != now.model:
                name = f"{agent.name} ({phase})" if len(agent.phases) > 1 else agent.name
                found.append(Deferral(name, usual.model, now.model, now.defer))
    return tuple(found)


def counted_tokens(used: Sum, *, counts_cache: bool) -> int:
    """Return the tokens that count against a budget."""
    return used.all_tokens if counts_cache else used.tokens


def _given(budgets: Budgets, window: Window) -> PeriodBudget:
    """Return the budget of a window: a sprint has its own, by its name, or that of all sprints."""
    own = budgets.get("sprints", {}).get(window.title) if window.name == "sprint" else None
    given = own or budget_of(budgets, window.name)
    return given if amounts_of(given) else PeriodBudget()


def _window(ledger: Ledger | None, policy: Policy, window: Window, now: int) -> WindowBudget:
    used = ledger.total(window.start, window.end) if ledger else NO_SUM
    limits = limits_of(ledger, policy.budgets, window, used, now)
    zone = zone_at(policy, max(limit.share for limit in limits))
    return WindowBudget(window, used, limits, zone, _given(policy.budgets, window).get("models", {}))


def limits_of(ledger: Ledger | None, budgets: Budgets, window: Window, used: Sum, now: int) -> tuple[Limit, ...]:
    """Return the limits of a window at ``now`` with usage ``used``, none if it has no budget."""
    given, counts_cache = _given(budgets, window), counts_cache_reads(budgets)
    history, period = _history(ledger, window, now)
    limits = []
    for unit, limit in amounts_of(given).items():
        amount = _amount(used, unit, counts_cache=counts_cache)
        rate = _rate([_amount(one, unit, counts_cache=counts_cache) for one in history], period)
        limits.append(Limit(unit, limit, amount, rate, exhaustion(limit - amount, rate, now)))
    return tuple(limits)


def counts_cache_reads(budgets: Budgets) -> bool:
    """Tell whether tokens that are read from a cache count against budgets."""
    return bool(budgets.get("counting", {}).get("cache-reads", False))


def _amount(used: Sum, unit: str, *, counts_cache: bool) -> float:
    return counted_tokens(used, counts_cache=counts_cache) if unit == "tokens" else used.nano / NANO


def _history(ledger: Ledger | None, window: Window, now: int) -> tuple[list[Sum], int]:
    """Return the usage in each of the last periods, the newest first, and the length of a period.

    Periods before the first event are left out, because nothing was recorded then.
    """
    period, most = (HOUR, _RATE_HOURS) if window.name == "daily" else (DAY, _RATE_DAYS)
    span = ledger.span() if ledger else None
    if ledger is None or span is None or span[0] >= now:
        return [], period
    known = now - span[0]
    number = min(most, max(1, known // period))
    return [ledger.total(now - (index + 1) * period, now - index * period) for index in range(number)], period


def _rate(amounts: list[float], period: int) -> Rate:
    if not amounts:
        return Rate(0.0, None, period)
    return Rate(fmean(amounts), stdev(amounts) if len(amounts) > 1 else None, period)


def exhaustion(left: float, rate: Rate, now: int) -> Exhaustion:
    """Return when the rest of a budget, ``left``, runs out at ``rate``, counted from ``now``."""
    if left <= 0:
        return Exhaustion(now, now, now)
    if rate.mean <= 0:
        return Exhaustion(None, None, None)
    at = _moment(now, left / rate.mean, rate.period)
    if rate.deviation is None:
        return Exhaustion(at, None, None)
    spread = Z_80 * rate.deviation
    root = math.sqrt(spread**2 + 4 * rate.mean * left)
    early, late = (((sign * spread + root) / (2 * rate.mean)) ** 2 for sign in (-1, 1))
    return Exhaustion(at, _moment(now, early, rate.period), _moment(now, late, rate.period))


def _moment(now: int, periods: float, period: int) -> int | None:
    """Return the moment ``periods`` from now; None if that is more than ten years ahead."""
    return now + round(periods * period) if periods * period < 3650 * DAY else None


def shares(ledger: Ledger | None, window: Window | None) -> dict[str, dict[str, Sum]]:
    """Return the use in a window by "model", "phase", "agent" and "client", without those that used nothing."""
    found: dict[str, dict[str, Sum]] = {"model": {}, "phase": {}, "agent": {}, "client": {}}
    if ledger is None or window is None:
        return found
    for values, used in ledger.sums(window.start, window.end, "model", "written", "phase", "agent", "client").items():
        model, written, *rest = values
        for name, value in zip(found, (model or written, *rest), strict=True):
            if used.all_tokens:
                found[name][value] = found[name].get(value, NO_SUM) + used
    return found


def unpriced(policy: Policy, used: Mapping[str, Sum]) -> dict[str, int]:
    """Return the tokens of each model without a known price, of the use by model as written: the $ lack them."""
    return {name: one.tokens for name, one in used.items() if name and name not in policy.models and not one.nano}


def of_days(ledger: Ledger, calendar: Calendar, window: Window, *fields: str) -> dict[tuple[Any, ...], Sum]:
    """Return the sums of a window by day, and by ``fields``."""
    edges = [(start, end, day) for day, start, end in calendar.days(window)]
    found: dict[tuple[Any, ...], Sum] = {}
    for (quarter, *values), used in ledger.sums(window.start, window.end, "quarter", *fields).items():
        at = max(int(quarter) * QUARTER, window.start)
        day = next((day for start, end, day in edges if start <= at < end), None)
        if day is not None:
            key = (day, *values)
            found[key] = found.get(key, NO_SUM) + used
    return found


def spent_share(ledger: Ledger, budgets: Budgets, now: int) -> float:
    """Return the largest used share of any budget, which decides the zone. Faster than ``assess``."""
    calendar = calendar_of(budgets)
    counts_cache = counts_cache_reads(budgets)
    found = [0.0]
    for period in PERIODS:
        window = calendar.window(period, now)
        given = _given(budgets, window) if window else PeriodBudget()
        if window is None or not given:
            continue
        used = ledger.total(window.start, window.end)
        for unit, limit in amounts_of(given).items():
            one = Limit(unit, limit, _amount(used, unit, counts_cache=counts_cache), *_UNKNOWN)
            found.append(one.share)
    return max(found)


_UNKNOWN: Final = (Rate(0.0, None, DAY), Exhaustion(None, None, None))
