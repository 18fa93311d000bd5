"""How many minutes a plan takes: a model fitted on real durations, scaled by the repository's own finished plans.

    log(minutes) = c0 + c1 log(tasks) + c2 checkpoints + c3 log(characters / 10,000)
                      + c4 threats + c5 compiled + c6 requirements + c7 must-haves + c8 attended

with the tasks that are not checkpoints (at least 1), at most 3 checkpoints, and the characters of the whole plan. The
other features are 1 or 0: the plan has a threat model; writes code in a compiled language (Rust, C++, C#, Kotlin,
Swift, Java); has requirements, and must-haves, as newer planners of get-shit-done write; is not autonomous. The numbers
are in ``profiles/durations.json``: they were fitted by ``python -m tests.durations`` on 800 plans of 28 public
repositories whose summaries state how long they took. The interval ``low`` to ``high`` covers four of five plans.

A repository's finished plans shift the result by the mean of their own differences, weighted n / (n + 12) for n plans.
A plan weighs half as much as the fourth after it, since habits and models change. Differences are limited to a factor
of three from the median, so that a plan interrupted overnight has little effect.
"""

import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from gsdc import data
from gsdc.filesystem.read import Folder
from gsdc.finding import Rejected
from gsdc.plans.discover import find
from gsdc.source.gsd_names import project_of
from gsdc.source.gsd_version import GsdVersion, installed_gsd
from gsdc.source.plan import Plan, parse
from gsdc.source.plan_annotation import strip
from gsdc.source.stated_duration import stated_minutes
from gsdc.source.summary import summary_on_disk
from gsdc.source.tree import PLANNING, decode, read_named

# Cross-validated on the plans of the fit: each repository is replayed in order, with a model of the others. Median
# errors are 2.17 minutes and a factor of 1.64, and 65% of plans are within a factor of two; without finished plans they
# are 2.23, 1.68 and 64%. Any PRIOR of 12 to 16 with a half-life of 3 to 6 plans improves all three.
PRIOR: Final = 12  # the number of finished plans with the same weight as the model
_HALF_LIFE: Final = 4  # plans
_MOST_DISTANCE: Final = math.log(3)  # from the median difference
_MOST_HISTORY: Final = 200  # finished plans that are read
_COMPILED: Final = (".rs", ".cpp", ".cc", ".h", ".hpp", ".cs", ".xaml", ".kt", ".swift", ".java")


class Minutes(NamedTuple):
    """Minutes: the estimate, an interval that covers 80%, and the number of finished plans used to scale it."""

    expected: float
    low: float
    high: float
    finished: int


class Finished(NamedTuple):
    """A finished plan: its features, and the minutes that it took."""

    path: str
    features: tuple[float, ...]
    minutes: float


class DurationModel(NamedTuple):
    """The fitted numbers: coefficients, and the bounds of 80% of the differences without and with own plans."""

    coefficients: tuple[float, ...]
    interval: tuple[float, float]
    interval_with_history: tuple[float, float]


@cache
def fitted() -> DurationModel:
    """Return the shipped numbers."""
    found = json.loads((data.folder("profiles") / "durations.json").read_text(encoding="utf-8"))
    return DurationModel(*(tuple(found[name]) for name in DurationModel._fields))


def features(plan: Plan) -> tuple[float, ...]:
    """Return the features that the minutes of ``plan`` are estimated from, the constant 1 first."""
    checkpoints = sum(task.is_checkpoint for task in plan.tasks)
    work = max(1, len(plan.tasks) - checkpoints)
    head = plan.frontmatter
    compiled = any(path.endswith(_COMPILED) for task in plan.tasks for path in task.files)
    return (
        1.0,
        math.log(work),
        float(min(checkpoints, 3)),
        math.log(max(1, len(plan.text)) / 10_000),
        float("<threat_model>" in plan.text),
        float(compiled),
        float("requirements" in head),
        float("must_haves" in head),
        float(str(head.get("autonomous")).lower() == "false"),
    )


def minutes(plan: Plan, history: Sequence[Finished] = (), model: DurationModel | None = None) -> Minutes:
    """Return the estimated duration of ``plan``; ``history`` are its repository's finished plans, oldest first.

    The plan itself is excluded from them.
    """
    model = model or fitted()
    others = [one for one in history if one.path != plan.path]
    center = expected_log(features(plan), model.coefficients) + shift(others, model.coefficients)
    low, high = model.interval_with_history if others else model.interval
    expected, least, most = (round(math.exp(value), 1) for value in (center, center + low, center + high))
    return Minutes(expected, least, most, len(others))


def expected_log(given: Sequence[float], coefficients: Sequence[float]) -> float:
    """Return the logarithm of the minutes that ``coefficients`` predict for a plan with the features ``given``."""
    return sum(one * weight for one, weight in zip(given, coefficients, strict=True))


def shift(others: Iterable[Finished], coefficients: Sequence[float]) -> float:
    """Return the shift of a repository's plans (in logarithms); ``others`` are finished, oldest first."""
    differences = [math.log(one.minutes) - expected_log(one.features, coefficients) for one in others]
    if not differences:
        return 0.0
    from statistics import median  # it loads exact fractions and decimals as well

    number, middle = len(differences), median(differences)
    low, high = middle - _MOST_DISTANCE, middle + _MOST_DISTANCE
    weights = [math.exp2(-age / _HALF_LIFE) for age in reversed(range(number))]
    total = sum(weight * max(low, min(high, one)) for weight, one in zip(weights, differences, strict=True))
    return number / (number + PRIOR) * total / sum(weights)


def plan_order(path: str) -> tuple[tuple[int, str], ...]:
    """Return the sort key for paths of plans, oldest first: by their numbers, so that phase 9 precedes phase 10."""
    return tuple((int(part) if part.isdecimal() else 0, part) for part in re.split(r"([0-9]{1,9})", path))


def finished_plans(project: str) -> tuple[Finished, ...]:
    """Return the finished plans of the project in the folder ``project`` that state a duration, oldest first."""
    planning = os.path.join(project, PLANNING)  # noqa: PTH118
    if not os.path.isdir(planning):  # noqa: PTH112
        return ()
    version = installed_gsd(project) or GsdVersion.CORE
    done = sorted((file.path for file in find([planning]).files if file.done), key=plan_order)
    return tuple(_read(done[-_MOST_HISTORY:], version))


def _read(paths: Iterable[str], version: GsdVersion) -> Iterator[Finished]:
    for path in paths:
        summary = summary_on_disk(path, version)
        took = stated_minutes(text) if summary and (text := _text(summary)) else None
        plan = _text(path) if took else None
        if took and plan:
            yield Finished(path, features(parse(path, strip(path, plan))), took)


def _text(path: str) -> str | None:
    """Return the text of the file at ``path``, None if it cannot be read: history reports no errors."""
    try:
        content = read_named(path, Folder("."))
        return None if content is None else decode(content, path)
    except Rejected:
        return None


def history_of(path: str, known: dict[str, tuple[Finished, ...]]) -> tuple[Finished, ...]:
    """Return the finished plans of the project of the plan at ``path``; ``known`` caches them by project."""
    project = project_of(path)
    if project not in known:
        known[project] = finished_plans(project)
    return known[project]
