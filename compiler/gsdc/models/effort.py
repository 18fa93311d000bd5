"""Effort: how hard a model thinks, on one scale for all models, and the nearest effort that a given model takes."""

from collections.abc import Iterable
from typing import Final

EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
RANK: Final = {effort: rank for rank, effort in enumerate(EFFORTS)}
_MOST_UPWARDS: Final = 1  # a model is not made to think much harder than requested


def fit(wanted: str, taken: Iterable[str], floor: str | None = None) -> str | None:
    """Return the effort in ``taken``, those of a model, that is nearest to ``wanted``; of two, the lower.

    None if the model takes none, or only efforts more than one step above. An effort at or above ``floor`` stays at or
    above it, if the model takes such an effort.
    """
    choice = sorted(taken, key=RANK.__getitem__)
    held = [effort for effort in choice if floor is not None and RANK[effort] >= RANK[floor]]
    if held and floor is not None and RANK[wanted] >= RANK[floor]:
        choice = held
    elif not choice or RANK[choice[0]] - RANK[wanted] > _MOST_UPWARDS:
        return None
    return min(choice, key=lambda effort: abs(RANK[effort] - RANK[wanted]))


def reaches(effort: str | None, floor: str) -> bool:
    """Tell whether ``effort`` is ``floor`` or above; a model's default, and a word outside the scale, are not."""
    return effort in RANK and RANK[effort] >= RANK[floor]
