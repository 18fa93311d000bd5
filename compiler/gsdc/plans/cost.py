"""What a plan costs under a profile, in tokens and dollars, and what it would cost on a single model.

Tokens are estimated from what is read (``gsdc.plans.usage``), with tokens from the cache separate; dollars include the
cache, as a bill does. If that estimate is not available, the formula of the seeds applies.

The tokens of a task by that formula (seed 001, part 6.2; the kinds of tasks are those of seed 004)::

    tokens = base(kind) x (1 + 0.15 x (complexity - 5)) x multiplier(tier)

with ``base`` 3,000 for boilerplate and docs, 4,000 for review, 5,000 for testing, research and infra, 8,000 for
implementation; and ``multiplier`` 1.2 for a light model, which needs more tokens, 1.0 for a standard one and 0.85 for a
heavy one; rounded to hundreds, 100 at least. Seed 004's ranges (1,000 to 2,000 for boilerplate on a light model, 3,000
to 5,000 for implementation on a standard one, 1,500 to 2,500 for review) correspond to this at low complexity.

If a task has a person's ``<estimated-tokens>``, the middle of that range is used instead.

The dollars of a task, with half of its tokens as output (seed 001, part 10.1, counts input only)::

    $ = tokens x (input price + output price) / 2 / 1,000,000

with the catalog's prices in $ per million tokens. A plan, a batch or a model costs the sum of its tasks. A checkpoint
costs nothing, since a person acts, and neither does a task that the policy defers. For all-opus or all-sonnet, the same
tasks are estimated and priced on that one model, again without those that cost nothing.

get-shit-done runs all tasks of a plan on its executor's model (``gsdc.plans.plan_executor``). What that costs is given
beside the cost of the tasks on their own models, with deferred tasks, since the executor does those too.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from gsdc.models.words import INHERIT
from gsdc.plans.duration import Minutes
from gsdc.plans.plan_executor import PlanExecutor
from gsdc.plans.usage import Usage
from gsdc.policy.model import Model, Policy
from gsdc.policy.price import usd
from gsdc.policy.recognition import Age, recognise, release_of
from gsdc.tasks.annotation import Annotated, Annotation, effort_of, model_of, title
from gsdc.tasks.estimate import dollars, estimate, stated_tokens

PROFILES: Final = ("quality", "balanced", "budget", "research")
BASELINES: Final = ("opus", "sonnet")
# Data learned from a ledger: tokens by kind, complexity and model. They precede the formula.
Learned = Mapping[tuple[str, int, str], int]
NOTHING_LEARNED: Final[Learned] = MappingProxyType({})


class Amount(NamedTuple):
    """Tokens and their cost in $; ``cached`` are tokens read again from the cache, not included in ``tokens``.

    ``unpriced`` is the number of tasks on models without a known price: their tokens count, their $ do not.
    ``opening`` are those of the tokens that are read once, before the first task of a plan.
    """

    tokens: int = 0
    usd: float = 0.0
    written: int = 0
    cached: int = 0
    turns: int = 0
    unpriced: int = 0
    opening: int = 0


class TaskCost(NamedTuple):
    """A task with its cost. ``model`` is None if nothing runs: at a checkpoint, or if ``deferred`` gives a reason.

    ``priced_as`` is the model whose price is used, None if none is known: it differs from ``model`` if a person wrote
    "inherit", or an id. ``effort`` is the effort of the model, None if the model's default applies.
    """

    number: int
    name: str
    kind: str
    complexity: int
    model: str | None
    priced_as: str | None
    deferred: str
    amount: Amount
    effort: str | None = None


class ExecutedCost(NamedTuple):
    """The cost of a plan, or of several, in get-shit-done: all tasks on the model of ``by``."""

    by: PlanExecutor
    amount: Amount


class PlanCost(NamedTuple):
    """The cost of a plan under one profile: by task, with the batches by number, and against single models.

    ``executed`` is its cost in get-shit-done, None if the policy has no agent that runs plans there.
    """

    profile: str
    tasks: tuple[TaskCost, ...]
    batches: tuple[tuple[int, tuple[int, ...]], ...]
    against: Mapping[str, Amount]
    executed: ExecutedCost | None = None

    @property
    def total(self) -> Amount:
        """What the plan costs."""
        return add(task.amount for task in self.tasks)

    def by_batch(self) -> tuple[tuple[int, tuple[int, ...], Amount], ...]:
        """Return each batch: its number, its tasks' numbers, its cost."""
        amounts = {task.number: task.amount for task in self.tasks}
        return tuple((batch, tasks, add(amounts[number] for number in tasks)) for batch, tasks in self.batches)

    def by_model(self) -> tuple[tuple[str, tuple[int, ...], Amount], ...]:
        """Return each model in use, the most expensive first: its alias, its tasks' numbers, its cost."""
        used: dict[str, list[TaskCost]] = {}
        for task in self.tasks:
            if task.model is not None:
                used.setdefault(task.model, []).append(task)
        found = [(name, tuple(t.number for t in tasks), add(t.amount for t in tasks)) for name, tasks in used.items()]
        return tuple(sorted(found, key=lambda item: (-item[2].usd, item[0])))


class CostComparison(NamedTuple):
    """The total cost of plans under one profile, and of the same tasks on single models.

    ``executed`` is the total in get-shit-done. ``models`` and ``efforts`` are those of all tasks, in their order.
    """

    profile: str
    total: Amount
    against: Mapping[str, Amount]
    executed: ExecutedCost | None
    models: tuple[str | None, ...]
    efforts: tuple[str | None, ...]


class TokenSources(NamedTuple):
    """The sources of a task's tokens: learned data, and the usage of each by number; else the formula."""

    learned: Learned = NOTHING_LEARNED
    used: Mapping[int, Usage] = MappingProxyType({})


UNKNOWN: Final = TokenSources()


def cost(
    annotated: Annotated, policy: Policy, known: TokenSources = UNKNOWN, executor: PlanExecutor | None = None
) -> PlanCost:
    """Return what a plan costs, annotated under ``policy``; in get-shit-done, ``executor`` runs it."""
    tasks = tuple(_task(item, policy, known) for item in annotated.tasks)
    running = [item for item, task in zip(annotated.tasks, tasks, strict=True) if task.priced_as is not None]
    against = {alias: add(_amount(item, policy.models[alias], known) for item in running) for alias in BASELINES}
    executed = executor and ExecutedCost(executor, _executed(annotated, executor, policy, known))
    return PlanCost(policy.profile, tasks, tuple((b.number, b.tasks) for b in annotated.batches), against, executed)


def compare(costs: Iterable[PlanCost]) -> tuple[CostComparison, ...]:
    """Return the totals by profile, in the order of the profiles."""
    profiles: dict[str, list[PlanCost]] = {}
    for one in costs:
        profiles.setdefault(one.profile, []).append(one)
    return tuple(
        CostComparison(
            profile,
            add(c.total for c in found),
            {name: add(c.against[name] for c in found) for name in BASELINES},
            _executed_together(found),
            tuple(task.model for c in found for task in c.tasks),
            tuple(task.effort for c in found for task in c.tasks),
        )
        for profile, found in profiles.items()
    )


def add(amounts: Iterable[Amount]) -> Amount:
    """Return the sum of ``amounts``."""
    found = list(amounts)
    return Amount(*(sum(values) for values in zip(*found, strict=True))) if found else Amount()


def seed_minutes(annotated: Annotated) -> Minutes:
    """Return the minutes of a plan by seed 001, part 6: those of its tasks, at 400 tokens a minute."""
    found = [item.estimate for item in annotated.tasks if item.estimate is not None]
    low, high = sum(one.fast for one in found), sum(one.slow for one in found)
    return Minutes((low + high) / 2, low, high, finished=0)


def cost_data(one: PlanCost) -> dict[str, Any]:
    """Return the cost of a plan under a profile as JSON data; $ are rounded to millionths."""
    return {
        "profile": one.profile,
        "tasks": [
            {
                "number": task.number,
                "name": task.name,
                "kind": task.kind,
                "complexity": task.complexity,
                "model": task.model,
                "priced_as": task.priced_as,
                "effort": task.effort,
                "deferred": task.deferred or None,
                **_data(task.amount),
            }
            for task in one.tasks
        ],
        "batches": [
            {"number": number, "tasks": list(tasks), **_data(amount)} for number, tasks, amount in one.by_batch()
        ],
        "models": [{"model": alias, "tasks": list(tasks), **_data(amount)} for alias, tasks, amount in one.by_model()],
        **_data(one.total),
        "plan_executor": _executed_data(one.executed),
        "against": {alias: _data(amount) for alias, amount in one.against.items()},
    }


def comparison_data(one: CostComparison) -> dict[str, Any]:
    """Return a comparison as JSON data."""
    against = {alias: _data(amount) for alias, amount in one.against.items()}
    executed = _executed_data(one.executed)
    return {"profile": one.profile, **_data(one.total), "plan_executor": executed, "against": against}


def _executed(annotated: Annotated, executor: PlanExecutor, policy: Policy, known: TokenSources) -> Amount:
    """Return what the tasks of a plan cost on the model of ``executor``, without those that a person does."""
    if executor.model is None:
        return Amount()
    model = policy.models[executor.model]
    return add(_amount(item, model, known) for item in annotated.tasks if not item.task.is_checkpoint)


def _executed_together(costs: Iterable[PlanCost]) -> ExecutedCost | None:
    """Return the sum of what plans cost in get-shit-done under one profile, where all have the same executor."""
    found = [one.executed for one in costs if one.executed]
    return ExecutedCost(found[0].by, add(one.amount for one in found)) if found else None


def _executed_data(executed: ExecutedCost | None) -> dict[str, Any] | None:
    return executed and {**executed.by._asdict(), **_data(executed.amount)}


def _task(item: Annotation, policy: Policy, known: TokenSources) -> TaskCost:
    kind, score, model = item.kind.name, item.complexity.score, model_of(item)
    priced = None if model is None else _priced(item, model, policy)
    deferred = item.decision.defer if item.decision is not None and model is None else ""
    if priced is not None:
        amount = _amount(item, priced, known)
    elif model is not None:
        amount = _amount(item, item.model or policy.model_of("standard"), known)._replace(usd=0.0, unpriced=1)
    else:
        amount = Amount()
    effort = None if model is None else effort_of(item)
    alias = priced and priced.alias
    return TaskCost(item.task.number, title(item.task), kind, score, model, alias, deferred, amount, effort)


def _priced(item: Annotation, written: str, policy: Policy) -> Model | None:
    """Return the model whose price applies to a task on ``written``, None if no price is known.

    A model set by a person has precedence, also by id. "inherit" resolves to the decided model, if known.
    """
    if written in policy.models:
        return policy.models[written]
    if written == INHERIT:
        return item.model
    found = recognise(policy.models, "", written)
    return found.model if found.age is Age.SAME else release_of(found.identity)


def _amount(item: Annotation, model: Model, known: TokenSources) -> Amount:
    """Return what a task takes on a model.

    The first source available is used: a person's estimate, learned data, the usage estimate, the formula.
    """
    kind, score = item.kind.name, item.complexity.score
    stated = stated_tokens(item.task)
    learned = None if stated else known.learned.get((kind, score, model.alias))
    tokens = learned or estimate(kind, score, model.tier, stated).tokens
    used = known.used.get(item.task.number)
    if used is None:
        return Amount(tokens, dollars(tokens, model))
    if stated or learned:
        used = used.scaled(tokens)
    prompt = used.cached / used.turns if used.turns else 0  # of a turn, on average
    spent = usd(model, into=0, cache_write=used.tokens, out=used.written, cache_read=used.cached, prompt=prompt)
    return Amount(used.tokens, spent, used.written, used.cached, used.turns, opening=used.opening)


def _data(amount: Amount) -> dict[str, float]:
    shown: dict[str, float] = {"tokens": amount.tokens, "usd": round(amount.usd, 6)}
    if amount.unpriced:
        shown["unpriced"] = amount.unpriced
    return shown | ({"written": amount.written, "cached": amount.cached, "turns": amount.turns} if amount.turns else {})
