"""Tasks of public plans that were judged by reading: which file holds them, and which half is kept back for testing.

The plans themselves are no part of this project; what is read here is empty where their folder is absent.
"""

import csv
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from gsdc.source.plan import parse
from gsdc.source.task import Task

# Beside the project, or further up where this is a working tree of it.
SHARED = next((one / "shared" for one in Path(__file__).parents if (one / "shared/corpus").is_dir()), Path("absent"))
_FOLDER = Path(__file__).parent / "tasks"


class Judged(NamedTuple):
    """A task with its judgement; ``kind`` is "" and ``complexity`` 0 where only security was judged."""

    plan: str
    task: Task
    security: str
    kind: str
    complexity: int

    @property
    def kept_back(self) -> bool:
        """Whether it is for testing only: told by repository and file name, so copies of a plan stay together."""
        path = PurePosixPath(self.plan)
        return bool(hashlib.sha256(f"{path.parts[1]}/{path.name}".encode()).digest()[0] % 2)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside the tests of tasks."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def judged() -> list[Judged]:
    """Return all judged tasks of the public plans, [] where these are absent."""
    return list(_judged()) if (SHARED / "corpus").is_dir() else []


def cases() -> list[tuple[Task, str]]:
    """Return the made-up tasks of ``security-cases.tsv`` with what they are."""
    return [(task_of(row["name"], row["files"], row["action"]), row["security"]) for row in rows("security-cases.tsv")]


def task_of(name: str, files: str = "", action: str = "", type_: str = "auto") -> Task:
    """Return a task with these parts."""
    text = f'<task type="{type_}">\n<name>{name}</name>\n<files>{files}</files>\n<action>{action}</action>\n</task>'
    return parse("p", text).tasks[0]


def _judged() -> Iterator[Judged]:
    for line in (SHARED / "labels/dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Judged(row["plan"], _task(row["plan"], row["task"]), row["security"], row["kind"], row["complexity"])
    for name in ("security-labels.tsv", "judged.tsv"):
        for row in rows(name):
            task = _task(row["plan"], int(row["task"]))
            kind, complexity = row.get("kind", ""), int(row.get("complexity", 0))
            yield Judged(row["plan"], task, row["security"], kind, complexity)


def _task(plan: str, number: int) -> Task:
    return _tasks(plan)[number - 1]


@cache
def _tasks(plan: str) -> tuple[Task, ...]:
    return parse(plan, (SHARED / "corpus" / plan).read_bytes().decode()).tasks
