"""The budgets of a policy as settings of LiteLLM."""

from typing import Final

from gsdc.policy.budgets import budget_of
from gsdc.policy.model import Policy

DAY: Final = "1d"
# What a provider's budget is taken from: the first of these that the profile sets.
PERIODS: Final = {"weekly": "7d", "monthly": "30d", "daily": DAY}


def dollars(policy: Policy, period: str) -> float | None:
    """Return the budget of a period in $, None if the profile sets none."""
    return budget_of(policy.budgets, period).get("usd")


def period_of(policy: Policy) -> str:
    """Return the period of the providers' budgets, "" where the profile sets none in $."""
    return next((period for period in PERIODS if dollars(policy, period)), "")
