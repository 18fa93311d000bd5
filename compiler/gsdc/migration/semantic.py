"""The semantic difference of two policies: agents with another model or effort, phases, zones, and deciding lines.

Both policies are queried for every agent in each of its phases, every zone and every task class.
"""

from functools import partial
from itertools import product

from gsdc.migration.shift import Place, Said, Shift, release_of, rows, steps_of
from gsdc.policy.decide import decide
from gsdc.policy.model import TASK_CLASSES, ZONES, Policy, State
from gsdc.policy.sources import Sources


def differences(before: Policy, after: Policy, sources_before: Sources, sources_after: Sources) -> tuple[Shift, ...]:
    """Return the differences between two policies, for the first attempt of work that is not a scored task.

    Agents are in the order of ``after``, followed by those only in ``before``. Swapped arguments give the same rows
    with swapped sides. ``sources`` are those of the project that a policy was loaded from.
    """
    shifts: list[Shift] = []
    for agent in dict.fromkeys((*after.agents, *before.agents)):
        first, second = _answers(before, agent), _answers(after, agent)
        cells = {place: (first.get(place), second.get(place)) for place in dict.fromkeys((*second, *first))}
        for row in rows(cells):
            sides = row.sides(sources_before, sources_after)
            shifts.append(Shift(agent, row.phases, row.all_phases, row.zones, row.wheres, (), *sides))
    return tuple(shifts)


def _answers(policy: Policy, agent: str) -> dict[Place, Said]:
    """Return the decisions of ``policy`` for ``agent``, by phase, zone and task class; empty if it lacks the agent."""
    if agent not in policy.agents:
        return {}
    found: dict[Place, Said] = {}
    for place in product(policy.agents[agent].phases or (None,), ZONES, TASK_CLASSES):
        decision = decide(policy, State(agent, *place))
        release = release_of(decision.model, policy.models)
        found[place] = Said(decision.model, decision.temperature, decision.effort, release, partial(steps_of, decision))
    return found
