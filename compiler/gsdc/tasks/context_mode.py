"""The subagent that runs a task, and the context with which it begins (seed 001, part 2.2)."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from gsdc.policy.model import Model
from gsdc.tasks.dependency import Follows

_SUBAGENTS: Final = {"exploration": "explore", "research": "explore", "planning": "plan", "architecture": "plan"}


class Placed(NamedTuple):
    """The position of a task among the others.

    ``waits`` are the numbers in its ``depends-on``, ``reasons`` the reasons for them. ``parallel`` is true if its batch
    has other tasks, ``after_batch`` if a task that it waits for ran in parallel, in a separate context.
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
    """Return "inherited" for a task that continues the work of its dependencies, else "fresh".

    Parallel tasks have separate contexts, so the main context has nothing of them to inherit.
    """
    if subagent == "bash":
        return "inherited"
    continues = any(not isinstance(why, Follows) for why in placed.reasons.values())
    return "inherited" if continues and not placed.parallel and not placed.after_batch else "fresh"
