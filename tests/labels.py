"""Tasks of public plans that were judged by reading: which file holds them, and which half is kept back for testing.

The plans themselves are no part of this project; what is read here is empty where their folder is absent. The line
between critical and touching is drawn in ``gsdc.tasks.security``. The column ``readings`` has the judgements of all
readers of a task that was read more than once. Later readers saw neither the earlier judgements nor the verdict of the
classifier. All critical tasks and those close to the line were read by two more readers.
"""

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from gsdc.source.plan import parse
from gsdc.source.task import Task

# Beside the project, or further up where this is a working tree of it.
SHARED = next((one / "shared" for one in Path(__file__).parents if (one / "shared/corpus").is_dir()), Path("absent"))
_FOLDER = Path(__file__).parent / "tasks"
# Name, files and the beginning of the action of the tasks in public.tsv: a table that is no part of this project.
TEXTS = Path(os.environ.get("GSDC_TASK_TEXTS", SHARED / "labels/public-tasks.tsv"))


class Judged(NamedTuple):
    """A task with its judgement; ``kind`` is "" and ``complexity`` 0 where only security was judged.

    ``kept_back`` tasks are for testing only. The half is told by repository and file name, so copies of a plan stay
    together. Tasks that somebody else judged are all for development.
    """

    plan: str
    task: Task
    security: str
    kind: str
    complexity: int
    kept_back: bool


class Public(NamedTuple):
    """A task of another public repository with its judgement, told by a beginning of its text.

    ``half`` is "kept back" for tasks that are for testing only, else "dev": the former are a quarter, by their sources,
    of those that were gathered last. Those that were kept back before were measured then, and are learnt from now.
    ``sample`` is "natural" for tasks found by what they write only, or "rich" for those found by words and paths of
    security: precision is told on the former, recall on both. ``source`` is the repository with the path of the plan,
    or the number of the plan in the index of public code that it was found in.
    """

    half: str
    sample: str
    source: str
    task: Task
    security: str
    kind: str
    complexity: int

    @property
    def repository(self) -> str:
        """Owner and name, or the number of the plan where these are not known."""
        return "/".join(self.source.split("/")[:2])

    @property
    def kept_back(self) -> bool:
        """Whether it is for testing only."""
        return self.half != "dev"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside the tests of tasks."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return _read(lines)


def judged() -> list[Judged]:
    """Return all judged tasks of the public plans, [] where these are absent."""
    return list(_judged()) if (SHARED / "corpus").is_dir() else []


def public() -> list[Public]:
    """Return the judged tasks of other public repositories, [] where their texts are absent."""
    if not TEXTS.is_file():
        return []
    with TEXTS.open(encoding="utf-8", newline="") as lines:
        texts = {(row["source"], row["key"]): row for row in _read(lines)}
    return [
        Public(
            row["half"],
            row["sample"],
            row["source"],
            task_of(text["name"], text["files"], text["action"]),
            row["security"],
            row["kind"],
            int(row["complexity"]),
        )
        for row in rows("public.tsv")
        if (text := texts.get((row["source"], row["key"])))
    ]


def cases() -> list[tuple[Task, str]]:
    """Return the made-up tasks of ``security-cases.tsv`` with what they are."""
    return [(task_of(row["name"], row["files"], row["action"]), row["security"]) for row in rows("security-cases.tsv")]


def task_of(name: str, files: str = "", action: str = "", type_: str = "auto") -> Task:
    """Return a task with these parts."""
    text = f'<task type="{type_}">\n<name>{name}</name>\n<files>{files}</files>\n<action>{action}</action>\n</task>'
    return parse("p", text).tasks[0]


def _read(lines: Iterable[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _is_kept_back(plan: str) -> bool:
    path = PurePosixPath(plan)
    return bool(hashlib.sha256(f"{path.parts[1]}/{path.name}".encode()).digest()[0] % 2)


def _judged() -> Iterator[Judged]:
    for line in (SHARED / "labels/dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        task = _task(row["plan"], row["task"])
        yield Judged(row["plan"], task, row["security"], row["kind"], row["complexity"], kept_back=False)
    for name in ("security-labels.tsv", "judged.tsv"):
        for row in rows(name):
            task = _task(row["plan"], int(row["task"]))
            kind, complexity = row.get("kind", ""), int(row.get("complexity", 0))
            yield Judged(row["plan"], task, row["security"], kind, complexity, _is_kept_back(row["plan"]))


def _task(plan: str, number: int) -> Task:
    return _tasks(plan)[number - 1]


@cache
def _tasks(plan: str) -> tuple[Task, ...]:
    return parse(plan, (SHARED / "corpus" / plan).read_bytes().decode()).tasks
