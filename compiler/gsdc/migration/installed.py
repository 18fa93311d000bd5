"""The semantic difference between the installed files and a build: agents with another model or effort, and the files.

Each target reads its own files, before and after. For a client that starts agents, the former settings are those that
it reads from all its files. Documents count for agents that no other file decides.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import partial

from gsdc.deploy.proposal import Proposal
from gsdc.finding import Rejected
from gsdc.migration.shift import Pair, Place, Said, Shift, Steps, release_of, rows, steps_of
from gsdc.policy.decide import decide
from gsdc.policy.model import Agent, Model, State, Step
from gsdc.policy.ref import NOTHING, Ref
from gsdc.targets.api import Claim
from gsdc.targets.modules import emitter, viewer
from gsdc.targets.registry import declarations
from gsdc.transaction.change import Change, Image

_Named = Mapping[str, Agent]


def installed_differences(proposal: Proposal) -> tuple[Shift, ...]:
    """Return how the agent settings in the files would change, in the zone of ``proposal``.

    A plan's task is the agent "path#number". A gsdc file that can no longer be read contributes nothing.
    """
    named: dict[str, Agent] = {}
    for one in proposal.policy.agents.values():
        for name in (one.name, *one.names.values()):
            named.setdefault(name, one)
    documents = {name for name, one in declarations().items() if one.is_document}
    by_target: dict[str, list[Change]] = {}
    for change in proposal.changes:
        for target in change.targets:
            by_target.setdefault(target, []).append(change)
    agents: dict[str, dict[Place, Pair]] = {}
    for target in sorted(by_target, key=documents.__contains__):  # documents last
        running = _running(proposal, target)
        found = [each for change in by_target[target] for each in _claimed(proposal, named, change, target, running)]
        if target in documents:
            found = list(_repeated(found, agents, _decided(proposal, named, documents), named))
        for agent, place, pair in found:
            cells = agents.setdefault(agent, {})
            if place not in cells or not _differ(*cells[place]):  # of two blocks in a document, the one that shifts
                cells[place] = pair
    sources = proposal.project.sources
    return tuple(
        Shift(agent, row.phases, row.all_phases, row.zones, (), row.wheres, *row.sides(sources, sources))
        for agent, cells in agents.items()
        for row in rows({place: cells[place] for place in sorted(cells, key=_path)})
    )


_Claimed = tuple[str, Place, Pair]


def _repeated(
    found: Iterable[_Claimed], agents: Mapping[str, Mapping[Place, Pair]], decided: Container[str], named: _Named
) -> Iterator[_Claimed]:
    """Yield what a document says of agents that no other file decides, and what repeats a change of another file."""
    shifts = {
        (_policy_name(named, agent), _choices(pair)) for agent, cells in agents.items() for pair in cells.values()
    }
    for agent, place, pair in found:
        name = _policy_name(named, agent)
        if name not in decided or (name, _choices(pair)) in shifts:
            yield agent, place, pair


def _path(place: Place) -> str:
    return place[2]


def _choices(pair: Pair) -> tuple[object, object]:
    before, after = pair
    return before and before.choice, after and after.choice


def _differ(before: Said | None, after: Said | None) -> bool:
    return (before and before.choice) != (after and after.choice)


def _running(proposal: Proposal, target: str) -> Mapping[str, Claim]:
    """Return the models that a client uses now, by the agents' names in its files; empty for other targets."""
    declaration = declarations().get(target)
    if declaration is None or not declaration.is_client:
        return NOTHING
    view = viewer(declaration).view(proposal.project.tree, proposal.policy)
    return {said.claim.agent: said.claim for said in view.judgeable().statements}


def _decided(proposal: Proposal, named: _Named, documents: Container[str]) -> frozenset[str]:
    """Return the agents whose model is set by a compiled file that is not a document, changed or not."""
    models = proposal.policy.models.values()
    return frozenset(
        _policy_name(named, claim.agent)
        for target, artifact in proposal.build.artifacts
        if target not in documents
        for claim in emitter(target).read_back(artifact.path, artifact.content, models)
    )


def _policy_name(named: _Named, agent: str) -> str:
    return named[agent].name if agent in named else agent


def _claimed(
    proposal: Proposal, named: _Named, change: Change, target: str, running: Mapping[str, Claim]
) -> Iterator[tuple[str, Place, Pair]]:
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
                old and _said(old, proposal, partial(_found_in, change.path)),
                new and _said(new, proposal, partial(_deciding, proposal, named, new)),
            ),
        )


def _said(claim: Claim, proposal: Proposal, steps: Callable[[], Steps]) -> Said:
    release = release_of(claim.model, proposal.policy.models)
    return Said(claim.model, claim.temperature, claim.effort, release, steps)


def _read(target: str, path: str, image: Image | None, models: Iterable[Model]) -> tuple[Claim, ...]:
    if image is None:
        return ()
    try:
        return emitter(target).read_back(path, image.content, models)
    except Rejected:
        return ()


def _found_in(path: str) -> Steps:
    steps = (Step(Ref(path), "installed"),)
    return steps, steps


def _deciding(proposal: Proposal, agents: Mapping[str, Agent], claim: Claim) -> Steps:
    """Return the steps behind a claim of a compiled file: those of a phase in which the agent gets this decision."""
    agent = agents.get(claim.agent)
    found: Steps = ((), ())
    if agent is not None:
        for phase in (claim.phase,) if claim.phase else (None, *agent.phases):
            decision = decide(proposal.policy, State(agent.name, phase, claim.zone or proposal.zone))
            if decision.model == claim.model:
                if decision.effort == claim.effort:
                    return steps_of(decision)
                found = found if any(found) else steps_of(decision)
    return found
