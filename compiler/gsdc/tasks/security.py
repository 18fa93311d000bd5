"""Whether a task is security-critical: a failure of its main work would be a security hole (seed 004).

What is critical, for readers who judge tasks:

1. Critical: the main work writes code, configuration or policy of the product that decides who gets in
   (authentication, sessions), what they may do (access control, tenants), what stays secret (secrets, keys,
   encryption, redaction), or what hostile input can do (sanitising, path traversal, injection, signatures, limits
   against abuse, sandboxes).
2. The test: done carelessly, it would leave a hole, and not only a bug.
3. A task of several parts is critical if a protection is its first part or most of it.
4. Applying a protection that exists to a feature is touching: an endpoint behind the usual guard, a client that
   sends its token. Adding guards to endpoints that had none is critical.
5. Handling secrets is critical if they are the subject, even in a plain command; using one to call a service is
   touching.
6. Touching are also tests, documents, screens, types, settings and dependencies of such work, and tools that look
   for weaknesses of other software.
7. A review or an audit is touching, since it writes nothing of the product; ``gsdc.tasks.security_review`` finds it,
   and the policy pins it whatever it writes.
8. A word alone is nothing: a design token, a camera permission, a script that is sanitised of local paths. Where two
   readers differ and the definition does not decide, the task is touching.

The weights of the evidence of ``gsdc.tasks.evidence`` are in ``profiles/security.json``. ``python -m
tests.security_weights`` fits them on manually judged tasks. The sum is the logarithm of the odds; a task is critical
from 0 on. Tests and documents of such work cannot fail in that way.
"""

import json
from functools import cache
from typing import Final, NamedTuple

from gsdc import data
from gsdc.source.task import Task
from gsdc.tasks.evidence import gather, only_beside, topics_of_name

BASE: Final = "base"  # the initial weight of every task: most are not critical
_LEAST: Final = 0.05  # the least weight that a reason shows
AUTHENTICATION: Final = frozenset({"authentication", "tokens"})


class Reason(NamedTuple):
    """A piece of evidence: the words, their part of the task, and their weight."""

    phrase: str
    part: str
    weight: float

    def __str__(self) -> str:
        said = f'"{self.phrase}"' if self.phrase else "no sign of security"
        return f"{said} in {self.part} ({self.weight:+.1f})"


class SecurityVerdict(NamedTuple):
    """Whether a task is security-critical, with its score, the evidence, and the topics of name and files."""

    critical: bool
    score: float
    reasons: tuple[Reason, ...]
    topics: frozenset[str]

    @property
    def why(self) -> str:
        """The basis of the verdict, as text."""
        if not any(reason.weight > 0 for reason in self.reasons):
            return "no sign of security"
        if self.score >= 0 and not self.critical:
            return f"it writes tests or documents only (score {self.score:.1f})"
        return f"score {self.score:.1f}, critical from 0 on ({weights()[BASE]:.1f} without any evidence)"

    @property
    def strongest(self) -> tuple[Reason, ...]:
        """The three pieces of evidence with the largest weights, in descending order."""
        return tuple(sorted(self.reasons, key=lambda reason: -reason.weight)[:3])


NOT_CRITICAL: Final = SecurityVerdict(critical=False, score=0.0, reasons=(), topics=frozenset())


@cache
def weights() -> dict[str, float]:
    """Return the weight of each feature."""
    return dict(json.loads((data.folder("profiles") / "security.json").read_text(encoding="utf-8")))


def judge(task: Task) -> SecurityVerdict:
    """Judge ``task`` by its name, files and action. Checkpoints do no work: they are never critical."""
    if task.is_checkpoint:
        return NOT_CRITICAL
    weight = weights()
    found = gather(task, weight)
    weights_of: dict[tuple[str, str], float] = {}
    for one in found.evidence:
        if value := weight.get(one.feature):
            weights_of[one.said, one.part] = weights_of.get((one.said, one.part), 0.0) + value * one.value
    score = weight[BASE] + sum(weights_of.values())
    reasons = tuple(Reason(said, part, value) for (said, part), value in weights_of.items() if abs(value) >= _LEAST)
    return SecurityVerdict(score >= 0 and not only_beside(task), score, reasons, found.topics)


def concerns_authentication(task: Task) -> bool:
    """Tell whether ``task`` is critical work on authentication, by its name: a button to sign in is not."""
    return not AUTHENTICATION.isdisjoint(topics_of_name(task)) and judge(task).critical
