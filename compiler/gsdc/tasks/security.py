"""Whether a task is security-critical: its main work is something whose failure is a security hole (seed 004).

The evidence of ``gsdc.tasks.evidence`` is weighted by numbers in ``profiles/security.json``, which
``python -m tests.security_weights`` fits on tasks that were judged by reading. The sum is the logarithm of the odds;
a task is critical from 0 on. Tests and documents of such work write nothing that could fail that way.
"""

import json
from functools import cache
from typing import Final, NamedTuple

from gsdc import data
from gsdc.source.task import Task
from gsdc.tasks.evidence import gather, only_beside, topics_of_name

BASE: Final = "base"  # the weight that every task begins with: most are not critical
AUTHENTICATION: Final = frozenset({"authentication", "tokens"})


class Reason(NamedTuple):
    """A piece of evidence: the words, the part of the task they stand in, and what it counted."""

    phrase: str
    part: str
    weight: float

    def __str__(self) -> str:
        said = f'"{self.phrase}"' if self.phrase else "no sign of security"
        return f"{said} in {self.part} ({self.weight:+.1f})"


class SecurityVerdict(NamedTuple):
    """Whether a task is security-critical, the score that says so, the evidence, and the topics of name and files."""

    critical: bool
    score: float
    reasons: tuple[Reason, ...]
    topics: frozenset[str]

    @property
    def why(self) -> str:
        """What the verdict rests on, in words."""
        if not any(reason.weight > 0 for reason in self.reasons):
            return "no sign of security"
        if self.score >= 0 and not self.critical:
            return f"it writes tests or documents only (score {self.score:.1f})"
        return f"score {self.score:.1f}, critical from 0 on"

    @property
    def strongest(self) -> tuple[Reason, ...]:
        """The three pieces of evidence that weigh most, heaviest first."""
        return tuple(sorted(self.reasons, key=lambda reason: -reason.weight)[:3])


_NOTHING: Final = SecurityVerdict(critical=False, score=0.0, reasons=(), topics=frozenset())


@cache
def weights() -> dict[str, float]:
    """Return the weight of each feature."""
    return dict(json.loads((data.folder("profiles") / "security.json").read_text(encoding="utf-8")))


def judge(task: Task) -> SecurityVerdict:
    """Judge ``task`` by its name, files and action. Checkpoints do no work: they are never critical."""
    if task.is_checkpoint:
        return _NOTHING
    found, weight = gather(task), weights()
    reasons = tuple(
        Reason(one.said, one.part, weight[one.feature] * one.value) for one in found.evidence if weight.get(one.feature)
    )
    score = weight[BASE] + sum(reason.weight for reason in reasons)
    return SecurityVerdict(score >= 0 and not only_beside(task), score, reasons, found.topics)


def concerns_authentication(task: Task) -> bool:
    """Tell whether ``task`` is critical work on authentication, by its name: a button to sign in is not."""
    return not AUTHENTICATION.isdisjoint(topics_of_name(task)) and judge(task).critical
