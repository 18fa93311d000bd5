"""Weighted, word-bounded evidence: which patterns speak for something, where, and how strongly."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from gsdc.source.plan import Task

# How much a pattern weighs by the part of the task it stands in: a name says what the task is, prose only what is near.
PARTS: Final = {"name": 3.0, "files": 2.0, "done": 1.0, "action": 1.0, "verify": 0.5}


class Pattern(NamedTuple):
    """A pattern with its weight; negative weights speak against."""

    regex: re.Pattern[str]
    weight: float


class Reason(NamedTuple):
    """A piece of evidence: the word as it stands in the task, the part it stands in, and what it counted."""

    word: str
    part: str
    weight: float

    def __str__(self) -> str:
        return f'"{self.word}" in {self.part} ({self.weight:+.1f})'


_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words(weight: float, *alternatives: str) -> Pattern:
    """Return a pattern of whole words; blanks in an alternative also match "-", "_" and nothing."""
    joined = "|".join(alternative.replace(" ", "[ _-]?") for alternative in alternatives)
    return Pattern(re.compile(rf"(?<![A-Za-z])(?:{joined})(?![A-Za-z])", re.IGNORECASE), weight)


def weigh(task: Task, patterns: Iterable[Pattern], parts: Iterable[str] = PARTS) -> tuple[Reason, ...]:
    """Return the evidence of ``patterns`` in the parts of ``task``: each pattern once a part, at its first match."""
    found = []
    texts = [(part, _CAMEL.sub(" ", task.name if part == "name" else task.text(part))) for part in parts]
    for pattern in patterns:
        for part, text in texts:
            match = pattern.regex.search(text)
            if match is not None:
                found.append(Reason(match[0], part, pattern.weight * PARTS[part]))
    return tuple(found)


def total(reasons: Iterable[Reason]) -> float:
    """Return the sum of the weights of ``reasons``."""
    return sum(reason.weight for reason in reasons)
