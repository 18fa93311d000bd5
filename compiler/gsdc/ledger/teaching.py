"""Load the estimates from a project's ledger: tokens of tasks by kind, complexity and model."""

import time
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from gsdc.ledger.event import FIELDS, Event
from gsdc.ledger.learning import Key, Learned, Observation, learn, observe, pool_name, pooled_of
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.opening import opened_ledger
from gsdc.policy.load import Loaded
from gsdc.policy.model import Policy
from gsdc.tasks.estimate import BASE_TOKENS, estimate
from gsdc.tasks.work import FAMILIES

_DEFAULT_KIND: Final = "implementation"
_Some = TypeVar("_Some")


class Lesson(NamedTuple):
    """The lesson about tasks of one kind, complexity and model; ``default`` is the estimate without it.

    ``rework`` is the share of the judged tasks with more than a fifth of rework, None if none was judged.
    """

    kind: str
    complexity: int
    model: str
    default: int
    learned: Learned
    rework: float | None


_REWORKED: Final = 20  # percent (seed 002: "If >20% rework needed, escalate")


def lessons(loaded: Loaded, *, by_family: bool = False) -> tuple[Lesson, ...]:
    """Return the lessons from the ledger of a project, including data of other projects; sorted.

    ``by_family`` merges kinds with the same estimate, such as "api" and "auth" with "implementation". Raises
    ``Rejected`` if the ledger cannot be read.
    """
    if loaded.policy is None:
        return ()
    with opened_ledger(loaded.project) as ledger:
        if ledger is None:
            return ()
        own, others = observe(_taught(ledger)), pooled_of(ledger.database, pool_name(loaded.project.tree.root))
    if by_family:
        own, others = _by_family(own), _by_family(others)
    now = round(time.time() * 1000)
    found = []
    for key in sorted({*own, *others}):
        default = default_tokens(loaded.policy, key)
        if default is not None:
            observations = own.get(key, [])
            learned = learn(observations, default, now, others.get(key, ()))
            found.append(Lesson(*key, default, learned, _rework(observations)))
    return tuple(found)


def tokens_of(taught: tuple[Lesson, ...]) -> Mapping[Key, int]:
    """Return the expected tokens, by kind, complexity and model."""
    return {(one.kind, one.complexity, one.model): round(one.learned.tokens) for one in taught}


def default_tokens(policy: Policy, key: Key) -> int | None:
    """Return the expected tokens without a ledger; None for a model that is not in the catalog."""
    kind, complexity, model = key
    if model not in policy.models:
        return None
    family = FAMILIES.get(kind, kind)
    known = family if family in BASE_TOKENS else _DEFAULT_KIND
    return estimate(known, min(10, max(1, complexity)), policy.models[model].tier).tokens


def _by_family(found: Mapping[Key, list[_Some]]) -> dict[Key, list[_Some]]:
    families: dict[Key, list[_Some]] = {}
    for (kind, complexity, model), values in found.items():
        families.setdefault((FAMILIES.get(kind, kind), complexity, model), []).extend(values)
    return families


def _taught(ledger: Ledger) -> Iterator[Event]:
    sql = f"SELECT {', '.join(FIELDS)} FROM event WHERE kind <> '' AND complexity IS NOT NULL ORDER BY seq"
    return map(Event._make, ledger.database.stream(sql))


def _rework(observations: list[Observation]) -> float | None:
    judged = [one.rework > _REWORKED for one in observations if one.rework is not None]
    return sum(judged) / len(judged) if judged else None
