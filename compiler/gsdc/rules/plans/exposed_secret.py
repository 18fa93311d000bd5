"""A plan holds a credential.

Credentials are told by the marks of their issuers, in JSON also by the name of their key, such as `apiKey` or
`*_TOKEN`; in prose, a password that somebody made up is not found. The finding never shows one. The scanner comes with
`pip install gsdc[secrets]`; without it, gsdc says where one may stand. In the example, `{{github-token}}` is in the
place of a real one.

## Why is this bad?
Plans are committed, shared and put into prompts: whoever can read one can use the key (seed 004, "Security-First
Guardrails": secrets never in prompts). Replace the key where it was issued; taking it out of the file does not take it
out of the history.

## Example (PLAN.md)
<context>
Fetch the packages with GITHUB_TOKEN={{github-token}}
</context>

## Use instead (PLAN.md)
<context>
Fetch the packages with the GITHUB_TOKEN of the environment
</context>
"""

from collections.abc import Iterator
from typing import Final

from gsdc.credentials import exposed
from gsdc.finding import Finding
from gsdc.rules.plans.api import PlanContext
from gsdc.source.plan import Plan

ID: Final = exposed.ID
CODE: Final = exposed.CODE
SEVERITY: Final = exposed.SEVERITY


def check(plan: Plan, context: PlanContext) -> Iterator[Finding]:
    """Yield one finding for each credential in a plan."""
    yield from exposed.credentials(plan.path, plan.text, context.cache_folder)
