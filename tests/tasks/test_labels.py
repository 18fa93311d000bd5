"""Classification against tasks that people judged: those handed out, and those of ``security-labels.tsv``.

The plans themselves are not part of this project; where they are absent, the tests are skipped.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from gsdc.source.plan import parse
from gsdc.source.task import Task
from gsdc.tasks.complexity import score
from gsdc.tasks.kind import classify
from gsdc.tasks.security import judge

SHARED = Path(__file__).parents[3] / "shared"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared, which holds the plans, is absent")


@cache
def tasks(plan: str) -> tuple[Task, ...]:
    return parse(plan, (SHARED / "corpus" / plan).read_bytes().decode()).tasks


def handed_out() -> list[tuple[Task, dict]]:
    rows = map(json.loads, (SHARED / "labels/dev.jsonl").read_text().splitlines())
    return [(tasks(row["plan"])[row["task"] - 1], row) for row in rows]


def judged() -> list[tuple[Task, str]]:
    lines = (Path(__file__).parent / "security-labels.tsv").read_text().splitlines()[1:]
    own = [(tasks(plan)[int(task) - 1], label) for plan, task, label in (line.split("\t") for line in lines)]
    return own + [(task, row["security"]) for task, row in handed_out()]


def test_at_least_150_tasks_more_are_judged():
    assert len(judged()) - len(handed_out()) >= 150


def test_critical_tasks_are_found():
    critical = [judge(task).critical for task, label in judged() if label == "critical"]
    assert sum(critical) / len(critical) >= 0.95


def test_what_is_called_critical_is_at_least_near_security():
    near = [label != "none" for task, label in judged() if label != "unsure" and judge(task).critical]
    assert sum(near) / len(near) >= 0.85


def test_kinds():
    right = [classify(task).name == row["kind"] for task, row in handed_out()]
    assert sum(right) / len(right) >= 0.75


def test_complexity_is_within_two():
    near = [
        abs(score(task, classify(task).name, critical=judge(task).critical).score - row["complexity"]) <= 2
        for task, row in handed_out()
    ]
    assert sum(near) / len(near) >= 0.85
