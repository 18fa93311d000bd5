"""The policy can reach a model whose provider has ended it, or ends it within a month.

## Why is this bad?
Chains that name dead models fail on the day when they are needed; an alias that points at one fails every request
(seed 003, "3.3 Validation Checklist").

## Example (gsdc.yaml)
fleets: [leo]
models:
  old:
    {rank: 22, provider: x, ids: {opencode: x/y}, price: {input: 1, output: 2}, context: 99000, deprecated: 2024-01-01}
overrides:
  - {agent: STORIES, model: old, reason: We know it}

## Use instead (gsdc.yaml)
fleets: [leo]
models:
  old:
    {rank: 22, provider: x, ids: {opencode: x/y}, price: {input: 1, output: 2}, context: 99000, deprecated: 2999-01-01}
overrides:
  - {agent: STORIES, model: old, reason: We know it}
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy.api import PolicyContext

ID: Final = "deprecated-model"
CODE: Final = "MD001"
SEVERITY: Final = Severity.WARNING
NOTICE: Final = timedelta(days=30)


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each deprecated model that some state reaches."""
    limit = (context.today + NOTICE).isoformat()
    ending = [model for model in context.policy.models.values() if model.deprecated and model.deprecated <= limit]
    if not ending:
        return
    used = context.survey.reachable
    for model in ending:
        if model.alias in used:
            span = context.sources.origin(model.ref.child("deprecated"))
            message = f'"{model.alias}" is used by the policy, and its provider retires it on {model.deprecated}'
            yield Finding(
                span, CODE, ID, SEVERITY, message, "point the alias, or the policy, to a model that is still available"
            )
