"""Rank agent changes by importance: the most important are listed first if not all are shown."""

from collections.abc import Iterable
from enum import IntEnum

from gsdc.migration.shift import Shift
from gsdc.policy.model import Agent
from gsdc.policy.security_agent import SECURITY, security_sign


class Rank(IntEnum):
    """The kind of a change, the most important first."""

    SECURITY = 0  # another model for a security agent
    MODEL = 1  # another model for another agent
    SETTING = 2  # the same model at another effort or temperature
    FIRST = 3  # a model for an agent that had none


Ranked = tuple[tuple[Rank, Shift], ...]


def ranked(shifts: Iterable[Shift], agents: Iterable[Agent]) -> Ranked:
    """Return shifts with their ranks, sorted by rank; the order within a rank is kept.

    ``agents`` are those of the policy: their roles identify the security agents, and so do names: an agent that a
    person gives another role loses its pin.
    """
    security = {name for agent in agents if agent.role == SECURITY for name in (agent.name, *agent.names.values())}
    pairs = ((_rank(shift, shift.agent in security or bool(security_sign(shift.agent))), shift) for shift in shifts)
    return tuple(sorted(pairs, key=lambda pair: pair[0]))


def _rank(shift: Shift, is_security: bool) -> Rank:
    if shift.before is None:
        return Rank.FIRST
    if shift.after is not None and shift.before.model == shift.after.model:
        return Rank.SETTING
    return Rank.SECURITY if is_security else Rank.MODEL
