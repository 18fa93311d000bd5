"""The table of ``gsdc agents``: the model of each agent, the deciding line, and the files that contain it."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from gsdc.deploy.proposal import Proposal
from gsdc.finding import Rejected
from gsdc.policy.decide import decide
from gsdc.policy.model import Decision, State
from gsdc.source.span import Span
from gsdc.targets.api import Claim
from gsdc.targets.modules import emitter
from gsdc.targets.registry import declarations


class WrittenTo(NamedTuple):
    """A file with the model of an agent.

    ``is_installed`` is true if the project's file has the same model now. No client takes the model from a document.
    """

    target: str
    path: str
    is_installed: bool
    is_document: bool


class Assigned(NamedTuple):
    """One decision about an agent in ``phases`` (None: any phase), and the files that contain it.

    ``role`` may be a role of the project; ``like`` is the shipped role that it behaves like, else ``role`` itself.
    ``model`` is a catalog alias, None if the agent is deferred for the reason ``defer``. ``origin`` is the deciding
    line, ``why`` its content.
    """

    agent: str
    fleet: str
    role: str
    like: str
    phases: tuple[str, ...] | None
    model: str | None
    temperature: float | None
    effort: str | None
    defer: str
    origin: Span
    why: str
    files: tuple[WrittenTo, ...]


def assigned_models(proposal: Proposal) -> Iterator[Assigned]:
    """Yield the decisions for each agent in fleet order, one for all phases if they are equal."""
    policy, sources = proposal.policy, proposal.project.sources
    files = _files_by_name(proposal)
    for agent in policy.agents.values():
        decisions: dict[tuple[str | None, float | None, str | None], tuple[Decision, list[str]]] = {}
        for phase in agent.phases or (None,):
            decision = decide(policy, State(agent.name, phase, proposal.zone))
            answer = (decision.model, decision.temperature, decision.effort)
            _, phases = decisions.setdefault(answer, (decision, []))
            phases.extend([phase] if phase else [])
        for decision, phases in decisions.values():
            step = decision.trail[-1]
            yield Assigned(
                agent=agent.name,
                fleet=agent.fleet,
                role=agent.roles[0],
                like=agent.role,
                phases=None if len(decisions) == 1 else tuple(phases),
                model=decision.model,
                temperature=decision.temperature,
                effort=decision.effort,
                defer=decision.defer,
                origin=sources.origin(step.ref),
                why=step.why,
                files=tuple(_files_of(agent.name_in, files)),
            )


_Files = dict[tuple[str, str], list[WrittenTo]]
_NameIn = Callable[[str], str]


def _files_of(name_in: _NameIn, files: _Files) -> Iterator[WrittenTo]:
    for name, declaration in declarations().items():
        yield from files.get((name, name_in(declaration.client)), ())


def _files_by_name(proposal: Proposal) -> _Files:
    """Return the compiled files by target and the client's agent name.

    Compares claims, not bytes: an edit that concerns another agent does not make a file outdated for this one.
    """
    models = tuple(proposal.policy.models.values())
    changed = {change.path: change for change in proposal.changes}
    found: _Files = {}
    for target, artifact in proposal.build.artifacts:
        read_back = emitter(target).read_back
        wanted = _by_agent(read_back(artifact.path, artifact.content, models))
        change = changed.get(artifact.path)
        present = wanted if change is None else _present(target, proposal, artifact.path)
        for agent, claims in wanted.items():
            is_document = declarations()[target].is_document
            written = WrittenTo(target, artifact.path, present.get(agent) == claims, is_document)
            found.setdefault((target, agent), []).append(written)
    return found


def _present(target: str, proposal: Proposal, path: str) -> dict[str, frozenset[Claim]]:
    """Return the claims of the project's file; nothing if it is missing or cannot be read."""
    try:
        content = proposal.project.tree.read(path)
        claims = () if content is None else emitter(target).read_back(path, content, proposal.policy.models.values())
    except Rejected:
        return {}
    return _by_agent(claims)


def _by_agent(claims: Iterable[Claim]) -> dict[str, frozenset[Claim]]:
    found: dict[str, set[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.agent, set()).add(claim)
    return {agent: frozenset(said) for agent, said in found.items()}
