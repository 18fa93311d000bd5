"""Fleets: agents that work together, and which agent does which kind of task."""

from typing import NamedTuple

from gsdc.policy.ref import Ref


class Route(NamedTuple):
    """Which agent does a kind of task: a row of a fleet's decision matrix (seed 004)."""

    kind: str
    agent: str
    alternatives: tuple[str, ...]
    complexity: str
    why: str
    ref: Ref


class Fleet(NamedTuple):
    """A set of agents that work together, their phases, and which agent does which kind of task."""

    name: str
    phases: tuple[str, ...]
    agents: tuple[str, ...]
    routes: tuple[Route, ...]
    ref: Ref
