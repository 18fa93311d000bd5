"""The expected tokens and minutes of each task of a plan, as in its metrics (seed 001, part 6.1).

Tokens are those of ``gsdc.plans.usage``, read and written; minutes are those of ``gsdc.plans.duration``, divided among
the tasks of a plan by their turns. The tokens that a person expects of a task take precedence, then data learned from
a ledger; minutes are estimated all the same. With ``estimates: seed`` under ``plans`` in the profile the formula of
seed 001, part 6.2, is used. That formula always decides which model a task can afford (part 4.2): the budgets of
profiles are on its scale.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gsdc.plans.cost import Learned
from gsdc.plans.duration import Minutes, minutes
from gsdc.plans.usage import Usage
from gsdc.policy.profile import Planning
from gsdc.source.plan import Plan
from gsdc.tasks.annotation import Annotated, model_of
from gsdc.tasks.estimate import Estimate, around, stated_tokens

SEED: Final = "seed"
NOTHING: Final[Learned] = MappingProxyType({})


def expectations(
    plan: Plan, annotated: Annotated, planning: Planning, used: Mapping[int, Usage], learned: Learned = NOTHING
) -> Mapping[int, Estimate]:
    """Return the estimate of each task, by its number; a task that does not run on a model has none.

    ``used`` is the usage of ``plan``.
    """
    estimates = {item.task.number: item.estimate for item in annotated.tasks if item.estimate is not None}
    if planning.estimates == SEED:
        return estimates
    turns, took = sum(one.turns for one in used.values()), minutes(plan)
    for item in annotated.tasks:
        number = item.task.number
        if number not in estimates:
            continue
        known = learned.get((item.kind.name, item.complexity.score, model_of(item) or ""))
        one = _estimate(used[number].scaled(known) if known else used[number], took, turns)
        if stated_tokens(item.task) is not None:
            one = estimates[number]._replace(fast=one.fast, slow=one.slow)
        estimates[number] = one
    return estimates


def _estimate(used: Usage, took: Minutes, turns: int) -> Estimate:
    share = used.turns / turns if turns else 0.0
    found = around(used.tokens)
    fast = max(1, round(took.low * share))
    return found._replace(
        fast=fast, slow=max(fast + 1, round(took.high * share)), reading=used.read, opening=used.opening
    )
