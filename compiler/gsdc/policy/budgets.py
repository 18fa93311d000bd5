"""The types of budgets and alerts in a policy: plain data, as the schema of profiles describes them."""

from collections.abc import Mapping
from typing import Final, TypedDict, cast


class PeriodBudget(TypedDict, total=False):
    """The limits of one period.

    ``tokens`` is the total, ``usd`` is in $; ``models`` maps aliases to tokens, ``phases`` are shares from 0 to 1.
    """

    tokens: int
    usd: float
    models: Mapping[str, int]
    phases: Mapping[str, float]


Counting = TypedDict(
    "Counting",
    {"time-zone": str, "week-starts": str, "sprint-starts": str, "sprint-days": int, "cache-reads": bool},
    total=False,
)
"""How use is counted: where days begin, weeks and sprints, and whether tokens read from a cache count."""


class Budgets(TypedDict, total=False):
    """The budgets by period, sprints by name, how use is counted, and the emergency reserve (0 to 1)."""

    daily: PeriodBudget
    weekly: PeriodBudget
    monthly: PeriodBudget
    sprint: PeriodBudget
    sprints: Mapping[str, PeriodBudget]
    counting: Counting
    reserve: float


PERIODS: Final = ("daily", "weekly", "monthly", "sprint")


def budget_of(budgets: Budgets, period: str) -> PeriodBudget:
    """Return the budget of one of ``PERIODS``, an empty one if none is set."""
    assert period in PERIODS
    return cast("Mapping[str, PeriodBudget]", budgets).get(period, PeriodBudget())


def amounts_of(budget: PeriodBudget) -> dict[str, float]:
    """Return the limits by unit: "tokens", and "usd" for $."""
    given = {"tokens": budget.get("tokens"), "usd": budget.get("usd")}
    return {unit: amount for unit, amount in given.items() if amount is not None}


class AlertRule(TypedDict):
    """A threshold of a ``metric``, in $, seconds or as a share, and what to ``do`` above it."""

    metric: str
    above: float
    do: str
