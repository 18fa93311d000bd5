"""A model that the policy can reach holds less than the largest prompt that the policy allows.

## Why is this bad?
The request fails, or the client drops what does not fit, without a word (seed 000, "Large context handling"). One task
may take `budget-share` of `token-budget` (seed 001, "4.2 Cost-Aware Routing"), so every model has to hold that much;
work that is moved for its large context has to go where more fits than on the model it comes from.

## Example (gsdc.yaml)
fleets: [leo]
models:
  house-model:
    {rank: 25, provider: house, ids: {opencode: house/model}, price: {input: 1, output: 2}, context: 8000}
overrides:
  - {agent: STORIES, model: house-model, reason: We host it}

## Use instead (gsdc.yaml)
fleets: [leo]
models:
  house-model:
    {rank: 25, provider: house, ids: {opencode: house/model}, price: {input: 1, output: 2}, context: 128000}
overrides:
  - {agent: STORIES, model: house-model, reason: We host it}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.rules.policy.api import PolicyContext

ID: Final = "small-context"
CODE: Final = "MD002"
SEVERITY: Final = Severity.WARNING


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each model that is too small for a task, or for what is sent to it for its size."""
    policy, used = context.policy, context.survey.reachable
    planning = policy.planning
    largest = round(planning.token_budget * planning.budget_share)
    for model in policy.models.values():
        if model.alias in used and model.context < largest:
            at, related = context.attribute_to_user_files(model.ref.child("context"), model.alias, key="context")
            message = f'"{model.alias}" holds {model.context:,} tokens, and one task may take {largest:,}'
            help_ = "use a larger model, or lower `plans.budget-share`"
            yield Finding(at, CODE, ID, SEVERITY, message, help_, related=related)
    moved = policy.classes.get("large-context")
    if moved is not None and moved.model is not None:
        model, usual = policy.model_of(moved.model), policy.model_of("standard")
        if model.context < usual.context:
            at = context.sources.origin(moved.ref.child("model"))
            message = f'large-context work goes to "{model.alias}", which has a smaller context than "{usual.alias}"'
            yield Finding(at, CODE, ID, SEVERITY, message, "send it to a model with a larger context window")
