"""Fit the model of ``gsdc.plans.duration``: ``python -m tests.durations CSV PLANS [--write]``.

The CSV has the columns ``repo``, ``plan_path`` (below the folder PLANS) and ``minutes``. Each repository is predicted
by a model that was fitted on the others: without its own other plans, with those before, and with all. ``--write`` puts
the numbers of a fit on everything into profiles/durations.json.
"""

import argparse
import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from gsdc import data
from gsdc.plans.duration import DurationModel, Finished, expected_log, features, plan_order, shift
from gsdc.source.plan import parse

ROUNDS = 30
COVERED = 0.8


class Row(NamedTuple):
    """A finished plan and its repository."""

    repository: str
    plan: Finished


class Score(NamedTuple):
    """How well minutes are predicted."""

    error: float
    within_factor_two: float
    spearman: float
    covered: float


def fit(rows: Sequence[Row]) -> tuple[float, ...]:
    """Return the coefficients with the least absolute differences of logarithms, by least squares weighted again.

    A repository counts by the root of its number of plans.
    """
    sizes = Counter(row.repository for row in rows)
    base = [sizes[row.repository] ** -0.5 for row in rows]
    given = [row.plan.features for row in rows]
    wanted = [math.log(row.plan.minutes) for row in rows]
    weights = base
    coefficients: tuple[float, ...] = ()
    for _ in range(ROUNDS):
        coefficients = _least_squares(given, wanted, weights)
        differences = [want - expected_log(one, coefficients) for one, want in zip(given, wanted, strict=True)]
        weights = [weight / max(0.05, abs(one)) for weight, one in zip(base, differences, strict=True)]
    return coefficients


def model_of(rows: Sequence[Row]) -> DurationModel:
    """Return the model that is fitted on ``rows``."""
    coefficients = fit(rows)
    without, replayed = [], []
    for own in _by_repository(rows).values():
        for number, row in enumerate(own):
            difference = math.log(row.plan.minutes) - expected_log(row.plan.features, coefficients)
            without.append(difference)
            if number:
                replayed.append(difference - _own_shift(own[:number], row, coefficients))
    return DurationModel(coefficients, _interval(without), _interval(replayed))


def validate(rows: Sequence[Row]) -> dict[str, Score]:
    """Return the scores of each repository's plans, predicted by all others: alone, with those before, with all own.

    "plans before" replays a repository in the order of its plans, as a project meets them: the first is predicted
    without any.
    """
    predicted: dict[str, list[tuple[float, float, bool]]] = defaultdict(list)
    for repository, own in _by_repository(rows).items():
        model = model_of([row for row in rows if row.repository != repository])
        for number, row in enumerate(own):
            center, took = expected_log(row.plan.features, model.coefficients), math.log(row.plan.minutes)
            for name, known in (("no plans", []), ("plans before", own[:number]), ("all own plans", own)):
                log = center + _own_shift(known, row, model.coefficients)
                low, high = model.interval_with_history if len(known) else model.interval
                predicted[name].append((math.exp(log), row.plan.minutes, low <= took - log <= high))
    return {name: _score(found) for name, found in predicted.items()}


def read(table: Path, plans: Path) -> list[Row]:
    """Return the rows of the CSV with the features of their plans."""
    found = []
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            plan = parse(row["plan_path"], (plans / row["plan_path"]).read_bytes().decode())
            found.append(Row(row["repo"], Finished(plan.path, features(plan), float(row["minutes"]))))
    return found


def main() -> None:
    """Print the scores; write the numbers where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.durations", description=__doc__.partition("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("plans", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = read(options.table, options.plans)
    for name, score in validate(rows).items():
        print(f"{name:<20}", {key: round(value, 3) for key, value in score._asdict().items()})  # noqa: T201 - a script
    if options.write:
        numbers = {name: [round(one, 4) for one in value] for name, value in model_of(rows)._asdict().items()}
        target = data.folder("profiles") / "durations.json"
        target.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def _by_repository(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of each repository, oldest plan first."""
    found = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.repository, plan_order(row.plan.path))):
        found[row.repository].append(row)
    return found


def _own_shift(own: Sequence[Row], row: Row, coefficients: Sequence[float]) -> float:
    return shift((one.plan for one in own if one.plan.path != row.plan.path), coefficients)


def _interval(differences: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(differences)
    tail = int(len(ordered) * (1 - COVERED) / 2)
    return ordered[tail], ordered[-1 - tail]


def _score(predicted: Sequence[tuple[float, float, bool]]) -> Score:
    guesses, truths, covered = zip(*predicted, strict=True)
    return Score(
        median(abs(guess - truth) for guess, truth in zip(guesses, truths, strict=True)),
        mean(0.5 <= guess / truth <= 2 for guess, truth in zip(guesses, truths, strict=True)),
        _spearman(guesses, truths),
        mean(covered),
    )


def _spearman(one: Sequence[float], other: Sequence[float]) -> float:
    first, second = _ranks(one), _ranks(other)
    center = mean(first)
    both = sum((a - center) * (b - center) for a, b in zip(first, second, strict=True))
    return both / math.sqrt(sum((a - center) ** 2 for a in first) * sum((b - center) ** 2 for b in second))


def _ranks(values: Sequence[float]) -> list[float]:
    places = defaultdict(list)
    for place, value in enumerate(sorted(values)):
        places[value].append(place)
    return [mean(places[value]) for value in values]


def _least_squares(
    given: Sequence[Sequence[float]], wanted: Sequence[float], weights: Sequence[float]
) -> tuple[float, ...]:
    """Solve the normal equations."""
    size = range(len(given[0]))
    rows = list(zip(given, wanted, weights, strict=True))
    # The summand on the diagonal keeps a feature that no plan has, or all have, from dividing by 0.
    matrix = [[sum(w * x[i] * x[j] for x, _, w in rows) + (i == j) * 1e-9 for j in size] for i in size]
    return tuple(solve(matrix, [sum(w * x[i] * y for x, y, w in rows) for i in size]))


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Return x of ``matrix`` x = ``right``, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = range(len(rows))
    for i in size:
        pivot = max(range(i, len(rows)), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in size:
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [rows[i][-1] / rows[i][i] for i in size]


if __name__ == "__main__":
    main()
