"""A logistic regression by coordinate descent, for many features of which each example has few."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_ROUNDS = 40
_CLOSE = 1e-3  # a round in which no coefficient changes by more is the last
_STEP = 2.0  # the largest change of a coefficient at once
_CURVATURE = 0.03  # the least curvature of an example: certain ones would allow steps of any length


class Coefficient(NamedTuple):
    """What a coefficient costs, and which sign it may have: 0 allows both.

    ``ridge`` costs by its square, ``lasso`` by its size: with the latter, coefficients of little use are 0.
    """

    ridge: float
    lasso: float = 0.0
    sign: int = 0


def regress(
    examples: Sequence[Mapping[str, float]],
    truths: Sequence[bool],
    weights: Sequence[float],
    coefficients: Mapping[str, Coefficient],
) -> dict[str, float]:
    """Return the value of each of ``coefficients``; the weighted log-likelihood of ``truths`` is at its maximum."""
    columns: dict[str, list[tuple[int, float]]] = {name: [] for name in coefficients}
    for row, features in enumerate(examples):
        for name, value in features.items():
            if name in columns:
                columns[name].append((row, value))
    found, odds, guesses = dict.fromkeys(coefficients, 0.0), [0.0] * len(examples), [0.5] * len(examples)
    for _ in range(_ROUNDS):
        largest = 0.0
        for name, column in columns.items():
            slope, curvature = coefficients[name].ridge * found[name], coefficients[name].ridge
            for row, value in column:
                guess = guesses[row]
                slope += weights[row] * (guess - truths[row]) * value
                curvature += weights[row] * max(_CURVATURE, guess * (1 - guess)) * value * value
            step = _limited(found[name] - slope / curvature, coefficients[name], curvature) - found[name]
            step = max(-_STEP, min(_STEP, step))
            largest = max(largest, abs(step))
            found[name] += step
            for row, value in column if step else ():
                odds[row] += step * value
                guesses[row] = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds[row]))))
        if largest < _CLOSE:
            break
    return found


def _limited(value: float, coefficient: Coefficient, curvature: float) -> float:
    """Return ``value`` less what the lasso takes of it, 0 if it has the wrong sign."""
    least = coefficient.lasso / curvature
    value = math.copysign(max(0.0, abs(value) - least), value)
    return 0.0 if value * coefficient.sign < 0 else value
