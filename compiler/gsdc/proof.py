"""Proof: check every policy rule in every state; find the shortest counterexample for each broken rule."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from gsdc.finding import Finding, Severity, sorted_findings
from gsdc.policy.breach import Breach
from gsdc.policy.decide import decide
from gsdc.policy.model import TASK_CLASSES, ZONES, Policy, State
from gsdc.policy.project import Project, open_project
from gsdc.policy.resolve import Resolver
from gsdc.policy.sources import Sources, shipped_names
from gsdc.policy.space import distance
from gsdc.policy.survey import survey
from gsdc.rules.policy import team_rule
from gsdc.rules.policy.api import PolicyContext
from gsdc.rules.registry import RULES
from gsdc.source.span import Span


class ProofEvent(NamedTuple):
    """One step of a counterexample: the event, the state after it, the deciding line, and its place.

    ``state`` and ``model`` are None for a problem without a state; ``model`` is None if the work is deferred.
    """

    what: str
    why: str
    origin: Span
    state: State | None = None
    model: str | None = None


class ProofVerdict(NamedTuple):
    """Whether a rule holds; if not, the shortest path to a state that breaks it.

    ``never_break`` tells the never-break rules of the profile from the checks of every policy.
    """

    code: str
    name: str
    holds: bool
    counterexample: tuple[ProofEvent, ...]
    never_break: bool = False


class Proof(NamedTuple):
    """The proof of one policy, the number of states and of transitions checked, and the time in seconds.

    ``of_plans`` are the never-break rules that only plans can break.
    """

    profile: str
    workflow: str | None
    fleets: tuple[str, ...]
    states: int
    transitions: int
    verdicts: tuple[ProofVerdict, ...]
    of_plans: tuple[str, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether every rule holds."""
        return all(verdict.holds for verdict in self.verdicts)


Proofs = tuple[tuple[Proof, ...], tuple[Finding, ...]]
"""The proofs; or nothing, and the findings that stand in their way."""


def prove_one(root: Path, profile: str | None, fleets: Iterable[str], workflow: str | None) -> Proofs:
    """Prove the policy of the project in ``root``, or the policy that the arguments select."""
    return _proofs(open_project(root), [(profile, tuple(fleets))], workflow)


def prove_all(root: Path, fleets: Iterable[str], workflow: str | None) -> Proofs:
    """Prove every profile of the project and every shipped one, each with all fleets of the project.

    Without a gsdc.yaml, and without ``fleets``, each profile is proved with each shipped fleet.
    """
    project = open_project(root)
    asked = tuple(fleets)
    together = [asked] if asked or project.configured else [(name,) for name in shipped_names("fleets")]
    names = [name for name in project.profile_names() if name not in (*shipped_names("workflows"), "base")]
    return _proofs(project, [(name, chosen) for name in names for chosen in together], workflow)


def _proofs(project: Project, choices: list[tuple[str | None, tuple[str, ...]]], workflow: str | None) -> Proofs:
    today = date.today()  # noqa: DTZ011 - a day as people count it
    proofs = []
    for profile, fleets in choices:
        policy = None if project.sources.findings else Resolver(project).policy(profile, fleets, workflow)
        if policy is None:
            return (), sorted_findings(project.sources.findings)
        proofs.append(prove(policy, project.sources, today))
    return tuple(proofs), ()


def prove(policy: Policy, sources: Sources, today: date) -> Proof:
    """Check every state of ``policy`` and return the verdict on every rule.

    Each never-break rule has its own verdict, under the code of the rule module that reports it. ``gsdc lint`` checks
    the rules about plans.
    """
    start = perf_counter()
    context = PolicyContext(policy, sources, today)
    context.survey = survey(policy)  # a proof does not use the cache
    verdicts = (*_never_breaks(context), *_others(context))
    return Proof(
        profile=policy.profile,
        workflow=policy.workflow,
        fleets=tuple(policy.fleets),
        states=context.survey.states,
        transitions=context.survey.transitions,
        verdicts=tuple(sorted(verdicts)),
        of_plans=tuple(rule.name for rule in policy.never_break.values() if rule.of_plans),
        seconds=perf_counter() - start,
    )


def path(policy: Policy, sources: Sources, breach: Breach) -> tuple[ProofEvent, ...]:
    """Return the events from the initial state to the one that breaks a rule, each with its last reason."""
    events = []
    for what, state in _way(policy, breach.state):
        decision = decide(policy, state)
        last = decision.trail[-1]
        events.append(ProofEvent(what, last.why, sources.origin(last.ref), state, decision.model))
    return tuple(events)


def _way(policy: Policy, end: State) -> Iterator[tuple[str, State]]:
    """Yield each event on the path to ``end`` with the state after it: ``space.distance`` events, plus one."""
    policy = policy.of(end.agent)
    state = State(end.agent, end.phase)
    yield f"{end.agent} begins" + (f" in {end.phase}" if end.phase else ""), state
    if end.lapsed:
        state = state._replace(lapsed=True)
        yield "the overrides have lapsed", state
    if end.task_class != TASK_CLASSES[0]:
        state = state._replace(task_class=end.task_class)
        yield f"the task is {end.task_class} work", state
    if end.complexity is not None:
        state = state._replace(complexity=end.complexity)
        yield f"its complexity is {end.complexity}", state
    for zone in ZONES[1 : ZONES.index(end.zone) + 1]:
        state = state._replace(zone=zone)
        yield f"zone {zone} begins at {policy.zones[zone].start:.0%} of the budget", state
    if end.costly:
        state = state._replace(costly=True)
        yield "it would take more than its share of what remains", state
    for attempt in range(policy.escalation.after, end.attempt + 1, policy.escalation.after):
        state = state._replace(attempt=attempt)
        yield "the attempt fails" if policy.escalation.after == 1 else f"{policy.escalation.after} attempts fail", state
    for hop in range(1, end.hop + 1):
        state = state._replace(hop=hop)
        yield "the model fails over", state


def _never_breaks(context: PolicyContext) -> Iterator[ProofVerdict]:
    policy = context.policy
    for rule in policy.never_break.values():
        if rule.of_plans:
            continue
        broken = [breach for breach in context.breaches if breach.rule.name == rule.name]
        shortest = min(broken, key=lambda breach: distance(policy, breach.state), default=None)
        way = path(policy, context.sources, shortest) if shortest else ()
        yield ProofVerdict(team_rule.SHIPPED.get(rule.name, team_rule.CODE), rule.name, not broken, way, True)


def _others(context: PolicyContext) -> Iterator[ProofVerdict]:
    """Yield the verdicts of the rules other than the never-break rules."""
    for rule in RULES:
        if rule.ID not in (*team_rule.SHIPPED, team_rule.ID) and rule.SEVERITY is not Severity.NOTE:
            found = [finding for finding in rule.check(context) if finding.severity is not Severity.NOTE]
            events = tuple(ProofEvent(finding.message, finding.help, finding.span) for finding in found[:1])
            yield ProofVerdict(rule.CODE, rule.ID, not found, events)
