"""A never-break rule of the project's own speaks about no state of the policy.

## Why is this bad?
It protects nothing: no agent in use has the role, criticality or phase that it names (design,
never-break rules: invariants over every reachable decision).

## Example (profile)
extends: balanced
never-break:
  calm-security: {when: {role: [security], criticality: [low]}, require: {min: heavy}, why: Even the small ones}

## Use instead (profile)
extends: balanced
never-break:
  calm-security: {when: {role: [security]}, require: {min: heavy}, why: Even the small ones}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.rules.policy.api import PolicyContext

ID: Final = "vacuous-rule"
CODE: Final = "NB014"
SEVERITY: Final = Severity.WARNING


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each such rule; one about agents or phases of another fleet is for where that is in use."""
    policy = context.policy
    phases = {phase for agent in policy.agents.values() for phase in agent.phases}
    for rule in policy.never_break.values():
        if rule.of_plans or not is_own(rule.ref) or rule.name in context.survey.speaking:
            continue
        named = rule.when.get("agent", ())
        elsewhere = (named and not policy.agents.keys() & set(named)) or (
            "phase" in rule.when and not phases & set(rule.when["phase"])
        )
        if not elsewhere:
            at = context.sources.origin(rule.ref, key=True)
            message = f'never-break rule "{rule.name}" does not apply to any state of this policy'
            yield Finding(at, CODE, ID, SEVERITY, message, "use a role, criticality or phase that exists")
