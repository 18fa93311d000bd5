"""The surveys of policies without suspects, kept in the user's cache.

A survey visits every state of a policy. The same policy, decided by the same code, has the same survey, so builds do
not repeat it. A policy with a suspect is always surveyed, since the finding must show the path.
"""

import json
from functools import cache
from typing import Final

from gsdc.cache.memo import code_stamp, key_of, memo
from gsdc.policy.digest import digest
from gsdc.policy.model import Policy
from gsdc.policy.survey import Survey, survey

_MOST: Final = 200  # policies


def known_survey(policy: Policy) -> Survey:
    """Return the result of ``survey``, from the cache if an equal policy had no suspect before."""
    known = memo("surveys", _MOST)
    key = key_of(_stamp(), digest(policy).encode())
    kept = _read(policy, known.get(key))
    if kept is not None:
        return kept
    found = survey(policy)
    if not found.suspects:
        answer = [found.states, found.transitions, sorted(found.reachable), sorted(found.speaking)]
        known.keep(key, json.dumps(answer).encode())
        known.save()
    return found


@cache
def _stamp() -> bytes:
    return code_stamp("models", "policy")  # the code that decides


def _read(policy: Policy, kept: bytes | None) -> Survey | None:
    """Return a cached survey, None if there is no valid one."""
    try:
        states, transitions, reachable, speaking = json.loads(kept or b"")
        found = Survey(policy, int(states), int(transitions), frozenset(reachable), frozenset(speaking), ())
    except (TypeError, ValueError, RecursionError):
        return None
    is_of_policy = found.reachable <= policy.models.keys() and found.speaking <= policy.never_break.keys()
    return found if is_of_policy else None
