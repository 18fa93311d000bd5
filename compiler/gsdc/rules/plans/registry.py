"""The list of all rules on single plans, and of everything that can be found in one.

Adding a rule touches its file and one line here; a rule on plans together has its line in ``together``.
"""

from functools import cache
from typing import Final

from gsdc.finding import Diagnostic
from gsdc.plans import suppression
from gsdc.rules.named import Named
from gsdc.rules.plans import (
    checkpoint_in_autonomous_plan,
    complexity_mismatch,
    incomplete_task,
    light_on_critical_task,
    local_path,
    low_token_budget,
    missing_frontmatter,
    missing_task,
    secret_in_plan,
    shared_write,
    task_cycle,
    undeclared_file,
    unknown_task_type,
    unknown_value,
    vague_verify,
)
from gsdc.rules.plans.api import PlanRule
from gsdc.rules.plans.together import PHASE_RULES
from gsdc.source import frontmatter, plan

PLAN_RULES: Final[tuple[PlanRule, ...]] = (
    missing_frontmatter,
    incomplete_task,
    unknown_task_type,
    unknown_value,
    missing_task,
    task_cycle,
    shared_write,
    undeclared_file,
    checkpoint_in_autonomous_plan,
    local_path,
    vague_verify,
    light_on_critical_task,
    complexity_mismatch,
    low_token_budget,
    secret_in_plan,
)

ALL: Final[tuple[Named, ...]] = tuple(dict.fromkeys((*PLAN_RULES, *PHASE_RULES)))


@cache
def names() -> frozenset[str]:
    """Return the codes and names of everything that can be found in a plan, and so be allowed there."""
    found = {name for rule in ALL for name in (rule.CODE, rule.ID)}
    for module in (frontmatter, plan, suppression):
        for item in vars(module).values():
            if isinstance(item, Diagnostic):
                found |= {item.code, item.name}
    return frozenset(found)
