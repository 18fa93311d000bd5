"""One pass over the whole state space: its size, the models it reaches, and what may violate a rule.

A never-break rule permits a set of models. A course that stays inside the sets of all rules that apply to its start is
accepted at once. A course that leaves them is a suspect, which ``breach`` checks in detail.
"""

from typing import NamedTuple

from gsdc.models.effort import reaches
from gsdc.policy.constraints import applies, permits
from gsdc.policy.decide import asked_effort, entitled
from gsdc.policy.effort import fitted
from gsdc.policy.model import TIER_INDEX, Agent, Policy, State
from gsdc.policy.requirement import AtLeastEffort, Keep, NeverBreak
from gsdc.policy.space import Course, Space


class Suspect(NamedTuple):
    """A start from which attempts or hops leave the set that a rule permits, for each agent of a group."""

    rule: NeverBreak
    agents: tuple[Agent, ...]
    start: State
    course: Course


class Survey(NamedTuple):
    """The result of the survey. A transition is an event (see ``gsdc.policy.space.distance``) that leads to a state.

    ``reachable`` are the aliases of models; ``speaking`` the names of the never-break rules that apply to some state.
    """

    policy: Policy
    states: int
    transitions: int
    reachable: frozenset[str]
    speaking: frozenset[str]
    suspects: tuple[Suspect, ...]


def survey(policy: Policy) -> Survey:
    """Visit every state of ``policy``: in time linear in its agents, and once for each group of equal ones."""
    walkers = []
    for part in policy.parts():
        space, walker = Space(part), _Walker(part)
        for agents in space.groups:
            walker.group(space, agents)
        walkers.append(walker)
    return Survey(
        policy,
        sum(walker.states for walker in walkers),
        sum(walker.transitions for walker in walkers),
        frozenset().union(*(walker.reachable for walker in walkers)),
        frozenset().union(*(walker.speaking for walker in walkers)),
        tuple(suspect for walker in walkers for suspect in walker.suspects),
    )


class _Walker:
    def __init__(self, policy: Policy) -> None:
        self.states = self.transitions = 0
        self.reachable: set[str] = set()
        self.speaking: set[str] = set()
        self.suspects: list[Suspect] = []
        models = policy.models.values()
        self._rules = tuple(policy.never_break.values())
        self._allowed = {
            rule.name: frozenset(model.alias for model in models if permits(rule, model)) for rule in self._rules
        }
        tiers = {model.alias: TIER_INDEX[model.tier] for model in models}
        self._at_least = {
            alias: frozenset(other for other, tier in tiers.items() if tier >= least) for alias, least in tiers.items()
        }

    def group(self, space: Space, agents: tuple[Agent, ...]) -> None:
        agent, size = agents[0], len(agents)
        rules = [rule for rule in self._rules if agent.has_role(rule.when.get("role", agent.roles))]
        speaking: dict[tuple[str | None, str, str], list[NeverBreak]] = {}
        measures: dict[tuple[str | None, str, int | None], str] = {}
        for state, course in space.starts(agent):
            self.states += size * len(course.points)
            events = (state.zone != "green") + (state.task_class != "routine") + (state.complexity is not None)
            self.transitions += size * (len(course.points) - 1 + events + state.costly + state.lapsed)
            self.reachable |= course.models
            key = (state.phase, state.zone, state.task_class)
            if key not in speaking:
                speaking[key] = [rule for rule in rules if applies(rule, agent, state)]
                self.speaking.update(rule.name for rule in speaking[key])
            for rule in speaking[key]:
                allowed = self._allowed[rule.name]
                if isinstance(rule.requirement, Keep):
                    work = (state.phase, state.task_class, state.complexity)
                    if work not in measures:
                        measures[work] = entitled(space.policy, state).alias
                    allowed = self._at_least[measures[work]]
                elif isinstance(required := rule.requirement, AtLeastEffort):
                    wanted = asked_effort(space.policy, agent, space.policy.zones[state.zone], state)
                    models = map(space.policy.models.__getitem__, course.models)
                    allowed = frozenset(m.alias for m in models if reaches(fitted(wanted, m)[0], required.effort))
                if not course.models <= allowed:
                    self.suspects.append(Suspect(rule, agents, state, course))
