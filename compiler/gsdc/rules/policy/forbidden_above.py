"""A project breaks a never-break rule of a gsdc.yaml in a folder above it.

## Why is this bad?
A rule that a subfolder can leave out protects nothing (seed 002, "Never Violate"): a nested gsdc.yaml may be stricter
than the ones above it, never less strict.

## Example (gsdc.yaml)
profile: team
fleets: [leo]
profiles:
  team:
    extends: balanced
    never-break:
      database-on-heavy: {when: {role: [database]}, require: {min: heavy}, why: Migrations cannot be undone}
    roles: {database: heavy}
    failover: {roles: {database: defer}}
-- shop/gsdc.yaml --
fleets: []
agents:
  migrator: {role: database}

## Use instead (gsdc.yaml)
profile: team
fleets: [leo]
profiles:
  team:
    extends: balanced
    never-break:
      database-on-heavy: {when: {role: [database]}, require: {min: heavy}, why: Migrations cannot be undone}
    roles: {database: heavy}
    failover: {roles: {database: defer}}
-- shop/gsdc.yaml --
profile: shop
fleets: []
agents:
  migrator: {role: database}
profiles:
  shop:
    extends: balanced
    roles: {database: heavy}
    failover: {roles: {database: defer}}
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import breaches, is_own
from gsdc.policy.ref import Ref
from gsdc.policy.survey import survey
from gsdc.rules.policy.api import PolicyContext, describe
from gsdc.source.tree import PROJECT_FILE

if TYPE_CHECKING:
    from gsdc.policy.breach import Breach
    from gsdc.policy.model import Policy
    from gsdc.policy.requirement import NeverBreak

ID: Final = "forbidden-above"
CODE: Final = "NB019"
SEVERITY: Final = Severity.ERROR


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each such rule and place that breaks it."""
    policy = context.policy
    for folder, higher in context.above:
        assert higher.policy is not None
        rules = {name: rule for name, rule in higher.policy.never_break.items() if not _has(policy, rule)}
        if not rules:
            continue
        # The models of the policy above count where a rule names one that the policy itself does not have.
        judged = policy._replace(never_break=rules, models={**higher.policy.models, **policy.models})
        for breach in breaches(survey(judged)):
            where = higher.project.sources.origin(breach.rule.ref, key=True)
            place = where if where.path.startswith("/") else where._replace(path=f"{folder.as_posix()}/{where.path}")
            notes = (describe(breach.state), f'never-break rule "{breach.rule.name}" ({place}): {breach.rule.why}')
            message = (
                f'"{breach.state.agent}" can reach "{breach.decision.model}", '
                f'and "{breach.rule.name}" of the policy in {folder.as_posix()} forbids it'
            )
            help_ = f"demand at least as much as {place.path} does, or defer the work"
            yield Finding(context.sources.origin(_culprit(breach)), CODE, ID, SEVERITY, message, help_, notes)


def _has(policy: "Policy", rule: "NeverBreak") -> bool:
    own = policy.never_break.get(rule.name)
    return own is not None and (own.when, own.require) == (rule.when, rule.require)


def _culprit(breach: "Breach") -> Ref:
    """Return the last place of the project's own that led to the decision; its profile where shipped files did."""
    own = [step.ref for step in reversed(breach.decision.trail) if is_own(step.ref)]
    return own[0] if own else Ref(PROJECT_FILE, ("profile",))
