"""The list of all rules that look at plans together, or at files beside them.

They run every time, on facts that are kept; so they are apart from the rules on single plans, which need not be loaded
where no plan has changed.
"""

from typing import Final

from gsdc.rules.plans import (
    ambiguous_phase,
    dropped_dependency,
    installed_path,
    missing_plan,
    missing_reference,
    other_wave,
    plan_cycle,
    shared_prose_file,
    shared_write,
    unfound_phase,
    unreviewed_auth,
    wave_order,
)
from gsdc.rules.plans.api import PhaseRule

PHASE_RULES: Final[tuple[PhaseRule, ...]] = (
    ambiguous_phase,
    unfound_phase,
    missing_plan,
    dropped_dependency,
    plan_cycle,
    wave_order,
    other_wave,
    shared_write,
    shared_prose_file,
    unreviewed_auth,
    missing_reference,
    installed_path,
)
