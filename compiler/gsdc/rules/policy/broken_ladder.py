"""The escalation ladder does not rise, or does not end at a person.

## Why is this bad?
A failed attempt has to go somewhere better; where the ladder goes down, the same work is tried by less. Where it does
not end at a person, work that no model can do is deferred for ever (seed 001, "9.4 Phase 4: Advanced Features"; seed
004, "Rule 2: Escalation").

## Example (profile)
extends: balanced
escalation: {after: 1, ladder: [light, heavy, standard]}

## Use instead (profile)
extends: balanced
escalation: {after: 1, ladder: [light, standard, heavy, human]}
"""

from collections.abc import Iterator
from typing import Final

from gsdc.finding import Finding, Severity
from gsdc.policy.model import HUMAN, TIER_INDEX
from gsdc.rules.policy.api import PolicyContext

ID: Final = "broken-ladder"
CODE: Final = "NB008"
SEVERITY: Final = Severity.ERROR


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each rung that is not above the one before, and one where no person stands at the end."""
    escalation = context.policy.escalation
    highest, before = -1, ""
    for index, rung in enumerate(escalation.ladder):
        written = escalation.ref.child("ladder", index)
        if rung == HUMAN:
            if index < len(escalation.ladder) - 1:
                at = context.sources.origin(written)
                yield Finding(at, CODE, ID, SEVERITY, "the ladder continues after a person", "end it there")
            return
        model = context.policy.model_of(rung)
        tier = TIER_INDEX[model.tier]
        if tier <= highest:
            at, related = context.attribute_to_user_files(written, model.alias, before)
            message, help_ = f'"{rung}" is not above the rung before it', "order the rungs from light to heavy"
            yield Finding(at, CODE, ID, SEVERITY, message, help_, related=related)
        highest, before = max(highest, tier), model.alias
    at = context.sources.origin(escalation.ref.child("ladder"))
    yield Finding(at, CODE, ID, SEVERITY, "the ladder does not end with a person", 'add "human" as the last rung')
