"""Proposals from the ledger: a stronger model where rework is frequent, a weaker one where tasks succeed.

The proposals form a separate profile, which a person reviews and applies. Never-break rules take precedence: a model
below a floor is not proposed. A tier goes up if more than 20% of at least ten judged tasks needed rework (seed 002,
"Success Metrics"). It goes down if the lower end of the 90% interval of their success (Wilson) is above 90% and almost
no rework was needed.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from gsdc.ledger.teaching import Lesson
from gsdc.policy.decide import decide
from gsdc.policy.load import load
from gsdc.policy.model import TIERS, Policy, State
from gsdc.policy.project import Project
from gsdc.source.tree import PROJECT_FILE
from gsdc.tasks.routing import route
from gsdc.tasks.work import FAMILIES

NAME: Final = "calibrated"
_ENOUGH: Final = 10
_REWORK: Final = 0.20
_HARDLY: Final = 0.05
_WELL: Final = 0.90
_Z: Final = 1.6449
# Kinds whose model a policy may choose: a person decides a checkpoint, and the pin a security review.
_KINDS: Final = {*FAMILIES, *FAMILIES.values()} - {"checkpoint", "security-review"}


class CalibrationProposal(NamedTuple):
    """One change: tasks of ``kind`` and ``complexity``, by ``role``, on ``to`` instead of ``now``.

    ``refused`` is the reason if it is not in the profile, else "".
    """

    kind: str
    complexity: int
    role: str
    now: str
    to: str
    why: str
    refused: str = ""


def propose(policy: Policy, taught: Iterable[Lesson]) -> tuple[CalibrationProposal, ...]:
    """Return the proposals that follow from the lessons, before the rules are checked."""
    found = []
    for one in taught:
        if one.kind not in _KINDS or one.learned.observations < _ENOUGH or one.model not in policy.models:
            continue
        agent = route(policy, one.kind).agent
        now = decide(policy, State(agent.name, None, "green", "routine", one.complexity)).model
        if now != one.model:  # the policy has changed since: the lesson is about another model
            continue
        tier = TIERS.index(policy.models[now].tier)
        move = _move(one)
        if move and 0 <= tier + move[0] < len(TIERS):
            to = policy.tiers[TIERS[tier + move[0]]]
            found.append(CalibrationProposal(one.kind, one.complexity, agent.role, now, to, move[1]))
    return tuple(found)


def _move(one: Lesson) -> tuple[int, str] | None:
    if one.rework is not None and one.rework > _REWORK:
        return 1, f"{one.rework:.0%} of {one.learned.observations} tasks needed rework"
    success = one.learned.success
    if success is not None and _lower(success, one.learned.observations) > _WELL and (one.rework or 0) <= _HARDLY:
        return -1, f"{success:.0%} of {one.learned.observations} tasks succeeded at the first attempt"
    return None


def _lower(share: float, number: int) -> float:
    """Return the lower end of Wilson's interval of a share."""
    square = _Z**2 / number
    return (share + square / 2 - math.sqrt(square * (share * (1 - share) + square / 4))) / (1 + square)


def accepted(
    project: Project, policy: Policy, proposals: Iterable[CalibrationProposal]
) -> tuple[CalibrationProposal, ...]:
    """Return the proposals, each with the reason if the policy would not decide as proposed."""
    return tuple(one._replace(refused=_refusal(project, policy, one)) for one in proposals)


def _refusal(project: Project, policy: Policy, one: CalibrationProposal) -> str:
    trial = _policy_with(project, policy, (one,))
    if trial is None:
        return "the profile would not be valid"
    agent = route(trial, one.kind).agent
    found = decide(trial, State(agent.name, None, "green", "routine", one.complexity))
    if found.model == one.to:
        return ""
    return found.defer or f"{found.trail[-1].why if found.trail else 'a rule'} keeps {found.model}"


def _policy_with(project: Project, policy: Policy, proposals: tuple[CalibrationProposal, ...]) -> Policy | None:
    """Return the policy of a project whose gsdc.yaml has and uses the proposed profile; None if it is invalid."""
    import json

    own = next((layer.data for layer in project.layers if layer.ref.document == PROJECT_FILE), {})
    profiles = {**(own.get("profiles") or {}), NAME: profile_of(policy, proposals)}
    # JSON is YAML; days of overrides become texts, as they are in both.
    text = json.dumps({**own, "profile": NAME, "profiles": profiles, "fleets": list(policy.fleets)}, default=str)
    return load(project.tree.root, texts={PROJECT_FILE: text}).policy


def profile_of(policy: Policy, proposals: Iterable[CalibrationProposal]) -> dict[str, Any]:
    """Return a profile that extends that of ``policy`` by the proposals that are not refused."""
    roles: dict[str, dict[int, CalibrationProposal]] = {}
    for one in proposals:
        if not one.refused:
            roles.setdefault(one.role, {})[one.complexity] = one
    return {
        "summary": "What the ledger teaches",
        "extends": policy.profile,
        "roles": {role: _assignment(policy, changes) for role, changes in sorted(roles.items())},
    }


def _assignment(policy: Policy, changes: Mapping[int, CalibrationProposal]) -> dict[str, Any]:
    """Return the assignment of a role: its current models by complexity, with the changes."""
    kind = next(iter(changes.values())).kind
    agent = route(policy, kind).agent
    models = [
        changes[score].to
        if score in changes
        else decide(policy, State(agent.name, None, "green", "routine", score)).model or agent.role
        for score in range(1, 11)
    ]
    ranges: dict[str, str] = {}
    start = 1
    for score in range(2, 12):
        if score == 11 or models[score - 1] != models[start - 1]:
            ranges[f"{start}-{score - 1}"] = models[start - 1]
            start = score
    usual = decide(policy, State(agent.name)).model or models[4]
    return {"model": usual, "complexity": ranges}
