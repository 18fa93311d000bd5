"""Fit the weights of ``gsdc.tasks.security``: ``python -m tests.security_weights [--write]``.

A logistic regression on the judged tasks that are not kept back, and on the made-up cases (``tests.logistic``). No
weight says the opposite of what its feature means. A single word gets a weight only if several tasks need it. The base
is moved so that a task is critical from 0 on. Prints how well tasks are told: those of each repository by weights
fitted on the others, and those kept back.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from gsdc import data
from gsdc.source.task import Task
from gsdc.tasks.evidence import WORD, gather, only_beside
from gsdc.tasks.security import BASE
from tests.labels import cases, judged, public
from tests.logistic import Coefficient, regress

RIDGE = 2.0
# A word has to be in a few tasks, and to explain what the other evidence does not.
WORD_TASKS, WORD_RIDGE, WORD_LASSO = 8, 2.0, 1.0
# A task that merely touches security is a smaller mistake; of critical ones there are few.
WEIGHTS = {"critical": 1.5, "touching": 1.3, "none": 1.0}
CUT = -1.25  # the logarithm of the odds from which on a task is called critical
AGAINST = (
    "about ",
    "also about ",
    "files: screens",
    "files: tests",
    "files: manifests",
    "name: nothing",
    "start of the action: tests",
)
# Made-up tasks, and those found by words of security, are critical far more often than the tasks of a plan: what they
# are so for that reason alone goes into a feature of their own, which no task has when it is judged.
PICKED = "picked"
FOLDS = 10


class Example(NamedTuple):
    """A judged task: its repository, what it is, its features, and whether they decide."""

    repository: str
    security: str
    features: dict[str, float]
    decides: bool


def example(repository: str, task: Task, security: str, *, picked: bool = False) -> Example:
    """Return ``task`` as an example."""
    features = {one.feature: one.value for one in gather(task).evidence}
    if picked:
        features[PICKED] = 1.0
    return Example(repository, security, {BASE: 1.0, **features}, not (task.is_checkpoint or only_beside(task)))


def fit(examples: Sequence[Example]) -> dict[str, float]:
    """Return the weights for ``examples``."""
    used = [one for one in examples if one.decides and one.security in WEIGHTS]
    tasks = Counter(name for one in used for name in one.features)
    names = [name for name in sorted(tasks) if WORD not in name or tasks[name] >= WORD_TASKS]
    found = regress(
        [one.features for one in used],
        [one.security == "critical" for one in used],
        [WEIGHTS[one.security] for one in used],
        {name: _coefficient(name) for name in names},
    )
    return {name: value for name, value in found.items() if value and name != PICKED} | {BASE: found[BASE] - CUT}


def critical(one: Example, weights: dict[str, float]) -> bool:
    """Tell whether ``one`` is critical by ``weights``."""
    return one.decides and sum(weights.get(name, 0.0) * value for name, value in one.features.items()) >= 0


def report(title: str, told: Sequence[tuple[Example, bool]]) -> None:
    """Print recall and precision of what was told."""
    known = [(one.security, said) for one, said in told if one.security in WEIGHTS]
    found = [said for security, said in known if security == "critical"]
    called = [security for security, said in known if said]
    line = {
        "tasks": len(known),
        "critical": len(found),
        "recall": sum(found) / max(1, len(found)),
        "precision": called.count("critical") / max(1, len(called)),
        "or touching": 1 - called.count("none") / max(1, len(called)),
    }
    print(f"{title:<28}", {key: round(value, 3) for key, value in line.items()})  # noqa: T201 - a script


def main() -> None:
    """Print the scores; write the weights where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.security_weights", description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--kept-back", action="store_true", help="also score the tasks that are kept back")
    options = parser.parse_args()
    made_up = [
        example(f"made up {number % FOLDS}", task, security, picked=True)
        for number, (task, security) in enumerate(cases())
    ]
    real = [(example(PurePosixPath(one.plan).parts[1], one.task, one.security), one.kept_back) for one in judged()]
    samples: dict[str, list[tuple[Example, bool]]] = {"corpus": real}
    for one in public():
        found = example(one.repository, one.task, one.security, picked=one.sample != "natural")
        samples.setdefault(one.sample, []).append((found, one.kept_back))
    used = [one for sample in samples.values() for one, kept_back in sample if not kept_back]
    everything = [*made_up, *used]
    repositories = sorted({one.repository for one in everything})
    told = []
    for fold in range(FOLDS):
        left_out = set(repositories[fold::FOLDS])
        weights = fit([one for one in everything if one.repository not in left_out])
        told += [(one, critical(one, weights)) for one in everything if one.repository in left_out]
    report("other repositories", [(one, said) for one, said in told if not one.repository.startswith("made up")])
    report("made-up cases", [(one, said) for one, said in told if one.repository.startswith("made up")])
    weights = fit(everything)
    for name, sample in samples.items():
        report(f"{name}: fitted on", [(one, critical(one, weights)) for one, kept_back in sample if not kept_back])
        if options.kept_back:
            report(f"{name}: kept back", [(one, critical(one, weights)) for one, kept_back in sample if kept_back])
    if options.write:
        numbers = {name: round(value, 3) for name, value in sorted(weights.items()) if round(value, 3)}
        target = data.folder("profiles") / "security.json"
        target.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def _coefficient(name: str) -> Coefficient:
    if name == BASE:
        return Coefficient(ridge=0.001)
    if WORD in name:
        return Coefficient(ridge=WORD_RIDGE, lasso=WORD_LASSO)
    return Coefficient(ridge=RIDGE, sign=0 if name == PICKED else -1 if name.startswith(AGAINST) else 1)


if __name__ == "__main__":
    main()
