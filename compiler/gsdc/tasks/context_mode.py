"""Which subagent runs a task, and what it knows when it begins (seed 001, part 2.2)."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from gsdc.policy.model import Model
from gsdc.tasks.dependency import Follows

_SUBAGENTS: Final = {"exploration": "explore", "research": "explore", "planning": "plan", "architecture": "plan"}


class Placed(NamedTuple):
    """Where a task stands among the others.

    ``waits`` are the numbers in its ``depends-on``, ``reasons`` why; ``parallel`` tells whether its batch has others,
    ``after_batch`` whether one that it waits for ran beside others, in a context of its own.
    """

    waits: str
    reasons: Mapping[int, str]
    parallel: bool
    after_batch: bool


def subagent_for(kind: str, model: Model | None) -> str:
    """Return the subagent for work of ``kind``; research explores only on a light model (seed 001, part 5.2)."""
    if kind == "infra":
        return "bash"
    if kind == "research" and model is not None and model.tier != "light":
        return "general-purpose"
    return _SUBAGENTS.get(kind, "general-purpose")


def context_mode(subagent: str, placed: Placed) -> str:
    """Return "inherited" for a task that goes on with the work of what it depends on, else "fresh".

    What ran in parallel had contexts of its own: nothing of them is left in the main one to inherit.
    """
    if subagent == "bash":
        return "inherited"
    continues = any(not isinstance(why, Follows) for why in placed.reasons.values())
    return "inherited" if continues and not placed.parallel and not placed.after_batch else "fresh"
