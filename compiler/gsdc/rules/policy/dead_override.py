"""An override never counts.

## Why is this bad?
Whoever wrote it believes that it does (seed 002, "Escape Hatches": an override is a decision with a reason). The first
override that fits a state counts; what stands below it for the same states, or speaks about phases in which the agent
does not work, does nothing.

## Example (gsdc.yaml)
fleets: [gsd]
overrides:
  - {agent: gsd-executor, model: opus, reason: Payment code this week, until: 2999-03-01}
  - {agent: gsd-executor, model: sonnet, reason: Release week, until: 2999-03-01}

## Use instead (gsdc.yaml)
fleets: [gsd]
overrides:
  - {agent: gsd-executor, model: opus, reason: Payment code this week, until: 2999-03-01}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.profile import Override
from gsdc.rules.policy.api import PolicyContext

ID: Final = "dead-override"
CODE: Final = "NB016"
SEVERITY: Final = Severity.WARNING


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each override that an earlier one covers, or whose phases its agent does not work in."""
    earlier: dict[str, list[Override]] = {}
    for override in context.policy.overrides:
        before = earlier.setdefault(override.agent, [])
        cover = next((other for other in before if _covers(other, override)), None)
        before.append(override)
        agent = context.policy.agents.get(override.agent)
        if cover is not None:
            at, other = context.sources.origin(override.ref), context.sources.origin(cover.ref)
            message = f'an earlier override of "{override.agent}" applies wherever this one would'
            yield Finding(at, CODE, ID, SEVERITY, message, "keep one of the two", related=(other,))
        elif agent is not None and override.phases and agent.phases and not set(override.phases) & set(agent.phases):
            at = context.sources.origin(override.ref.child("phases"), key=True)
            message = f'"{override.agent}" does not work in {" or ".join(override.phases)}'
            yield Finding(at, CODE, ID, SEVERITY, message, f"it works in {', '.join(agent.phases)}")


def _covers(first: Override, second: Override) -> bool:
    """Tell whether ``first`` fits every state that ``second`` fits."""
    phases = not first.phases or (bool(second.phases) and set(second.phases) <= set(first.phases))
    zones = not first.zones or (bool(second.zones) and set(second.zones) <= set(first.zones))
    return phases and zones
