"""The burn-down of a budget in its window: the remainder at the start of each day (hour, for a day) and now."""

from collections.abc import Mapping

from gsdc.ledger.budget import NO_SUM, Limit, counted_tokens
from gsdc.ledger.event import NANO
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.totals import QUARTER
from gsdc.ledger.window import HOUR, Calendar, Window

Course = tuple[tuple[int, float], ...]
"""Moments, in milliseconds since 1970, each with the amount that was left."""


def course_of(
    ledger: Ledger, calendar: Calendar, limits: tuple[Limit, ...], window: Window, at: int, *, counts_cache: bool
) -> Mapping[str, Course]:
    """Return the course of each of ``limits``, by its unit, from the beginning of its window to ``at``."""
    if window.name == "daily":
        edges = list(range(window.start, at, HOUR))
    else:
        edges = [start for _, start, _ in calendar.days(window) if start < at]
    waiting = sorted(ledger.sums(window.start, at, "quarter").items(), reverse=True)
    courses: dict[str, list[tuple[int, float]]] = {limit.unit: [] for limit in limits}
    used = NO_SUM
    for edge in (*edges, at):
        while waiting and waiting[-1][0][0] * QUARTER < edge:
            used += waiting.pop()[1]
        amounts = {"tokens": counted_tokens(used, counts_cache=counts_cache), "usd": used.nano / NANO}
        for limit in limits:
            courses[limit.unit].append((edge, limit.limit - amounts[limit.unit]))
    return {unit: tuple(course) for unit, course in courses.items()}
