"""The semantic difference of a change: agents with another model or effort, phases, zones, and deciding lines.

Both policies are queried for every agent in each of its phases, every zone and every task class. Installed settings
come from the clients' files: each target reads its own files, before and after. For a client that starts agents, the
former settings are those that it reads from all its files.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import product
from typing import NamedTuple, TypeVar

from gsdc.deploy.proposal import Proposal
from gsdc.finding import Rejected
from gsdc.policy.decide import decide
from gsdc.policy.model import TASK_CLASSES, ZONES, Agent, Decision, Model, Policy, State, Step
from gsdc.policy.ref import NOTHING, Ref
from gsdc.policy.sources import Sources
from gsdc.source.span import Span
from gsdc.targets.api import Claim
from gsdc.targets.modules import emitter, viewer
from gsdc.targets.registry import declarations
from gsdc.transaction.change import Change, Image

K = TypeVar("K")
V = TypeVar("V")


class Origin(NamedTuple):
    """Where a side of a shift is decided, and the decision."""

    span: Span
    why: str


class Side(NamedTuple):
    """The settings of an agent: a model (None: its work is deferred), a temperature and an effort, and their origins.

    ``origins`` is empty if the file's entry has no policy agent behind it, such as a plan's task.
    """

    model: str | None
    temperature: float | None
    effort: str | None
    origins: tuple[Origin, ...]


class Shift(NamedTuple):
    """One row of a semantic difference: the settings of ``agent`` before and after; None: it does not exist.

    It applies in each of ``phases`` (None: any, or any not named) and in each of ``zones``. ``all_phases`` tells
    whether these are all phases of the agent, or all that the files distinguish. Between two policies it applies to
    each of ``classes`` of tasks, and ``paths`` is empty; for installed files ``classes`` is empty, and the zone is the
    compiled one.
    """

    agent: str
    phases: tuple[str | None, ...]
    all_phases: bool
    zones: tuple[str, ...]
    classes: tuple[str, ...]
    paths: tuple[str, ...]
    before: Side | None
    after: Side | None


class _Said(NamedTuple):
    """A decision, and a function that returns its steps: only a row of the difference needs them.

    ``steps`` returns the steps that decided the model, and those that decided the effort.
    """

    model: str | None
    temperature: float | None
    effort: str | None
    steps: "Callable[[], _Steps]"

    @property
    def choice(self) -> tuple[str | None, float | None, str | None]:
        return self.model, self.temperature, self.effort

    def trail(self, other: "_Said | None") -> tuple[Step, ...]:
        """Return the steps behind the difference to ``other``: those of the effort if only that differs."""
        of_model, of_effort = self.steps()
        return of_effort if other is not None and self.choice[:2] == other.choice[:2] else of_model


_Steps = tuple[tuple[Step, ...], tuple[Step, ...]]
_Place = tuple[str | None, str, str]  # phase, zone, task class or path
_Pair = tuple[_Said | None, _Said | None]


class _Row(NamedTuple):
    """Decisions of an agent that change in the same way: phases by zone, for each class or path."""

    phases: tuple[str | None, ...]
    zones: tuple[str, ...]
    wheres: tuple[str, ...]
    all_phases: bool
    pairs: tuple[_Pair, ...]

    def sides(self, before: Sources, after: Sources) -> tuple[Side | None, Side | None]:
        """Return both sides, with places resolved in the sources of each."""
        backwards = [(new, old) for old, new in self.pairs]
        return _side(backwards, before), _side(self.pairs, after)


def differences(before: Policy, after: Policy, sources_before: Sources, sources_after: Sources) -> tuple[Shift, ...]:
    """Return the differences between two policies, for the first attempt of work that is not a scored task.

    Agents are in the order of ``after``, followed by those only in ``before``. Swapped arguments give the same rows
    with swapped sides. ``sources`` are those of the project that a policy was loaded from.
    """
    shifts: list[Shift] = []
    for agent in dict.fromkeys((*after.agents, *before.agents)):
        first, second = _answers(before, agent), _answers(after, agent)
        cells = {place: (first.get(place), second.get(place)) for place in dict.fromkeys((*second, *first))}
        for row in _rows(cells):
            sides = row.sides(sources_before, sources_after)
            shifts.append(Shift(agent, row.phases, row.all_phases, row.zones, row.wheres, (), *sides))
    return tuple(shifts)


def installed(proposal: Proposal) -> tuple[Shift, ...]:
    """Return how the agent settings in the files would change, in the zone of ``proposal``.

    A plan's task is the agent "path#number". A gsdc file that can no longer be read contributes nothing.
    """
    named: dict[str, Agent] = {}
    for one in proposal.policy.agents.values():
        for name in (one.name, *one.names.values()):
            named.setdefault(name, one)
    agents: dict[str, dict[_Place, _Pair]] = {}
    written = dict.fromkeys(name for change in proposal.changes for name in change.targets)
    running = {name: _running(proposal, name) for name in written}
    for change in proposal.changes:
        for target in change.targets:
            for agent, place, pair in _claimed(proposal, named, change, target, running[target]):
                cells = agents.setdefault(agent, {})
                if place not in cells or not _differ(*cells[place]):  # of two blocks in a document, the one that shifts
                    cells[place] = pair
    sources = proposal.project.sources
    return tuple(
        Shift(agent, row.phases, row.all_phases, row.zones, (), row.wheres, *row.sides(sources, sources))
        for agent, cells in agents.items()
        for row in _rows(cells)
    )


def _answers(policy: Policy, agent: str) -> dict[_Place, _Said]:
    """Return the decisions of ``policy`` for ``agent``, by phase, zone and task class; empty if it lacks the agent."""
    if agent not in policy.agents:
        return {}
    found: dict[_Place, _Said] = {}
    for place in product(policy.agents[agent].phases or (None,), ZONES, TASK_CLASSES):
        decision = decide(policy, State(agent, *place))
        found[place] = _Said(decision.model, decision.temperature, decision.effort, partial(_steps, decision))
    return found


def _steps(decision: Decision) -> _Steps:
    return decision.trail, decision.effort_trail


def _differ(before: _Said | None, after: _Said | None) -> bool:
    return (before and before[:3]) != (after and after[:3])


def _running(proposal: Proposal, target: str) -> Mapping[str, Claim]:
    """Return the models that a client uses now, by the agents' names in its files; empty for other targets."""
    declaration = declarations().get(target)
    if declaration is None or not declaration.is_client:
        return NOTHING
    view = viewer(declaration).view(proposal.project.tree, proposal.policy)
    return {said.claim.agent: said.claim for said in view.judgeable().statements}


def _claimed(
    proposal: Proposal, named: Mapping[str, Agent], change: Change, target: str, running: Mapping[str, Claim]
) -> Iterator[tuple[str, _Place, _Pair]]:
    """Yield each agent in a file: its name, where the entry applies, and both sides."""
    models, zone = proposal.policy.models.values(), proposal.zone
    before, after = (_read(target, change.path, image, models) for image in (change.before, change.after))
    before = (
        *(claim for claim in before if claim.agent not in running),
        *(running[agent] for agent in {claim.agent: None for claim in (*before, *after)} if agent in running),
    )
    if {claim.zone for claim in after or before} == {zone} and len({claim.zone for claim in before}) == 1:
        # A file of one zone describes the zone in force: it is compared even if it was compiled for another zone.
        before = tuple(claim._replace(zone=zone) for claim in before)
    first, second = (
        {(claim.agent, claim.phase): claim for claim in claims if claim.zone in (None, zone)}
        for claims in (before, after)
    )
    for key in dict.fromkeys((*second, *first)):
        old, new = first.get(key), second.get(key)
        agent, phase = key
        yield (
            agent,
            (phase, zone, change.path),
            (
                old and _Said(old.model, old.temperature, old.effort, partial(_found_in, change.path)),
                new and _Said(new.model, new.temperature, new.effort, partial(_deciding, proposal, named, new)),
            ),
        )


def _read(target: str, path: str, image: Image | None, models: Iterable[Model]) -> tuple[Claim, ...]:
    if image is None:
        return ()
    try:
        return emitter(target).read_back(path, image.content, models)
    except Rejected:
        return ()


def _found_in(path: str) -> _Steps:
    steps = (Step(Ref(path), "installed"),)
    return steps, steps


def _deciding(proposal: Proposal, agents: Mapping[str, Agent], claim: Claim) -> _Steps:
    """Return the steps behind a claim of a compiled file: those of a phase in which the agent gets this decision."""
    agent = agents.get(claim.agent)
    found: _Steps = ((), ())
    if agent is not None:
        for phase in (claim.phase,) if claim.phase else (None, *agent.phases):
            decision = decide(proposal.policy, State(agent.name, phase, claim.zone or proposal.zone))
            if decision.model == claim.model:
                if decision.effort == claim.effort:
                    return _steps(decision)
                found = found if any(found) else _steps(decision)
    return found


def _rows(cells: Mapping[_Place, _Pair]) -> Iterator[_Row]:
    """Merge the cells of an agent that shift alike: over zones, then phases, then classes or paths."""
    told_apart = _grouped((where, phase) for phase, _, where in cells)
    alike: dict[object, list[_Place]] = {}
    for place, (before, after) in cells.items():
        choices = (before and before.choice, after and after.choice)
        if choices[0] != choices[1]:
            alike.setdefault(choices, []).append(place)
    for places in alike.values():
        zones = _grouped(((phase, where), zone) for phase, zone, where in places)
        phases = _grouped(((of_phase, where), phase) for (phase, where), of_phase in zones.items())
        # Files that distinguish different phases agree if each says the same for all of its phases.
        wheres = _grouped(
            ((None if {*of_where} == {*told_apart[where]} else of_where, of_phase), where)
            for (of_phase, where), of_where in phases.items()
        )
        for (in_phases, in_zones), found in wheres.items():
            named = in_phases or tuple(dict.fromkeys(phase for where in found for phase in told_apart[where]))
            pairs = tuple(cells[place] for place in product(named, in_zones, found) if place in cells)
            yield _Row(named, in_zones, found, in_phases is None, pairs)


def _grouped(items: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for key, value in items:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _side(pairs: Iterable[_Pair], sources: Sources) -> Side | None:
    """Return the second side of ``pairs``, which all agree, with each distinct origin once.

    The origin is the last step that is not also behind the first side: a shared step made no difference.
    """
    steps: dict[Step, None] = {}
    said = None
    for other, said in pairs:
        if said is None:
            return None
        trail = said.trail(other)
        shared = other.trail(said) if other else ()
        own = [step for step in trail if step not in shared] or trail
        steps.update(dict.fromkeys(own[-1:]))
    if said is None:
        return None
    return Side(*said.choice, tuple(Origin(sources.origin(step.ref), step.why) for step in steps))
