"""Semantic differences over generated policies: every state that differs has one row, and back is the mirror."""

import tempfile
from itertools import product

from hypothesis import given
from tests.examples import examples
from tests.policy.test_generated import project_of, projects

from gsdc.migration.semantic import differences
from gsdc.migration.shift import Shift
from gsdc.policy.decide import decide
from gsdc.policy.load import Loaded, load
from gsdc.policy.model import TASK_CLASSES, ZONES, Policy, State


def loaded(data: dict) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        found = load(project_of(data, folder))
    assert found.policy is not None, found.findings
    return found


def answers(policy: Policy) -> dict[tuple, tuple]:
    found = {}
    for agent in policy.agents.values():
        for place in product(agent.phases or (None,), ZONES, TASK_CLASSES):
            decision = decide(policy, State(agent.name, *place))
            found[agent.name, *place] = (decision.model, decision.temperature, decision.effort)
    return found


def states(shift: Shift) -> list[tuple]:
    return [(shift.agent, *place) for place in product(shift.phases, shift.zones, shift.classes)]


@examples(60)
@given(projects, projects)
def test_every_difference_has_one_row_and_the_way_back_is_its_mirror(one, other):
    first, second = loaded(one), loaded(other)
    sides = (first.project.sources, second.project.sources)
    there = differences(first.policy, second.policy, *sides)
    before, after = answers(first.policy), answers(second.policy)
    rows = {}
    for shift in there:
        for state in states(shift):
            assert state not in rows
            rows[state] = tuple(
                side and (side.model, side.temperature, side.effort) for side in (shift.before, shift.after)
            )
        for side in (shift.before, shift.after):
            assert side is None or side.origins or side.effort is None  # where only the efforts differ
            assert side is None or all(origin.span.line for origin in side.origins)
    wanted = {state: (before.get(state), after.get(state)) for state in before.keys() | after.keys()}
    assert rows == {state: pair for state, pair in wanted.items() if pair[0] != pair[1]}
    back = differences(second.policy, first.policy, *reversed(sides))
    key = str
    assert sorted((row._replace(before=row.after, after=row.before) for row in back), key=key) == sorted(there, key=key)


@examples(20)
@given(projects)
def test_a_policy_is_no_change_to_itself(one):
    found = loaded(one)
    sources = found.project.sources
    assert differences(found.policy, found.policy, sources, sources) == ()
