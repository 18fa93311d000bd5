"""Findings: parts of a policy that a configuration of LiteLLM cannot express."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gsdc.finding import Diagnostic, Finding, Severity, some
from gsdc.policy.model import Policy
from gsdc.source.span import Span
from gsdc.targets.litellm import DECLARATION
from gsdc.targets.litellm.budgets import PERIODS, dollars, period_of

if TYPE_CHECKING:
    from gsdc.targets.litellm.emit import Served

INEXPRESSIBLE = Diagnostic(
    "LM002",
    "inexpressible-trigger",
    Severity.NOTE,
    """A failover trigger of the profile has no key in LiteLLM's configuration.

    ## Why is this bad?
    LiteLLM counts the share of failures for the whole process, by environment variables, and not at all where failures
    are counted: set DEFAULT_FAILURE_THRESHOLD_PERCENT and DEFAULT_FAILURE_THRESHOLD_MINIMUM_REQUESTS, and leave
    `failures` out (measured on LiteLLM 1.106). The target prometheus raises an alert for it.

    ## Example (gsdc.yaml)
    fleets: [leo]
    targets: {litellm: true}

    ## Use instead (gsdc.yaml)
    fleets: [leo]
    targets: {prometheus: true}
    """,
)


INEXPRESSIBLE_BUDGET = Diagnostic(
    "LM008",
    "inexpressible-budget",
    Severity.NOTE,
    """A budget of the profile applies differently in LiteLLM, or not at all.

    ## Why is this bad?
    LiteLLM keeps one budget for each provider and one for each deployment (measured on LiteLLM 1.106). With
    both a week and a day, the provider's budget is the week; the day applies to each tier of each agent separately, not
    to their sum. Longer periods than a week have no key beside it. Budgets of a tag need a licence, those of a key or a
    user a database. The target prometheus raises alerts for the sums.

    ## Example (gsdc.yaml)
    fleets: [leo]
    targets: {litellm: true}
    profile: team
    profiles: {team: {extends: balanced, budgets: {daily: {usd: 100}, weekly: {usd: 300}}}}

    ## Use instead (gsdc.yaml)
    fleets: [leo]
    targets: {prometheus: true}
    profile: team
    profiles: {team: {extends: balanced, budgets: {daily: {usd: 100}, weekly: {usd: 300}}}}
    """,
)


def inexpressible(policy: Policy, decided: "Iterable[Served]", path: str) -> Iterator[Finding]:
    """Yield the parts of the policy that the file at ``path`` lacks: models without an id, triggers, budgets."""
    lacking: dict[str, list[str]] = {}
    for agent, all_tiers in decided:
        for tier in all_tiers:
            if DECLARATION.ids not in tier.model.ids:
                lacking.setdefault(tier.model.alias, []).append(agent.name)
    for alias, agents in lacking.items():
        help_ = f"give the model one: ids: {{{DECLARATION.ids}: provider/model}}"
        message = f'LiteLLM has no id for "{alias}", which the policy decides for {some(agents)}'
        yield UNKNOWN_MODEL.at(Span(path, 0, 0), message, help_)
    if "error-rate" in policy.failover.triggers:
        message = "the failover trigger `error-rate` has no key in LiteLLM's configuration: it has no effect"
        yield INEXPRESSIBLE.at(Span(path, 0, 0), message, "leave it to an alert: target prometheus")
    period = period_of(policy)
    for other in PERIODS:
        if other != period and dollars(policy, other):
            where = "applies to each tier of each agent separately" if other == "daily" else "has no key"
            message = f"the {other} budget {where}: LiteLLM has one budget per provider, here the {period} one"
            yield INEXPRESSIBLE_BUDGET.at(Span(path, 0, 0), message, "leave it to an alert: target prometheus")


UNKNOWN_MODEL = Diagnostic(
    "LM001",
    "unserved-model",
    Severity.WARNING,
    """A model of the policy has no id for LiteLLM.

    ## Why is this bad?
    The proxy cannot ask for it: the agent is left without that tier of its chain, or without a group.

    ## Example (gsdc.yaml)
    fleets: [leo]
    targets: {litellm: true}
    models:
      house: {rank: 25, provider: house, ids: {claude: house}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house, reason: We host it}

    ## Use instead (gsdc.yaml)
    fleets: [leo]
    targets: {litellm: true}
    models:
      house: {rank: 25, provider: house, ids: {litellm: openai/house}, price: {input: 1, output: 2}, context: 128000}
    overrides:
      - {agent: STORIES, model: house, reason: We host it}
    """,
)
