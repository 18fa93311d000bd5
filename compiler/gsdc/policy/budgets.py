"""The types of budgets and alerts in a policy: plain data, as the schema of profiles describes them."""

from collections.abc import Mapping
from typing import Final, TypedDict, cast


class PeriodBudget(TypedDict, total=False):
    """How much may be used in one period.

    ``tokens`` in all and ``usd`` in $; ``models`` are tokens by alias, ``phases`` shares of it, from 0 to 1.
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
    """The budgets by period, sprints by name, how use is counted, and the share kept for emergencies, from 0 to 1."""

    daily: PeriodBudget
    weekly: PeriodBudget
    monthly: PeriodBudget
    sprint: PeriodBudget
    sprints: Mapping[str, PeriodBudget]
    counting: Counting
    reserve: float


PERIODS: Final = ("daily", "weekly", "monthly", "sprint")


def budget_of(budgets: Budgets, period: str) -> PeriodBudget:
    """Return the budget of one of ``PERIODS``, an empty one where none is set."""
    assert period in PERIODS
    return cast("Mapping[str, PeriodBudget]", budgets).get(period, PeriodBudget())


def amounts_of(budget: PeriodBudget) -> dict[str, float]:
    """Return what may be used, by the unit: "tokens", and "usd" for $."""
    given = {"tokens": budget.get("tokens"), "usd": budget.get("usd")}
    return {unit: amount for unit, amount in given.items() if amount is not None}


class AlertRule(TypedDict):
    """A threshold of a ``metric``, in $, seconds or as a share, and what to ``do`` above it."""

    metric: str
    above: float
    do: str
