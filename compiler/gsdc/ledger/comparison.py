"""The cost of the recorded work under other profiles, and the floors that would have applied.

A piece of work is the usage of one agent, phase, zone, kind and complexity on one model. The profile decides a model
for it, and the same tokens are priced on that model. On another tier the number of tokens changes by seed 001's
multipliers (part 6.2). If the ledger has ten tasks of the kind and complexity on both models, their medians apply
instead. The error of such a factor is the same for all work that uses it, so the ends of the intervals are summed. Work
that stays on its model has its actual cost.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from gsdc.ledger.budget import Z_80
from gsdc.ledger.event import NANO
from gsdc.ledger.learning import ENOUGH, Key
from gsdc.ledger.ledger import Ledger
from gsdc.ledger.price import nano
from gsdc.ledger.teaching import Lesson
from gsdc.ledger.totals import Sum
from gsdc.policy.constraints import forbidding_rule
from gsdc.policy.model import ZONES, Agent, Model, Policy, State
from gsdc.tasks.estimate import TIER_MULTIPLIER
from gsdc.tasks.routing import route, route_decision
from gsdc.tasks.work import KINDS

_FIELDS: Final = ("agent", "phase", "zone", "kind", "complexity", "model")
_TOKENS: Final = Sum._fields[1:7]
_OFF: Final = math.log(1.3)  # seed 001, part 6.2: an estimate without data is 30% off either way
_MEDIAN: Final = math.sqrt(math.pi / 2)  # the deviation of a median, in those of a mean


class ComparedWork(NamedTuple):
    """A piece of work: agent, task, model and use."""

    agent: str
    phase: str
    zone: str
    kind: str
    complexity: int | None
    model: str
    used: Sum


class ForbiddenModel(NamedTuple):
    """A never-break rule that forbids the profile's model for some work, or a zone in which the work is deferred."""

    agent: str
    phase: str
    model: str
    rule: str
    now: str | None


class Outcome(NamedTuple):
    """The cost of work under a profile in $, with its 80% interval; work that would be deferred is excluded."""

    profile: str
    usd: float
    low: float
    high: float
    waiting: int
    models: Mapping[str, int]
    floors: tuple[ForbiddenModel, ...]


class Comparison(NamedTuple):
    """Profiles on the same work: its tokens and actual cost; ``unplaced`` tokens belong to no agent of the profiles."""

    tokens: int
    usd: float
    unplaced: int
    outcomes: tuple[Outcome, ...]


def work_of(ledger: Ledger, start: int, end: int) -> list[ComparedWork]:
    """Return the work of a span of time from the ledger."""
    names, sums = ", ".join(_FIELDS), ", ".join(f"SUM({name})" for name in _TOKENS)
    found = ledger.database.rows(
        f"SELECT {names}, COUNT(*), {sums}, SUM(COALESCE(nano, client_nano, 0)) FROM event "
        f"WHERE at >= ? AND at < ? AND type = 'usage' GROUP BY {names} ORDER BY {names}",
        (start, end),
    )
    width = len(_FIELDS)
    return [ComparedWork._make((*row[:width], Sum(*map(int, row[width:])))) for row in found]


def compare(work: list[ComparedWork], policies: Mapping[str, Policy], taught: tuple[Lesson, ...]) -> Comparison:
    """Return the cost of ``work`` under each of ``policies``, by the names of their profiles."""
    learned = {(one.kind, one.complexity, one.model): one for one in taught if one.learned.observations >= ENOUGH}
    placed = [one for one in work if all(_placed(policy, one) for policy in policies.values())]
    return Comparison(
        sum(one.used.tokens for one in placed),
        sum(one.used.nano for one in placed) / NANO,
        sum(one.used.tokens for one in work) - sum(one.used.tokens for one in placed),
        tuple(_outcome(name, policy, placed, learned) for name, policy in policies.items()),
    )


def _placed(policy: Policy, one: ComparedWork) -> Agent | None:
    """Return the agent of a policy for such work, None if it is unknown, or the model has no price."""
    if one.model not in policy.models:
        return None
    for agent in policy.agents.values():
        if one.agent and one.agent in (agent.name, *agent.names.values()):
            return agent
    return route(policy, one.kind).agent if one.kind in KINDS else None


def _outcome(name: str, policy: Policy, work: list[ComparedWork], learned: Mapping[Key, Lesson]) -> Outcome:
    cost = low = high = 0.0
    waiting, models, floors = 0, dict[str, int](), dict[ForbiddenModel, None]()
    for one in work:
        agent = _placed(policy, one)
        assert agent is not None, "only placed work is compared"
        phase = one.phase if one.phase in agent.phases else None
        zone = one.zone if one.zone in policy.zones else ZONES[0]
        state = State(agent.name, phase, zone, "routine", one.complexity)
        decision = route_decision(policy, one.kind, agent, state)
        floors |= dict.fromkeys(_floors(policy, agent, state, one, decision.model, decision.defer))
        if decision.model is None:
            waiting += one.used.tokens
            continue
        model = policy.models[decision.model]
        factor, off = _factor(one, policy.models[one.model], model, learned)
        price = one.used.nano / NANO if model.alias == one.model else factor * nano(one.used, model) / NANO
        cost, low, high = cost + price, low + price * math.exp(-off), high + price * math.exp(off)
        models[model.alias] = models.get(model.alias, 0) + round(one.used.tokens * factor)
    return Outcome(name, cost, low, high, waiting, models, tuple(floors))


def _floors(
    policy: Policy, agent: Agent, state: State, one: ComparedWork, decided: str | None, why: str
) -> Iterator[ForbiddenModel]:
    rule = forbidding_rule(policy, agent, state, policy.models[one.model])
    if rule is not None:
        yield ForbiddenModel(agent.name, state.phase or "", one.model, rule.name, decided)
    elif decided is None:
        yield ForbiddenModel(agent.name, state.phase or "", one.model, why, None)


def _factor(one: ComparedWork, now: Model, then: Model, learned: Mapping[Key, Lesson]) -> tuple[float, float]:
    """Return the factor by which another model's tokens differ for such work, and its error, as a logarithm."""
    if now.alias == then.alias:
        return 1.0, 0.0
    pair = [learned.get((one.kind, one.complexity or 0, alias)) for alias in (now.alias, then.alias)]
    before, after = (lesson.learned if lesson else None for lesson in pair)
    if before is not None and after is not None:
        squares = [
            (math.log(found.high / found.low) / (2 * Z_80)) ** 2 / found.observations for found in (before, after)
        ]
        return after.tokens / before.tokens, Z_80 * _MEDIAN * math.sqrt(sum(squares))
    return TIER_MULTIPLIER[then.tier] / TIER_MULTIPLIER[now.tier], _OFF


def data_of(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON data."""
    rows = [
        one._asdict() | {"models": dict(one.models), "floors": [floor._asdict() for floor in one.floors]}
        for one in found.outcomes
    ]
    return found._asdict() | {"outcomes": rows}
