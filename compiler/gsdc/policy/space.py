"""The state space: every question that can be asked of a policy.

The space is finite: the phases of an agent, four zones, four task classes, one score of each range of complexity that
its assignment distinguishes, work within or beyond its share of the budget, overrides in force or lapsed, attempts
until the ladder ends, hops until the chain ends. Agents with the same decisions are visited once.

The result of attempts and hops depends only on the zone, the start model, and the owner of the chain. Such a *course*
is computed once and shared by all states that start it.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from gsdc.policy.decide import Start, allocation, decide, start_of
from gsdc.policy.effort import effort_rules
from gsdc.policy.model import TASK_CLASSES, ZONES, Agent, Decision, Policy, State, Step
from gsdc.policy.profile import Assignment, Override
from gsdc.policy.retries import escalate, fail_over

_HIGHEST: Final = 10  # score of complexity


class Point(NamedTuple):
    """A point on a course: failed attempts, failover hops, and the alias of the model; None if the work is deferred."""

    attempt: int
    hop: int
    model: str | None


class Course(NamedTuple):
    """All attempts and hops from one start, in order; ``models`` are the aliases among them."""

    points: tuple[Point, ...]
    models: frozenset[str]


WAITS = Course((Point(0, 0, None),), frozenset())


class Space:
    """The states of one policy, each with the model that decides it."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.groups = groups(policy)
        self._courses: dict[tuple[object, ...], Course] = {}
        self._overrides: dict[str, tuple[Override, ...]] = {}
        for override in policy.overrides:
            self._overrides[override.agent] = (*self._overrides.get(override.agent, ()), override)

    def starts(self, agent: Agent) -> Iterator[tuple[State, Course]]:
        """Yield every state of ``agent`` on its first attempt and hop, with the course that begins there."""
        # Each decision reads all overrides. With one override per agent, the time is quadratic in the fleet size.
        policy = self.policy._replace(overrides=self._overrides.get(agent.name, ()))
        assignment, _ = allocation(policy, agent)
        scores = self._scores(agent, assignment)
        lapses = (False, True) if policy.overrides else (False,)
        for phase in agent.phases or (None,):
            for zone in ZONES:
                for task_class in TASK_CLASSES:
                    for complexity in scores:
                        for lapsed in lapses:
                            for costly in (False, True):
                                state = State(agent.name, phase, zone, task_class, complexity, 0, 0, costly, lapsed)
                                yield state, self._course(policy, agent, state)

    def _scores(self, agent: Agent, assignment: Assignment) -> tuple[int | None, ...]:
        """Return one score of each range with a different model, or a different effort that a rule requires."""
        lows = {low for low, _, _ in assignment.complexity}
        rules = self.policy.never_break.values()
        if any("min-effort" in r.require and agent.has_role(r.when.get("role", agent.roles)) for r in rules):
            ranges = [span for rule, _ in effort_rules(self.policy, agent) for span in rule.complexity]
            if ranges:
                ranges += assignment.complexity
                lows |= {bound for low, high, _ in ranges for bound in (low, high + 1) if bound <= _HIGHEST}
        return (None, *sorted(lows))

    def _course(self, policy: Policy, agent: Agent, state: State) -> Course:
        zone = policy.zones[state.zone]
        trail: list[Step] = []
        start = start_of(policy, agent, zone, state, trail)
        if start is None:
            return WAITS
        critical = agent.is_critical(state.task_class)
        key = (zone.name, start.model.alias, start.own, critical, agent.roles, agent.criticality, agent.failover)
        found = self._courses.get(key)
        if found is None:
            found = self._courses[key] = _course(policy, agent, state, start)
        return found


def _course(policy: Policy, agent: Agent, state: State, start: Start) -> Course:
    zone = policy.zones[state.zone]
    points: list[Point] = []
    attempt, trail = 0, list[Step]()
    while True:
        model = escalate(policy, zone, start.model, attempt, trail) if attempt else start.model
        points.append(Point(attempt, 0, model and model.alias))
        if model is None:
            break
        own, hop = start.own and model is start.model, 0
        while points[-1].model is not None:
            hop += 1
            target = fail_over(policy, agent, state._replace(hop=hop), model, trail, own=own)
            points.append(Point(attempt, hop, target and target.alias))
        attempt += policy.escalation.after
    return Course(tuple(points), frozenset(point.model for point in points if point.model is not None))


def groups(policy: Policy) -> tuple[tuple[Agent, ...], ...]:
    """Return the agents of ``policy`` in groups with the same decisions, in the order of the policy."""
    named = {override.agent for override in policy.overrides}
    named.update(name for rule in policy.never_break.values() for name in rule.when.get("agent", ()))
    found: dict[tuple[object, ...], list[Agent]] = {}
    for agent in policy.agents.values():
        assignment, _ = allocation(policy, agent)
        signature = (
            agent.name if agent.name in named else "",
            assignment.model,
            tuple(sorted(assignment.phases.items())),
            assignment.complexity,
            not agent.models or assignment in agent.models.values(),
            agent.roles,
            agent.criticality,
            agent.phases,
            tuple(sorted(agent.raises.items())),
            agent.failover,
            tuple(rule for rule, _ in effort_rules(policy, agent)),
        )
        found.setdefault(signature, []).append(agent)
    return tuple(map(tuple, found.values()))


def states(policy: Policy, agent: Agent) -> Iterator[tuple[State, Decision]]:
    """Yield every state of ``agent`` with its decision. Attempts and hops go on until the answer is a deferral."""
    for start, course in Space(policy.of(agent.name)).starts(agent):
        for point in course.points:
            state = start._replace(attempt=point.attempt, hop=point.hop)
            yield state, decide(policy, state)


def distance(policy: Policy, state: State) -> tuple[int, int]:
    """Return the number of events from the plain state to ``state``, and its score, to break ties.

    An event is: the next zone begins, a task gets a class or a score, or takes more than its share, the overrides
    lapse, an attempt fails, a model fails over.
    """
    steps = (
        ZONES.index(state.zone)
        + (state.task_class != TASK_CLASSES[0])
        + (state.complexity is not None)
        + state.costly
        + state.lapsed
        + state.attempt // policy.of(state.agent).escalation.after
        + state.hop
    )
    return steps, state.complexity or 0
