"""The complexity of a task, from 1 to 10: seed 001's scorer, corrected.

The seed's scorer starts at 5. "add", "read" or "review" anywhere in the action lower the score, "design" or "pattern"
raise it, and every long action contains some of them. Here the words count only in the name, and size (files, length of
the action) replaces single words.
"""

import re
from typing import Final, NamedTuple

from gsdc.source.lazy_pattern import lazily
from gsdc.source.task import Task
from gsdc.tasks.vocabulary import WholeWords

_EASY: Final = WholeWords(
    "rename",
    "bump",
    "fix typo",
    "remove",
    "delete",
    "update",
    "add (?:import|field|column|flag|entry|export|route|link|constant)s?",
    "scaffold",
    "copy",
    "move",
    "wire up",
    "register",
)
_HARD: Final = WholeWords(
    "architecture",
    "engine",
    "algorithm",
    "parser",
    "compiler",
    "concurren(?:t|cy)",
    "distributed",
    "migrat(?:e|ion)",
    "refactor",
    "state machine",
    "scheduler",
    "protocol",
    "orchestrat(?:e|or|ion)",
    "optimi[sz](?:e|ation)",
    "crypto",
    "rewrite",
    "pipeline",
    "integrat(?:e|ion)",
)
_NOVEL: Final = WholeWords("novel", "from scratch", "new architecture", "reverse engineer")
_BASE: Final = {
    "boilerplate": 2,
    "implementation": 4,
    "review": 3,
    "testing": 4,
    "docs": 2,
    "research": 4,
    "infra": 3,
    "checkpoint": 2,
}
# Of a kind of work within a family: a security review has to follow all ways into the code that it reads.
_OF_WORK: Final = {"security-review": 5}
_STEP: Final = lazily(r"^[ \t]*(?:\d+[.)]|[-*])\s", re.MULTILINE)


class Complexity(NamedTuple):
    """A score from 1 to 10 with the factors behind it, as text."""

    score: int
    factors: tuple[str, ...]


def score(task: Task, kind: str, work: str = "", *, critical: bool) -> Complexity:
    """Score ``task`` of a kind, and of a kind of ``work``; ``critical`` says whether it is security-critical."""
    base = _OF_WORK.get(work, _BASE[kind])
    factors = [f"{work if work in _OF_WORK else kind} {base}"]
    value = float(base)

    def add(amount: float, why: str) -> None:
        nonlocal value
        value += amount
        factors.append(f"{why} {amount:+g}")

    if kind == "checkpoint":
        return Complexity(_BASE[kind], tuple(factors))
    count = len(task.files)
    if count > 2:
        add(min(2.0, (count - 2) * 0.5), f"{count} files")
    length = len(task.text("action")) + len(task.text("behavior"))
    if length > 3500:
        add(1.5, "a very long action")
    elif length > 1500:
        add(0.5, "a long action")
    elif length < 400 and kind != "review":  # a review is as hard as the code that it reads
        add(-1, "a short action")
    steps = len(_STEP.findall(task.text("action")))
    if steps > 20:
        add(0.5, f"{steps} steps")
    if said := _HARD.search(task.name):
        add(1, f'"{said}" in its name')
    if said := _EASY.search(task.name):
        add(-1, f'"{said}" in its name')
    if said := _NOVEL.search(task.name + " " + task.text("action")[:500]):
        add(2, f'"{said}"')
    if critical:
        add(1, "security-critical")
    return Complexity(max(1, min(10, round(value))), tuple(factors))
