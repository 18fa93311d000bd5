"""The surveys of policies in which no suspect was found, kept in the user's own cache.

A survey asks every state of a policy. The same policy, decided by the same code, has the same survey: it is not walked
again by each build. A policy with a suspect is always walked, since the finding has to show the way.
"""

import json
from typing import Final

from gsdc.cache.memo import code_stamp, key_of, memo
from gsdc.policy.digest import digest
from gsdc.policy.model import Policy
from gsdc.policy.survey import Survey, survey

_MOST: Final = 200  # policies


def known_survey(policy: Policy) -> Survey:
    """Return what ``survey`` does, from the cache where it found no suspect in an equal policy before."""
    known = memo("surveys", _MOST)
    key = key_of(code_stamp("models", "policy"), digest(policy).encode())
    kept = _read(policy, known.get(key))
    if kept is not None:
        return kept
    found = survey(policy)
    if not found.suspects:
        answer = [found.states, found.transitions, sorted(found.reachable), sorted(found.speaking)]
        known.keep(key, json.dumps(answer).encode())
        known.save()
    return found


def _read(policy: Policy, kept: bytes | None) -> Survey | None:
    """Return a survey that was kept, None where there is none of this form."""
    try:
        states, transitions, reachable, speaking = json.loads(kept or b"")
        found = Survey(policy, int(states), int(transitions), frozenset(reachable), frozenset(speaking), ())
    except (TypeError, ValueError, RecursionError):
        return None
    is_of_policy = found.reachable <= policy.models.keys() and found.speaking <= policy.never_break.keys()
    return found if is_of_policy else None
