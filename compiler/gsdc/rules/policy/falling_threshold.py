"""A threshold does not rise: a stricter zone or a harsher action comes before a milder one.

## Why is this bad?
Zones follow each other as the budget is used up (seed 002, "Budget Zones & Model Recommendations"): one that begins
before its milder neighbour leaves that no room, and an alert above the point at which work is stopped warns nobody.

## Example (profile)
extends: balanced
zones:
  orange: {from: 0.60}

## Use instead (profile)
extends: balanced
zones:
  orange: {from: 0.80}
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.breach import is_own
from gsdc.rules.policy.api import PolicyContext

ID: Final = "falling-threshold"
CODE: Final = "BG002"
SEVERITY: Final = Severity.WARNING

_HARSHNESS: Final = {
    "alert": 0, "review": 1, "investigate": 1, "switch": 2, "downgrade": 2, "escalate": 2, "stop": 3,
}  # fmt: skip


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each zone that begins too early, and one for each alert that comes too late."""
    policy, sources = context.policy, context.sources
    for milder, stricter in pairwise(policy.zones.values()):
        if stricter.start <= milder.start:
            place = next(filter(is_own, (stricter.at("from"), milder.at("from"))), stricter.at("from"))
            message = f"zone {stricter.name} begins at {stricter.start:.0%}, zone {milder.name} at {milder.start:.0%}"
            yield Finding(
                sources.origin(place), CODE, ID, SEVERITY, message, "let each zone begin after the previous one"
            )
    for index, alert in enumerate(policy.alerts):
        for other in policy.alerts:
            harsher = _HARSHNESS[other["do"]] > _HARSHNESS[alert["do"]]
            if other["metric"] == alert["metric"] and harsher and other["above"] <= alert["above"]:
                at = sources.origin(policy.refs["alerts",].child(index, "above"))
                message = (
                    f'"{alert["do"]}" above {alert["above"]:g} comes after "{other["do"]}" above {other["above"]:g}'
                )
                yield Finding(at, CODE, ID, SEVERITY, message, "put milder actions first")
                break
