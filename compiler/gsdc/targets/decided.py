"""A cache of policy decisions: most targets need the same decision for every agent, so each is computed once."""

from typing import Final

from gsdc.policy import decide as deciding
from gsdc.policy.model import Decision, Policy, State

_MOST: Final = 4  # policies whose answers are kept: a build has one, a comparison two
_known: dict[int, tuple[Policy, dict[State, Decision]]] = {}  # by identity; holding a policy keeps that its own


def decide(policy: Policy, state: State) -> Decision:
    """Return ``policy.decide.decide`` of ``state``, from memory where it was asked for before."""
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
