"""A cache of policy decisions: most targets need the same decision for every agent, so each is computed once."""

from typing import Final

from gsdc.policy import decide as deciding
from gsdc.policy.model import Decision, Policy, State

_MOST: Final = 4  # cached policies: a build has one, a comparison two
_known: dict[int, tuple[Policy, dict[State, Decision]]] = {}  # by id(); the reference to the policy keeps the id unique


def decide(policy: Policy, state: State) -> Decision:
    """Return the cached result of ``policy.decide.decide`` for ``state``, or compute it."""
    entry = _known.get(id(policy))
    if entry is None:
        while len(_known) >= _MOST:
            del _known[next(iter(_known))]
        entry = _known.setdefault(id(policy), (policy, {}))
    answers = entry[1]
    answer = answers.get(state)
    if answer is None:
        answer = answers[state] = deciding.decide(policy, state)
    return answer
