"""The list of all rules that look at plans together, or at files beside them.

They run every time, on facts that are kept; so they are apart from the rules on single plans, which need not be loaded
where no plan has changed.
"""

from typing import Final

from gsdc.rules.plans import missing_plan, missing_reference, plan_cycle, shared_write, unreviewed_auth, wave_order
from gsdc.rules.plans.api import PhaseRule

PHASE_RULES: Final[tuple[PhaseRule, ...]] = (
    missing_plan,
    plan_cycle,
    wave_order,
    shared_write,
    unreviewed_auth,
    missing_reference,
)
