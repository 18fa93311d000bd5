"""Fleets: agents that work together, and who of them does which kind of task."""

from typing import NamedTuple

from gsdc.policy.ref import Ref


class Route(NamedTuple):
    """Who does a kind of task: a row of a fleet's decision matrix (seed 004)."""

    kind: str
    agent: str
    alternatives: tuple[str, ...]
    complexity: str
    why: str
    ref: Ref


class Fleet(NamedTuple):
    """A set of agents that work together, the phases they work in, and who does which kind of task."""

    name: str
    phases: tuple[str, ...]
    agents: tuple[str, ...]
    routes: tuple[Route, ...]
    ref: Ref
