"""A policy gives a temperature to work on a model that takes none.

## Why is this bad?
It does nothing: the temperature is never written, for the provider would drop or refuse it (measured on OpenCode 1.18:
Claude Opus 4.7 and later and GPT-5 and later take none). Effort has taken its place.

## Example (profile)
extends: balanced
roles:
  docs: {model: gpt-mini, temperature: 0.2}

## Use instead (profile)
extends: balanced
roles:
  docs: {model: gpt-mini, effort: low}
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity, some
from gsdc.policy.breach import is_own
from gsdc.policy.decide import allocation, decide
from gsdc.policy.model import State
from gsdc.rules.policy.api import PolicyContext

if TYPE_CHECKING:
    from gsdc.policy.ref import Ref

ID: Final = "untaken-temperature"
CODE: Final = "NB022"
SEVERITY: Final = Severity.NOTE


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one note for each temperature in a file of the user's that the model of its agent does not take."""
    policy = context.policy
    found: dict[tuple[Ref, str], dict[str, None]] = {}
    for name, agent in policy.agents.items():
        assignment, _ = allocation(policy, agent)
        given = assignment.ref if assignment.temperature is not None else agent.ref
        if (assignment.temperature is None and agent.temperature is None) or not is_own(given):
            continue
        for phase in agent.phases or (None,):
            alias = decide(policy, State(name, phase)).model
            if alias is not None and not policy.of(name).models[alias].temperature:
                found.setdefault((given.child("temperature"), alias), {})[name] = None
    for (given, alias), agents in found.items():
        message = f'"{alias}" does not support a temperature: none is written for {some(list(agents))}'
        yield Finding(context.sources.origin(given), CODE, ID, SEVERITY, message, "remove it, or give an effort")
