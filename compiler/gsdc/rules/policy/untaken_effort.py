"""A policy gives work an effort that the model which does it does not take.

## Why is this bad?
Clients ignore such an effort without a word (measured on OpenCode 1.18). gsdc writes the nearest one that the model
takes, or none: what happens is not what the policy says.

## Example (profile)
extends: balanced
roles:
  docs: {model: haiku, effort: minimal}

## Use instead (profile)
extends: balanced
roles:
  docs: {model: haiku, effort: low}
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gsdc.finding import Finding, Severity, some
from gsdc.policy.breach import is_own
from gsdc.policy.decide import decide
from gsdc.policy.model import State
from gsdc.rules.policy.api import PolicyContext

if TYPE_CHECKING:
    from gsdc.policy.model import Decision, Model, Policy
    from gsdc.policy.ref import Ref

ID: Final = "untaken-effort"
CODE: Final = "NB021"
SEVERITY: Final = Severity.WARNING


def check(context: PolicyContext) -> Iterator[Finding]:
    """Yield one finding for each place in a file of the user's, and for each model that it does not suit."""
    found: dict[tuple[Ref, str], list[str]] = {}
    decided: dict[tuple[Ref, str], Decision] = {}
    for agent, decision in _decisions(context.policy):
        asked = next((step.ref for step in reversed(decision.effort_trail[:-1]) if is_own(step.ref)), None)
        if asked is None or decision.model is None:
            continue
        model = context.policy.of(agent).models[decision.model]
        if decision.effort_trail[-1].ref == model.ref:  # the step that fits the effort to the model
            key = asked, model.alias
            decided[key] = decision
            found.setdefault(key, []).append(agent)
    for (asked, alias), agents in found.items():
        model, decision = context.policy.models[alias], decided[asked, alias]
        message = f'"{alias}" does not support this effort: {some(list(dict.fromkeys(agents)))} gets {_got(decision)}'
        at = context.sources.origin(asked)
        yield Finding(at, CODE, ID, SEVERITY, message, _help(model, decision), (decision.effort_trail[-1].why,))


def _decisions(policy: "Policy") -> Iterator[tuple[str, "Decision"]]:
    """Yield the plain decisions of each agent: in each phase, in zone green."""
    for name, agent in policy.agents.items():
        for phase in agent.phases or (None,):
            yield name, decide(policy, State(name, phase))


def _got(decision: "Decision") -> str:
    return f"effort {decision.effort}" if decision.effort else "the model's own default"


def _help(model: "Model", decision: "Decision") -> str:
    if not model.efforts:
        return "remove the effort, or give the work another model"
    return f"write {decision.effort or ' or '.join(model.efforts)}"
