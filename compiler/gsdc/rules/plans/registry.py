"""The list of all rules on single plans, and of everything that can be found in one.

Adding a rule touches its file and one line here; a rule on plans together has its line in ``together``.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from gsdc.finding import Diagnostic, Severity
from gsdc.plans import suppression
from gsdc.rules.former_codes import FORMER_CODES
from gsdc.rules.plans import (
    ambiguous_attribute,
    checkpoint_in_autonomous_plan,
    complexity_mismatch,
    downgraded_review,
    exposed_secret,
    hidden_text,
    incomplete_task,
    inherited_task_model,
    light_on_critical_task,
    local_path,
    low_token_budget,
    missing_frontmatter,
    missing_task,
    over_token_budget,
    shared_write,
    task_cycle,
    team_rule_in_plan,
    undeclared_file,
    unknown_task_type,
    unknown_value,
    vague_verify,
)
from gsdc.rules.plans.api import PlanRule
from gsdc.rules.plans.phase_rules import PHASE_RULES
from gsdc.rules.policy.named import Named
from gsdc.source import frontmatter, plan

PLAN_RULES: Final[tuple[PlanRule, ...]] = (
    missing_frontmatter,
    incomplete_task,
    unknown_task_type,
    unknown_value,
    ambiguous_attribute,
    inherited_task_model,
    missing_task,
    task_cycle,
    shared_write,
    undeclared_file,
    checkpoint_in_autonomous_plan,
    local_path,
    vague_verify,
    light_on_critical_task,
    downgraded_review,
    complexity_mismatch,
    low_token_budget,
    over_token_budget,
    exposed_secret,
    hidden_text,
    team_rule_in_plan,
)

ALL: Final[tuple[Named, ...]] = tuple(dict.fromkeys((*PLAN_RULES, *PHASE_RULES)))


@cache
def names() -> Mapping[str, bool]:
    """Return the codes and names of everything that can be found in a plan, each with whether a plan may allow it.

    What breaks a never-break rule may stand nowhere: the plan is the last place to say otherwise.
    """
    allowable = {
        name: not (rule.CODE.startswith("NB") and rule.SEVERITY is Severity.ERROR)
        for rule in ALL
        for name in (rule.CODE, rule.ID)
    }
    for module in (frontmatter, plan, suppression):
        for item in vars(module).values():
            if isinstance(item, Diagnostic):
                allowable |= {item.code: True, item.name: True}
    return allowable | {former: allowable[code] for former, code in FORMER_CODES.items() if code in allowable}
