"""Fleets: agents that work together, and which agent does which kind of task."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from gsdc.policy.ref import Ref
from gsdc.source.tree import PROJECT_FILE

OWN: Final = "own"  # the fleet of the agents in gsdc.yaml


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


def in_words(fleets: Iterable[str]) -> str:
    """Return names of fleets for people; the agents of gsdc.yaml have the name of their file."""
    return ", ".join(PROJECT_FILE if name == OWN else name for name in fleets) or "none"
