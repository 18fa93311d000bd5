"""The zones in which open plans will begin and end (seed 002: "Decide next SD based on budget zone")."""

import math
from collections.abc import Iterable, Mapping
from statistics import stdev
from typing import Final, NamedTuple

from gsdc.ledger.budget import Z_80, BudgetStatus, counts_cache_reads, zone_at
from gsdc.ledger.ledger import Ledger
from gsdc.plans.cost import Learned, TokenSources, cost
from gsdc.plans.usage import measured, sizes, usage
from gsdc.policy.model import Policy
from gsdc.source.plan import Plan
from gsdc.tasks.annotation import analyse

SPREAD: Final = (0.7, 1.3)  # seed 001, part 6.2: an estimate is right within 30% either way
_FEWEST: Final = 3  # tasks needed for a spread


class Outlook(NamedTuple):
    """The expected use of a plan, and the zones before and after it.

    The zone after it is between ``low`` and ``high`` with 80%. ``needs`` are amounts by unit, "tokens" and "usd".
    """

    plan: str
    needs: Mapping[str, float]
    begins: str
    ends: str
    low: str
    high: str


def outlooks(
    policy: Policy, budget: BudgetStatus, plans: Iterable[Plan], learned: Learned, spread: tuple[float, float] = SPREAD
) -> tuple[Outlook, ...]:
    """Return the outlook of each plan, executed in this order, each compiled for the zone in which it begins.

    ``spread`` are the ends of the 80% interval of a plan's usage, as factors. The errors of the previous plans are
    assumed to have the same direction, so the interval of a later plan is conservative.
    """
    counts_cache = counts_cache_reads(policy.budgets)
    added = {"tokens": 0.0, "usd": 0.0}
    found = []
    for plan in plans:
        begins = _zone_with(policy, budget, added)
        size = sizes(plan)
        annotated = analyse(plan, policy, begins, measured(plan, size))
        amount = cost(annotated, policy, TokenSources(learned, usage(plan, size))).total
        needs = {"tokens": float(amount.tokens + (amount.cached if counts_cache else 0)), "usd": amount.usd}
        added = {unit: added[unit] + need for unit, need in needs.items()}
        ends, low, high = (_zone_with(policy, budget, added, factor) for factor in (1.0, *spread))
        found.append(Outlook(plan.path, needs, begins, ends, low, high))
    return tuple(found)


def _zone_with(policy: Policy, budget: BudgetStatus, added: Mapping[str, float], factor: float = 1.0) -> str:
    limits = (limit for one in budget.windows for limit in one.limits)
    shares = (limit._replace(used=limit.used + factor * added[limit.unit]).share for limit in limits)
    return zone_at(policy, max(shares, default=0.0))


def spread_of(ledger: Ledger) -> tuple[float, float]:
    """Return the 80% interval of the actual use of tasks, as factors of the average for their estimate.

    Below three estimated tasks it is that of seed 001.
    """
    sql = (
        "SELECT MAX(estimated), SUM(input + output + cache_write + unsplit) FROM event "
        "WHERE task <> '' AND type = 'usage' GROUP BY task"
    )
    logs = [math.log(actual / estimated) for estimated, actual in ledger.database.rows(sql) if estimated and actual]
    if len(logs) < _FEWEST:
        return SPREAD
    reach = Z_80 * stdev(logs) * math.sqrt(1 + 1 / len(logs))
    return math.exp(-reach), math.exp(reach)
